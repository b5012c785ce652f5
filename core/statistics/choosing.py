"""Which tests suit a question about some columns, why, and why the others do not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.computing.spec import TableFile
from core.errors import UserInputError
from core.statistics.frame import Frame, read_columns
from core.statistics.registry import STATISTICAL_TESTS
from core.statistics.samples import FloatArray
from core.statistics.spec import Fit, Goal, QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.wording import listed, number
from core.types import Column, ColumnType, Value
from core.wording import short

LOOKED_AT = 100_000
"""Rows that the checks look at; of longer tables a seeded sample."""
FEW_VALUES = 10
"""Whole numbers with at most so many different values are rather grades or codes than quantities."""

GROUP_WORDS = {
    QuestionGroup.MEANS: "comparing two groups, or one with a value",
    QuestionGroup.GROUPS: "comparing several groups",
    QuestionGroup.PAIRED: "repeated measurements of the same subjects",
    QuestionGroup.RELATION: "relations between columns",
    QuestionGroup.PROPORTIONS: "shares",
    QuestionGroup.DISTRIBUTION: "the shape of distributions",
}


class Suggestion(Value):
    """A test that suits, ready to be asked for."""

    test: str
    label: str
    params: dict[str, Any]
    score: int
    """0 to 100, for the order only."""
    reasons: tuple[str, ...]
    cautions: tuple[str, ...] = ()


class NotSuited(Value):
    """A test that does not suit, and why."""

    test: str
    label: str
    reason: str


class Choice(Value):
    """The tests in order, and what was looked at."""

    sentence: str
    suggestions: tuple[Suggestion, ...]
    not_suited: tuple[NotSuited, ...]
    checks: tuple[str, ...]
    """What the columns showed, one sentence each."""


@dataclass(frozen=True, kw_only=True)
class _Question:
    """The chosen columns by what they are taken for."""

    goal: Goal
    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    paired_by: str
    groups: tuple[int, ...]
    """Different values of each category."""


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What a look at the rows showed."""

    checks: tuple[str, ...]
    smallest: int
    skew: float = 0.0
    ratio: float = 1.0
    least_expected: float | None = None


def choose(table: TableFile, goal: Goal, columns: Sequence[str], paired_by: str = "") -> Choice:
    """Rank the tests for ``goal`` on ``columns``.

    Raises:
        UserInputError: A column is not there, or holds nothing that a test takes.
    """
    known = {column.name: column for column in table.dataset.columns}
    for name in (*columns, *([paired_by] if paired_by else [])):
        if name not in known:
            raise UserInputError(f"{table.dataset.name!r} has no column {name!r}.", hint="Choose one of its columns.")
    if len(set(columns)) < len(columns) or paired_by in columns:
        raise UserInputError("A column is chosen twice.", hint="Choose different columns for the different roles.")
    chosen = [known[name] for name in columns]
    dates = [column.name for column in chosen if column.type is ColumnType.DATETIME]
    if dates:
        raise UserInputError(
            f"{dates[0]!r} holds dates, which no test here takes.",
            hint="Make a column of months, weekdays or days since a start from it, and choose that one.",
        )
    if paired_by and goal is Goal.DIFFERENCE:
        goal = Goal.BEFORE_AFTER
    question = _best_question(goal, chosen, paired_by)
    facts = _look(table, question)
    suggestions, not_suited = [], []
    for spec in STATISTICAL_TESTS.values():
        fit = _fit(spec, question)
        if isinstance(fit, str):
            not_suited.append(NotSuited(test=spec.key, label=spec.label, reason=fit))
        else:
            suggestions.append(_suggestion(spec, fit, question, facts))
    suggestions.sort(key=lambda one: -one.score)
    return Choice(
        sentence=_sentence(suggestions, question),
        suggestions=tuple(suggestions),
        not_suited=tuple(not_suited),
        checks=facts.checks,
    )


# --- what the columns are taken for ----------------------------------------------------------------------------------


def _best_question(goal: Goal, columns: Sequence[Column], paired_by: str) -> _Question:
    """Whole numbers with few values are taken for categories if that leads anywhere, else for numbers."""
    readings = [_question(goal, columns, paired_by, most) for most in (FEW_VALUES, 2, 0)]
    for reading in readings:
        if any(not isinstance(_fit(spec, reading), str) for spec in STATISTICAL_TESTS.values()):
            return reading
    return readings[0]


def _question(goal: Goal, columns: Sequence[Column], paired_by: str, most: int) -> _Question:
    numbers: list[Column] = []
    categories: list[Column] = []
    for column in columns:
        is_code = column.type is ColumnType.INTEGER and column.n_distinct <= most
        (numbers if column.type.is_numeric and not is_code else categories).append(column)
    return _Question(
        goal=goal,
        numbers=tuple(column.name for column in numbers),
        categories=tuple(column.name for column in categories),
        paired_by=paired_by,
        groups=tuple(column.n_distinct for column in categories),
    )


def _fit(spec: StatisticalTestSpec, question: _Question) -> Fit | str:
    """The fit of a test to a question, or why there is none."""
    about = [fit for fit in spec.fits if fit.goal is question.goal]
    if not about:
        return f"It is about {GROUP_WORDS[spec.group]}."
    reasons = [(_mismatch(fit, question), fit) for fit in about]
    return next((fit for reason, fit in reasons if not reason), reasons[0][0])


def _mismatch(fit: Fit, question: _Question) -> str:
    for what, (least, most), names in (
        ("of numbers", fit.numbers, question.numbers),
        ("of categories", fit.categories, question.categories),
    ):
        if not least <= len(names) <= most:
            return f"It takes {_range(least, most)} {what}; you chose {len(names) or 'none'}."
    if fit.is_paired and not question.paired_by:
        return "It needs a column that says which rows belong to the same subject."
    if question.paired_by and not fit.is_paired:
        return "It does not take a column that pairs rows."
    if fit.groups:
        for name, n in zip(question.categories, question.groups, strict=True):
            if not fit.groups[0] <= n <= fit.groups[1]:
                return f"It takes {_values(fit.groups)}; {short(name)!r} has {n:,}."
    return ""


def _range(least: int, most: int) -> str:
    if most == 0:
        return "no column"
    if least == most:
        return f"{least} column{'s' if least > 1 else ''}"
    return f"{least} or more columns"


def _values(groups: tuple[int, int]) -> str:
    return f"{groups[0]} different values" if groups[0] == groups[1] else f"{groups[0]} to {groups[1]} different values"


# --- what the rows show ----------------------------------------------------------------------------------------------


def _look(table: TableFile, question: _Question) -> _Facts:
    wanted = dict.fromkeys(question.numbers, True) | dict.fromkeys(question.categories, False)
    frame = read_columns(table.path, wanted, most_rows=LOOKED_AT)
    complete = frame.data.dropna()
    checks = [_size(frame, len(complete))]
    if not len(complete):
        return _Facts(checks=tuple(checks), smallest=0)
    if len(question.numbers) >= 1:
        return _look_at_numbers(complete, question, checks)
    if len(question.categories) == 2:
        return _look_at_counts(complete, question, checks)
    return _Facts(checks=tuple(checks), smallest=len(complete))


def _size(frame: Frame, n: int) -> str:
    text = f"{n:,} of {len(frame.data):,} rows are complete"
    return f"{text} (a sample of the {frame.n_rows:,} rows)." if frame.is_sample else f"{text}."


def _look_at_numbers(complete: Any, question: _Question, checks: list[str]) -> _Facts:
    from scipy import stats

    parts = list(_parts(complete, question))
    usable = [part for part in parts if len(part) > 2 and np.ptp(part) > 0]
    smallest = min((len(part) for part in parts), default=0)
    skew = max((abs(float(stats.skew(part))) for part in usable), default=0.0)
    deviations = [float(part.std(ddof=1)) for part in usable]
    ratio = max(deviations) / min(deviations) if deviations else 1.0
    if question.categories:
        checks.append(f"The smallest of {len(parts)} groups has {smallest:,} rows.")
        checks.append(f"The widest group spreads {number(ratio)} times as much as the narrowest.")
    word = "hardly" if skew <= 1 else "clearly" if skew <= 2 else "strongly"
    checks.append(f"The values are {word} skewed (skewness up to {number(skew)}).")
    is_comparable = len(question.numbers) == 1 and bool(question.categories)
    return _Facts(checks=tuple(checks), smallest=smallest, skew=skew, ratio=ratio if is_comparable else 1.0)


def _parts(complete: Any, question: _Question) -> Iterator[FloatArray]:
    for name in question.numbers:
        if question.categories and not question.paired_by:
            grouped = complete.groupby(list(question.categories), observed=True)[name]
            yield from (part.to_numpy(dtype=np.float64) for _, part in list(grouped)[:100])
        else:
            yield complete[name].to_numpy(dtype=np.float64)


def _look_at_counts(complete: Any, question: _Question, checks: list[str]) -> _Facts:
    import pandas as pd

    table = pd.crosstab(*(complete[name] for name in question.categories)).to_numpy()
    least = float(np.outer(table.sum(axis=1), table.sum(axis=0)).min() / table.sum())
    checks.append(f"The smallest expected count of {table.size} cells is {number(least)}.")
    return _Facts(checks=tuple(checks), smallest=int(table.min()), least_expected=least)


# --- the order -------------------------------------------------------------------------------------------------------


def _suggestion(spec: StatisticalTestSpec, fit: Fit, question: _Question, facts: _Facts) -> Suggestion:
    score, reasons = fit.rank, [fit.reason]
    cautions: list[str] = []
    for change, text in _adjustments(spec, facts):
        score += change
        (reasons if change > 0 else cautions).append(text)
    return Suggestion(
        test=spec.key,
        label=spec.label,
        params=_params(fit, question),
        score=max(0, min(100, score)),
        reasons=tuple(reasons),
        cautions=tuple(cautions),
    )


def _adjustments(spec: StatisticalTestSpec, facts: _Facts) -> Iterator[tuple[int, str]]:
    traits = spec.traits
    is_skewed = facts.skew > (1 if facts.smallest < 30 else 2)
    if is_skewed and Trait.NORMAL in traits:
        change = -35 if facts.smallest < 30 else -15
        yield change, f"The values are skewed, and the smallest group has {facts.smallest:,} rows."
    if is_skewed and Trait.LINEAR in traits:
        yield -20, "The values are skewed; single far-off ones may decide."
    if is_skewed and Trait.RANKS in traits:
        yield 15, "Skewed values do it no harm."
    if facts.ratio > 1.25 and Trait.EQUAL_SPREAD in traits:
        yield (-40 if facts.ratio > 2 else -10), f"The groups spread unequally (ratio {number(facts.ratio)})."
    if facts.least_expected is not None and facts.least_expected < 5:
        if Trait.LARGE_COUNTS in traits:
            yield -40, f"An expected count is {number(facts.least_expected)}, below 5."
        if Trait.EXACT in traits:
            yield 25, "Small counts do it no harm."


def _params(fit: Fit, question: _Question) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "number": next(iter(question.numbers), ""),
        "number 2": question.numbers[1] if len(question.numbers) > 1 else "",
        "numbers": list(question.numbers),
        "category": next(iter(question.categories), ""),
        "category 2": question.categories[1] if len(question.categories) > 1 else "",
        "paired by": question.paired_by,
    }
    return {field: parts[role] for field, role in fit.roles.items()}


def _sentence(suggestions: Sequence[Suggestion], question: _Question) -> str:
    taken = []
    if question.numbers:
        taken.append(f"{listed(list(question.numbers))} as numbers")
    if question.categories:
        taken.append(f"{listed(list(question.categories))} as categories")
    if not suggestions:
        return f"No test answers this question about {' and '.join(taken)}; see below what each one needs."
    first = suggestions[0]
    return f"Take the {first.label}. {first.reasons[0]} It takes {' and '.join(taken)}."
