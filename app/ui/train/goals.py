"""What can be found out of a dataset, before a model is chosen."""

from dataclasses import dataclass
from types import MappingProxyType

from core.records import Dataset
from core.split_rules import TIME_TYPES
from core.types import SUPERVISED, ColumnType, LearningTask


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One thing to find out."""

    label: str
    icon: str
    sentence: str
    tasks: tuple[LearningTask, ...]


GOALS = MappingProxyType(
    {
        "predict": Goal(
            label="Predict a column",
            icon=":material/target:",
            sentence="Learn from rows whose answer is known, to say it for others: a class or a number.",
            tasks=tuple(sorted(SUPERVISED)),
        ),
        "groups": Goal(
            label="Find groups",
            icon=":material/bubble_chart:",
            sentence="Put rows that are alike together. Nothing has to be known; a column of names can judge them.",
            tasks=(LearningTask.CLUSTERING,),
        ),
        "oddities": Goal(
            label="Find what is odd",
            icon=":material/notification_important:",
            sentence="Learn what is normal and flag what is not. A column that says what was odd can judge the flags.",
            tasks=(LearningTask.ANOMALY_DETECTION,),
        ),
        "forecast": Goal(
            label="Forecast a series",
            icon=":material/timeline:",
            sentence="Learn from the past of one number how it goes on. Rows are put in order by a time column.",
            tasks=(LearningTask.FORECASTING,),
        ),
    }
)


def goal_of(task: str) -> str | None:
    """The goal that ``task`` belongs to; None for a word that is no task."""
    return next((key for key, goal in GOALS.items() if task in goal.tasks), None)


def possible_goals(dataset: Dataset) -> list[str]:
    """The goals that the columns allow, prediction first."""
    has_series = any(time_columns(dataset, name) for name in value_columns(dataset))
    return [goal for goal in GOALS if goal != "forecast" or has_series]


def value_columns(dataset: Dataset) -> list[str]:
    """Columns that could be forecast: numbers that vary."""
    return [column.name for column in dataset.columns if column.type.is_numeric and not column.is_constant]


def time_columns(dataset: Dataset, target: str) -> list[str]:
    """Columns that could put the rows in order, dates before whole numbers before others."""
    order = (ColumnType.DATETIME, ColumnType.INTEGER, ColumnType.NUMBER)
    columns = [
        column
        for column in dataset.columns
        if column.name != target and column.type in TIME_TYPES and not column.is_constant
    ]
    return [column.name for column in sorted(columns, key=lambda column: order.index(column.type))]
