"""From the files of a run to what is explained. The test rows stay where they are."""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from core.computing.spec import RunFiles
from core.errors import Conflict
from core.types import SUPERVISED, LearningTask, Split
from evaluation.explaining.subject import Subject
from evaluation.run_rows import require_task

if TYPE_CHECKING:
    import pandas as pd

Part = Literal["validation", "train"]
"""The rows that may be explained."""


def load_subject(files: RunFiles, *, part: Part, what: str) -> Subject:
    """The pipeline of a run, the rows of ``part``, and its training rows.

    Args:
        files: Of a run that has a result.
        part: Which rows are explained.
        what: The explanation, for a refusal: "Permutation importance".

    Raises:
        UserInputError: The run is neither a classification nor a regression.
        Conflict: Its files do not fit together any more.
    """
    import joblib

    from core.tables.preview import read_frame

    require_task(files, SUPERVISED, what)
    run = files.run
    assert run.result is not None, "a run with files has a result"
    stored = joblib.load(files.model)
    pipeline = stored["pipeline"]
    columns = [str(name) for name in pipeline[0].feature_names_in_]
    target = run.config.target
    table = read_frame(files.table.path, columns=[*columns, target])
    is_known = table[target].notna().to_numpy()
    numbers = np.flatnonzero(is_known) + 1
    frame = table.loc[is_known, columns].reset_index(drop=True)
    y = _encoded(table.loc[is_known, target], run.config.task, run.result.labels)
    with np.load(files.split, allow_pickle=False) as arrays:
        explained, train = arrays[Split(part).value], arrays[Split.TRAIN.value]
    return Subject(
        pipeline=pipeline,
        task=run.config.task,
        labels=run.result.labels,
        target=target,
        features=run.result.features,
        frame=frame.iloc[explained].reset_index(drop=True),
        y=y[explained],
        row_numbers=numbers[explained],
        background=frame.iloc[train].reset_index(drop=True),
        y_background=y[train],
    )


def _encoded(values: "pd.Series[Any]", task: LearningTask, labels: tuple[str, ...]) -> npt.NDArray[Any]:
    """Class codes by the run's own labels, or floats."""
    if task is LearningTask.REGRESSION:
        found: npt.NDArray[np.float64] = values.to_numpy(dtype=np.float64)
        return found
    codes = {label: code for code, label in enumerate(labels)}
    try:
        return np.array([codes[_label(value)] for value in values.to_numpy(dtype=object)], dtype=np.int64)
    except KeyError as error:
        raise Conflict(
            f"The target holds {error.args[0]!r}, which the run does not know.", hint="Train a new run."
        ) from error


def _label(value: Any) -> str:
    """As training names classes: whole numbers without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
