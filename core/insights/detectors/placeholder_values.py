"""Values that stand for "unknown"."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.pictures import histogram
from core.insights.table import InsightColumn, InsightTable
from core.insights.words import Telling, mend, moment_text, name, names, see_column
from core.types import ColumnType

WORDS = frozenset({"?", "-", "--", "n/a", "na", "#n/a", "none", "null", "nan", "unknown", "missing", "not available",
                   "undefined", "tbd", "."})  # fmt: skip
ZERO_SHARE, FAR = 0.003, 1.5
"""Of zeros that stand apart by so many interquartile ranges in a quantity that is otherwise far from zero."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One fact for each mark with all of its columns, and one for each text that means "unknown"."""
    by_mark: dict[tuple[float, bool], list[InsightColumn]] = {}
    for column in table.columns:
        for mark in [*(value for value, _ in column.marks), *zeros(column)]:
            by_mark.setdefault((mark, column.type is ColumnType.DATETIME), []).append(column)
    for (mark, is_moment), columns in by_mark.items():
        share = max(_count(column, mark) for column in columns) / max(1, table.n_looked)
        yield Hypothesis(
            subject=tuple(column.name for column in columns),
            p_value=None,
            strength=min(1.0, 0.6 + 4 * share),
            is_large=True,
            tell=partial(_tell, table, mark, columns, is_moment),
        )
    for column in table.columns:
        for place, label in enumerate(column.labels):
            if label.strip().lower() in WORDS and column.values is None:
                assert column.codes is not None
                yield Hypothesis(
                    subject=(column.name,),
                    p_value=None,
                    strength=0.3,
                    is_large=_is_unknown(column, label),
                    tell=partial(_tell_word, table, column, label, int((column.codes == place).sum())),
                )


def zeros(column: InsightColumn) -> list[float]:
    """[0.0] where zeros stand apart from a quantity that is otherwise far above."""
    if column.kind != "quantity" or column.known.size < 50 or column.codes is not None:
        return []
    rest = column.ordered[column.ordered != 0]
    n = column.known.size - rest.size
    if n < max(3, ZERO_SHARE * column.known.size) or rest.size < 30 or rest[0] <= 0 or n > 0.5 * column.known.size:
        return []
    low, high = np.quantile(rest, [0.25, 0.75])
    near = float(np.quantile(rest, 0.005))
    return [0.0] if near > FAR * float(high - low) and near > 0 and rest[0] > 0.5 * float(high - low) else []


def _is_unknown(column: InsightColumn, label: str) -> bool:
    """Whether the word is one of several categories, so that it is not itself an answer such as "none" of two."""
    return len(column.labels) > 2 or label.strip().lower() not in ("none", "-", "na", "missing", "unknown")


def _count(column: InsightColumn, mark: float) -> int:
    known = dict(column.marks)
    return known[mark] if mark in known else int((column.known == mark).sum())


def _tell(table: InsightTable, mark: float, columns: list[InsightColumn], is_moment: bool) -> Draft:
    told = Telling()
    value = told.moment("mark", mark) if is_moment else told.number("mark", mark)
    n = sum(_count(column, mark) for column in columns)
    share = told.percent("percent", n / max(1, table.n_looked * len(columns)))
    where = names([column.name for column in columns])
    statement = (
        f"{value} stands {told.count('times', n, 'time')} in {where} ({share} of the cells), apart from all other "
        'values: it looks like a mark for "unknown".'
    )
    first = columns[0]
    assert first.values is not None
    n_first = _count(first, mark)
    shown = np.concatenate([first.known[first.known != mark], np.full(n_first, mark)])
    picture, rows = histogram("The mark and the rest", first.name, shown)
    actions = [see_column(table.dataset_id, first.name)]
    old: int | float | str = moment_text(mark) if is_moment else int(mark) if mark.is_integer() else mark
    step = {"columns": [column.name for column in columns], "replacements": [{"old": old, "new": None}]}
    actions.append(mend(table.dataset_id, f"Make {value} missing", ("replace_values", step)))
    return Draft(
        title=f"{value} means unknown in {names([column.name for column in columns], 2)}",
        statement=statement,
        numbers=told.numbers,
        tests=(),
        picture=picture,
        table=rows,
        advice="Make them missing before you work with the column. All other cards leave these cells out, zeros aside.",
        actions=tuple(actions),
    )


def _tell_word(table: InsightTable, column: InsightColumn, label: str, n: int) -> Draft:
    told = Telling()
    statement = (
        f"{name(label)} stands {told.count('times', n, 'time')} in {name(column.name)}: it seems to mean that the "
        "value is unknown, and counts as a category of its own."
    )
    step = {"columns": [column.name], "replacements": [{"old": label, "new": None}]}
    return Draft(
        title=f"{name(label)} in {name(column.name)} means unknown",
        statement=statement,
        numbers=told.numbers,
        tests=(),
        advice="Make these cells missing, or keep them as a category if not knowing says something.",
        actions=(mend(table.dataset_id, "Make them missing", ("replace_values", step)),),
    )


SPEC = Detector(
    key="placeholder_values",
    label="Marks for unknown",
    family="problem",
    looks_for='Values such as -999, 9999 or 1900-01-01 that stand for "unknown", and impossible zeros.',
    surprise=0.97,
    look=look,
)
