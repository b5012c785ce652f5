"""Which divisions fit a dataset and a task, before anything is read."""

from collections.abc import Sequence

from core.errors import UserInputError
from core.types import SUPERVISED, Column, ColumnType, LearningTask, ResamplingParams, SplitParams

TIME_TYPES = frozenset({ColumnType.DATETIME, ColumnType.INTEGER, ColumnType.NUMBER})


def settled_split(split: SplitParams, *, columns: Sequence[Column], target: str, task: LearningTask) -> SplitParams:
    """``split`` with everything that its scheme does not use at its default: equal divisions look equal.

    Raises:
        UserInputError: The parts leave too little, or the column that the scheme needs is missing or does not fit.
    """
    if split.validation + split.test >= 0.95:
        raise UserInputError(
            f"Validation {split.validation:g} and test {split.test:g} leave nothing to train on.",
            hint="Their sum must stay below 0.95.",
            field="split",
        )
    kept: dict[str, object] = {"validation": split.validation, "test": split.test, "scheme": split.scheme}
    if split.scheme == "grouped":
        kept["group"] = _column(split.group, "group", columns, target).name
    elif split.scheme == "time":
        column = _column(split.time, "time", columns, target)
        if column.type not in TIME_TYPES:
            raise UserInputError(
                f"The time column {column.name!r} holds {column.type.value} values, which have no order in time.",
                hint="Choose a date or a number, or turn the column into dates first.",
                field="split.time",
            )
        kept |= {"time": column.name, "gap": split.gap}
    if task is LearningTask.REGRESSION and split.scheme in ("stratified", "grouped"):
        kept["bins"] = split.bins
    return SplitParams.model_validate(kept)


def settled_resampling(resampling: ResamplingParams, *, split: SplitParams, task: LearningTask) -> ResamplingParams:
    """``resampling`` with everything that its kind does not use at its default.

    Raises:
        UserInputError: The task has no target to be judged by, or the division has no chance to repeat.
    """
    kind = resampling.kind
    if kind == "none":
        return ResamplingParams()
    if task is LearningTask.FORECASTING:
        raise UserInputError(
            "A forecast is judged from many moments of its validation and test parts already, each knowing only what "
            "came before; folds would learn from what comes later.",
            hint="Leave cross-validation out.",
            field="resampling.kind",
        )
    if task not in SUPERVISED:
        raise UserInputError(
            f"Cross-validation needs a target to judge by, which {task.value.replace('_', ' ')} does not have in the "
            "same way.",
            hint="Leave cross-validation out.",
            field="resampling.kind",
        )
    if kind == "repeated" and split.scheme == "time":
        raise UserInputError(
            "A division by time has no chance in it, so repeats of it would all be the same.",
            hint="Choose k-fold instead of repeated k-fold.",
            field="resampling.kind",
        )
    kept: dict[str, object] = {"kind": kind, "folds": resampling.folds}
    if kind == "repeated":
        kept["repeats"] = resampling.repeats
    if kind == "nested":
        kept |= {"candidates": resampling.candidates, "inner_folds": resampling.inner_folds}
    return ResamplingParams.model_validate(kept)


def _column(name: str | None, kind: str, columns: Sequence[Column], target: str) -> Column:
    column = next((column for column in columns if column.name == name), None)
    if name is None or column is None:
        what = "none was chosen" if name is None else f"{name!r} is not one of the dataset's columns"
        raise UserInputError(
            f"This split needs a {kind} column, and {what}.",
            hint="Choose one of the dataset's columns, or another scheme.",
            field=f"split.{kind}",
        )
    if name == target:
        raise UserInputError(
            f"{name!r} is what is predicted, so rows cannot be divided by it.",
            hint="Choose another column.",
            field=f"split.{kind}",
        )
    if column.is_constant:
        raise UserInputError(
            f"The {kind} column {name!r} has the same value in every row.",
            hint="Choose a column that varies, or another scheme.",
            field=f"split.{kind}",
        )
    return column
