"""Questions that ask whether something is so, or could be chance."""

from dataclasses import dataclass
from typing import Any

from core.questions.mentions import Mention
from core.questions.reading import Reading
from core.questions.table import AskedColumn

_ASKING = frozenset(
    {"different", "differ", "differs", "difference", "depend", "depends", "dependent", "related", "relationship"}
    | {"relation", "association", "associated", "correlated", "correlate", "correlates", "correlation", "significant"}
    | {"significantly", "influence", "influences", "affect", "affects", "effect", "impact", "independent", "linked"}
    | {"link", "connected", "connection", "test", "normal", "normally", "normality", "gaussian"}
)
_NORMAL = frozenset({"normal", "normally", "normality", "gaussian"})
_CORRELATED = frozenset({"correlated", "correlate", "correlates", "correlation"})
_FILLER = frozenset(
    {"other", "others", "rest", "significant", "significantly", "distributed", "distribution", "statistically", "group"}
    | {"average", "mean", "compare", "comparison", "versus", "depend", "each", "not", "without", "change", "vary"}
)
MANY_GROUPS = 20
FEW_CODES = 4
"""Whole numbers with at most so many different values are always taken for names of classes."""


@dataclass(frozen=True)
class TestCall:
    """A statistical test and its parameters."""

    test: str
    """Key of the registry of statistical tests."""
    params: dict[str, Any]
    words: str


def read_test(reading: Reading) -> TestCall | None:
    """The test that a question asks for; None when it asks for none, or names too little."""
    if not _is_asked(reading):
        return None
    columns = _named_columns(reading)
    if not columns:
        return None
    chosen = _choose(reading, columns)
    if chosen is not None:
        reading.use_words(_ASKING | _FILLER)
        for mention in reading.mentions:
            if mention.column in columns:
                reading.take(mention)
        if len(columns) > 2:
            reading.notices.append(f"Only {columns[0].name} and {columns[1].name} were looked at.")
    return chosen


def _is_asked(reading: Reading) -> bool:
    if reading.has("howmany", "histogram", "plot", "draw", "heatmap", "boxplot", "scatterplot"):
        return False
    if reading.has("different") and not reading.has("between", "is", "are", "does", "do", "by", "than", "for"):
        return False
    if reading.has(*_ASKING):
        return True
    is_two_sided = reading.has("between", "versus", "and", "across", "by")
    return reading.has("compare") and is_two_sided and bool(reading.mentions)


def _named_columns(reading: Reading) -> list[AskedColumn]:
    """Columns that are named or whose values are, the surely named ones first where several words fit."""
    found: list[AskedColumn] = []
    for mention in reading.mentions:
        if mention.column.is_time or (mention.column.is_identifier and not mention.column.is_numeric):
            continue
        if mention.column not in found:
            found.append(mention.column)
    return found


def _choose(reading: Reading, columns: list[AskedColumn]) -> TestCall | None:
    if len(columns) == 1:
        return _one(reading, columns[0])
    first, second = columns[0], columns[1]
    if reading.has(*_CORRELATED) and first.is_numeric and second.is_numeric:
        return _correlation(first, second)
    first_is_class, second_is_class = _is_class(reading, first, second), _is_class(reading, second, first)
    if first_is_class and second_is_class:
        words = f"Whether {first.name} and {second.name} are independent of each other"
        return TestCall("chi_square_independence", {"rows": first.name, "columns": second.name}, words)
    if first_is_class or second_is_class:
        measure, group = (second, first) if first_is_class else (first, second)
        return _groups(reading, measure, group)
    return _correlation(first, second) if first.is_numeric and second.is_numeric else None


def _is_class(reading: Reading, column: AskedColumn, other: AskedColumn) -> bool:
    if not column.is_numeric or column.is_flag:
        return True
    if not column.is_category or column.column.n_distinct <= FEW_CODES:
        return column.is_category
    # More whole numbers than that are classes only where a question sets them against each other.
    return other.is_numeric and not other.is_category and reading.has("different", "differ", "difference", "between")


def _one(reading: Reading, column: AskedColumn) -> TestCall | None:
    if not column.is_numeric:
        return None
    if reading.has(*_NORMAL):
        return TestCall("shapiro_wilk", {"measure": column.name}, f"Whether {column.name} is normally distributed")
    number = next((token.number for token in reading.tokens if token.number is not None), None)
    if number is None:
        return None
    reading.use_words({token.text for token in reading.tokens if token.number is not None})
    reading.filters.clear()
    words = f"Whether the mean of {column.name} is {number:g}"
    return TestCall("one_sample_t", {"measure": column.name, "value": number}, words)


def _correlation(first: AskedColumn, second: AskedColumn) -> TestCall:
    words = f"Whether {first.name} and {second.name} rise and fall together"
    return TestCall("spearman", {"x": first.name, "y": second.name}, words)


def _groups(reading: Reading, measure: AskedColumn, group: AskedColumn) -> TestCall | None:
    if not measure.is_numeric or group.column.n_distinct > MANY_GROUPS:
        return None
    named: list[Mention] = [
        one for one in reading.mentions if one.is_value and one.column is group and not group.is_flag
    ]
    values = list(dict.fromkeys(str(one.value) for one in named))
    if group.column.n_distinct == 2 or len(values) == 2:
        params: dict[str, Any] = {"measure": measure.name, "group": group.name}
        between = f"the two values of {group.name}"
        if len(values) == 2 and group.column.n_distinct > 2:
            params["groups"] = tuple(values)
            between = f"{values[0]} and {values[1]} ({group.name})"
        return TestCall("welch_t", params, f"Whether the mean of {measure.name} differs between {between}")
    words = f"Whether the mean of {measure.name} differs between the values of {group.name}"
    return TestCall("welch_anova", {"measure": measure.name, "group": group.name}, words)
