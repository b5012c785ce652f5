"""The rows of one part of a finished run: what was said of them, and where they stand in the dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.computing.spec import RunFiles
from core.errors import UserInputError
from core.types import LearningTask, Split
from evaluation.spec import Predictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def read_predictions(files: RunFiles, split: Split) -> Predictions:
    """Truth and outputs of the rows of ``split``, in the order of the split."""
    assert files.run.result is not None, "a run with files has a result"
    with np.load(files.evaluation, allow_pickle=False) as arrays:
        return Predictions(
            task=files.run.config.task,
            y_true=arrays[f"{split.value}/y_true"],
            y_out=arrays[f"{split.value}/y_out"],
            n_classes=len(files.run.result.labels),
        )


def read_row_numbers(files: RunFiles, split: Split) -> npt.NDArray[np.int64]:
    """Where these rows stand in the file of the dataset, counted from 0.

    The split counts the rows whose target is known.
    """
    from core.tables.preview import read_frame

    target = files.run.config.target
    known = np.flatnonzero(read_frame(files.table.path, columns=[target])[target].notna().to_numpy())
    with np.load(files.split, allow_pickle=False) as arrays:
        numbers: npt.NDArray[np.int64] = known[arrays[split.value]]
    return numbers


def read_columns(files: RunFiles, split: Split, names: Sequence[str]) -> pd.DataFrame:
    """Raw columns of these rows, in the order of the split, beside ``read_predictions``."""
    from core.tables.preview import read_frame

    return read_frame(files.table.path, columns=names).iloc[read_row_numbers(files, split)].reset_index(drop=True)


def require_task(files: RunFiles, tasks: frozenset[LearningTask], what: str) -> None:
    """Refuse a run whose task has no ``what``. Raises UserInputError."""
    task = files.run.config.task
    if task not in tasks:
        raise UserInputError(
            f"{what} needs a {' or a '.join(sorted(tasks))}; this run is a {task.value.replace('_', ' ')}.",
            hint="Choose another run.",
            field="run_id",
        )


def require_two_classes(files: RunFiles, what: str) -> tuple[str, str]:
    """The labels of a run of two classes, the positive one second. Raises UserInputError for another run."""
    require_task(files, frozenset({LearningTask.CLASSIFICATION}), what)
    assert files.run.result is not None
    labels: Any = files.run.result.labels
    if len(labels) != 2:
        raise UserInputError(
            f"{what} needs a target of two classes; this one has {len(labels)}.",
            hint="Train on a target with two values.",
            field="run_id",
        )
    return labels[0], labels[1]


def column_of(files: RunFiles, name: str, field: str) -> None:
    """Refuse a name that is no column of the run's dataset. Raises UserInputError."""
    if name not in {column.name for column in files.table.dataset.columns}:
        raise UserInputError(f"There is no column {name!r}.", hint="Choose one of the dataset.", field=field)
