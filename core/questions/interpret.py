"""From a question to a plan, by rules."""

import math
from collections.abc import Sequence

from core.conditions import Condition, condition_words
from core.questions.charts import read_chart
from core.questions.examples import make_examples
from core.questions.filters import read_comparisons, read_gaps
from core.questions.moments import read_moments
from core.questions.profiles import TOPIC_WORDS, read_profile
from core.questions.reading import Reading
from core.questions.statements import to_sql, to_words
from core.questions.summaries import read_query
from core.questions.table import AskedTable
from core.questions.testing import read_test
from core.questions.types import Interpretation, Plan

LEAST_CONFIDENCE = 0.35
MAX_ALTERNATIVES = 3
N_EXAMPLES = 6
SURE = 0.6
MOST_COLUMNS = 40
"""Examples are made of so many columns, so that a page of a wide table need not wait for them."""
N_SHOWN = 200


def interpret(question: str, table: AskedTable, *, filters: Sequence[Condition] = ()) -> Interpretation:
    """What is asked of ``table``.

    Args:
        question: In English.
        table: What it is about.
        filters: Conditions of the question before; "of those" and "and" go on from them.
    """
    plan, rivals = _plan(question, table, frozenset(), filters)
    alternatives: list[Plan] = []
    for start, column in rivals:
        other, _ = _plan(question, table, frozenset({(start, column)}), filters)
        if other is not None and other.params != (plan.params if plan else None) and other not in alternatives:
            alternatives.append(other)
    if plan is None or plan.confidence < LEAST_CONFIDENCE:
        return Interpretation(
            question=question,
            plan=None,
            alternatives=tuple(one for one in (plan, *alternatives) if one is not None)[:1],
            problem=_problem(question, table),
            examples=working_examples(table),
        )
    return Interpretation(question=question, plan=plan, alternatives=tuple(alternatives[:MAX_ALTERNATIVES]))


def working_examples(table: AskedTable) -> tuple[str, ...]:
    """Questions about ``table`` that are surely understood, of different kinds."""
    table = table.first_columns(MOST_COLUMNS)
    working = []
    for question in make_examples(table):
        plan, _ = _plan(question, table, frozenset(), ())
        if plan is not None and plan.confidence >= SURE:
            working.append(question)
        if len(working) == N_EXAMPLES:
            break
    return tuple(working)


def _plan(
    question: str, table: AskedTable, avoid: frozenset[tuple[int, str]], filters: Sequence[Condition]
) -> tuple[Plan | None, list[tuple[int, str]]]:
    """A plan, and which readings of words as columns have others that are about as likely."""
    reading = Reading(question, table, avoid=avoid)
    rivals = [(one.start, one.column.name) for one in reading.mentions if one.rivals]
    if _goes_on(reading):
        for found in filters:
            reading.keep(found, 0)
    test_first = Reading(question, table, avoid=avoid)
    test = read_test(test_first)
    if test is not None:
        return _test_plan(test_first, test), rivals
    read_comparisons(reading)
    read_moments(reading)
    read_gaps(reading)
    topic = read_profile(reading)
    if topic is not None:
        return _profile_plan(reading, topic), rivals
    chart = read_chart(reading)
    if chart is not None:
        params = {**chart.params, "filters": [found.model_dump(mode="json") for found in reading.filters]}
        call = {"dataset_id": table.dataset_id, "chart": chart.chart, "params": params}
        return _finished(reading, kind="chart", computation="chart", params=call, words=chart.words), rivals
    return _query_plan(reading), rivals


def _goes_on(reading: Reading) -> bool:
    """Whether a question goes on from the one before: "of those", "and among women?", "only in 2024"."""
    if reading.has("those"):
        return True
    first = reading.word(0)
    return first in ("and", "but", "only") or (first == "what" and reading.has("about"))


def _test_plan(reading: Reading, test: "object") -> Plan:
    from core.questions.testing import TestCall

    assert isinstance(test, TestCall)
    read_comparisons(reading)
    if reading.filters:
        left_out = " and ".join(condition_words(found) for found in reading.filters)
        reading.notices.append(f"A test takes all rows; the condition {left_out!r} was left out.")
        reading.filters.clear()
    params = {"dataset_id": reading.table.dataset_id, "test": test.test, "params": test.params}
    return _finished(reading, kind="test", computation="statistical_test", params=params, words=test.words)


def _profile_plan(reading: Reading, topic: str) -> Plan:
    params = {"dataset_id": reading.table.dataset_id}
    return _finished(
        reading, kind="profile", computation="profile", params=params, words=TOPIC_WORDS[topic], topic=topic
    )


def _query_plan(reading: Reading) -> Plan | None:
    query = read_query(reading)
    if query is None:
        return None
    reading.filters[:] = query.filters
    sql = to_sql(query)
    table = reading.table
    params = {
        "sql": sql,
        "tables": [{"name": table.name, "dataset_id": table.dataset_id}],
        "n_rows": N_SHOWN,
    }
    return _finished(reading, kind="query", computation="query", params=params, words=to_words(query), sql=sql)


def _finished(reading: Reading, *, words: str, **facts: object) -> Plan:
    unknown = reading.unknown
    known = len(reading.tokens) - len(unknown)
    if unknown:
        shown = ", ".join(repr(word) for word in dict.fromkeys(unknown[:5]))
        reading.notices.append(f"Not understood, and left out: {shown}.")
    if facts["kind"] == "chart" and reading.filters:
        words += ", where " + " and ".join(condition_words(found) for found in reading.filters)
    share = known / max(1, len(reading.tokens))
    confidence = reading.surety * math.pow(0.72, len(unknown)) * (0.5 + 0.5 * share)
    return Plan(
        words=words if words.endswith(".") else f"{words}.",
        confidence=round(confidence, 3),
        filters=tuple(reading.filters),
        notices=tuple(reading.notices),
        **facts,
    )


def _problem(question: str, table: AskedTable) -> str:
    unknown = Reading(question, table).unknown
    if unknown:
        shown = ", ".join(repr(word) for word in dict.fromkeys(unknown[:5]))
        return f"This question was not understood: {shown} fit no column or value of {table.title!r}."
    return f"This question was not understood. Name a column of {table.title!r}."
