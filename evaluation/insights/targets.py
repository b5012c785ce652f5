"""Which columns look like what somebody wants to predict."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.records import Dataset, Run
from core.types import Column, ColumnType, LearningTask

NAMES = re.compile(
    r"(^|[\W_])(target|label|class|outcome|response|result|churn(ed)?|survived|default(ed)?|fraud|price|sales?|"
    r"revenue|score|quality|species|diagnosis|y|converted|clicked|cancel(l?ed)?|rating|risk|status|type|value)($|[\W_])",
    re.IGNORECASE,
)
MANY_CLASSES = 20
"""Whole numbers of more different values are quantities."""


@dataclass(frozen=True, kw_only=True)
class TargetGuess:
    """A column that may be what is predicted."""

    column: str
    task: LearningTask
    points: float
    reasons: tuple[str, ...]


def guess_targets(dataset: Dataset, runs: Sequence[Run] = (), *, most: int = 5) -> tuple[TargetGuess, ...]:
    """Columns that look like a target, the likeliest first; empty where none does.

    Runs that exist decide: a person has chosen already. Else a telling name, few classes and the last place count.
    """
    chosen = Counter(run.config.target for run in runs if run.config.target)
    n_rows = dataset.n_rows or 0
    able = [column for column in dataset.columns if _can_be_predicted(column, n_rows)]
    last = dataset.columns[-1].name if dataset.columns else ""
    guesses = [_guess(column, chosen, is_last=column.name == last) for column in able]
    found = [guess for guess in guesses if guess.points > 0]
    return tuple(sorted(found, key=lambda guess: (-guess.points, guess.column))[:most])


def task_for(column: Column) -> LearningTask:
    """Classification or regression, as a run without a task would take it."""
    if not column.type.is_numeric or column.n_distinct <= 2:
        return LearningTask.CLASSIFICATION
    is_few = column.type is ColumnType.INTEGER and column.n_distinct <= MANY_CLASSES
    return LearningTask.CLASSIFICATION if is_few else LearningTask.REGRESSION


def _can_be_predicted(column: Column, n_rows: int) -> bool:
    if column.is_constant or column.is_identifier or column.type is ColumnType.DATETIME:
        return False
    if column.n_missing > 0.5 * n_rows:
        return False
    return column.type.is_numeric or column.n_distinct <= min(MANY_CLASSES, max(2, n_rows // 10))


def _guess(column: Column, chosen: Counter[str], *, is_last: bool) -> TargetGuess:
    points, reasons = 0.0, []
    if column.name in chosen:
        points += 10 + chosen[column.name]
        reasons.append("runs predict it already")
    if NAMES.search(column.name):
        points += 2
        reasons.append("its name sounds like an outcome")
    if column.n_distinct == 2:
        points += 1.5
        reasons.append("it has two values")
    if is_last:
        points += 1.5
        reasons.append("it is the last column")
    return TargetGuess(column=column.name, task=task_for(column), points=points, reasons=tuple(reasons))
