"""Questions, groups of tests and states of assumptions as a person reads them."""

from types import MappingProxyType

from core.statistics.result import AssumptionState
from core.statistics.spec import Goal, QuestionGroup
from core.types import Column, ColumnType

GOALS = MappingProxyType(
    {
        Goal.DIFFERENCE: "Do groups differ?",
        Goal.RELATION: "Are two columns related?",
        Goal.BEFORE_AFTER: "Did the same subjects change?",
        Goal.PROPORTION: "Is a share different?",
        Goal.DISTRIBUTION: "What shape does a column have?",
        Goal.FIT: "Does a column fit what I expect?",
    }
)
COLUMNS_HINT = MappingProxyType(
    {
        Goal.DIFFERENCE: "One column of numbers, and one or two that say who is in which group. "
        "Numbers alone are compared with a value.",
        Goal.RELATION: "Two columns of numbers, or two of categories.",
        Goal.BEFORE_AFTER: "The columns before and after; or one column of values and one of occasions, with who is "
        "who.",
        Goal.PROPORTION: "A column of groups and one of outcomes; or one column whose shares you know.",
        Goal.DISTRIBUTION: "One column of numbers; with a column of two groups, both are compared.",
        Goal.FIT: "One column.",
    }
)
GROUPS = MappingProxyType(
    {
        QuestionGroup.MEANS: "One or two groups",
        QuestionGroup.GROUPS: "Several groups",
        QuestionGroup.PAIRED: "The same subjects again",
        QuestionGroup.RELATION: "Relations",
        QuestionGroup.PROPORTIONS: "Shares",
        QuestionGroup.DISTRIBUTION: "Distributions",
    }
)
ASSUMPTION = MappingProxyType(
    {
        AssumptionState.OK: ":green[:material/check_circle: holds]",
        AssumptionState.DOUBTFUL: ":orange[:material/help: doubtful]",
        AssumptionState.VIOLATED: ":red[:material/cancel: does not hold]",
        AssumptionState.TO_JUDGE: ":gray[:material/person: for you to judge]",
    }
)
_TYPES = MappingProxyType(
    {
        ColumnType.INTEGER: "whole numbers",
        ColumnType.NUMBER: "numbers",
        ColumnType.BOOLEAN: "true or false",
        ColumnType.DATETIME: "dates",
        ColumnType.STRING: "text",
    }
)


def column_label(column: Column) -> str:
    """A column with what it holds, for a list to choose from."""
    kind = _TYPES[column.type]
    if column.type in (ColumnType.STRING, ColumnType.INTEGER):
        return f"{column.name} · {kind}, {column.n_distinct:,} values"
    return f"{column.name} · {kind}"
