"""What several trainers ask of a fitted estimator."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import UnsuitableData
from core.types import LearningTask, Split
from models.training import FloatArray, Outputs, TrainingData


def spread_classes(y_prob: FloatArray, classes: npt.NDArray[Any], n_classes: int) -> FloatArray:
    """Probabilities with one column for each of ``n_classes`` codes.

    A class without a training row is unknown to the estimator; its column is 0.

    Args:
        y_prob: Shape (n_samples, len(classes)).
        classes: The codes that the estimator knows, ascending.
        n_classes: Number of codes of the whole dataset.
    """
    if len(classes) == n_classes:
        return y_prob
    spread = np.zeros((len(y_prob), n_classes))
    spread[:, np.asarray(classes, dtype=np.intp)] = y_prob
    return spread


def rows(data: TrainingData, split: Split) -> tuple[FloatArray, npt.NDArray[Any]]:
    """Features and truth of the train or the validation part."""
    if split is Split.TRAIN:
        return data.X_train, data.y_train
    return data.X_validation, data.y_validation


def predict_outputs(
    estimator: Any, X: FloatArray, y_true: npt.NDArray[Any], *, task: LearningTask, n_classes: int
) -> Outputs:
    """The public prediction of a fitted ``estimator`` for ``X``, beside the truth."""
    if task is LearningTask.REGRESSION:
        return Outputs(y_true=y_true, y_out=estimator.predict(X))
    return Outputs(y_true=y_true, y_out=spread_classes(estimator.predict_proba(X), estimator.classes_, n_classes))


def single_precision(X: FloatArray) -> FloatArray:
    """``X`` as trees work on it: float32, its rows beside each other in memory.

    Raises:
        UnsuitableData: A number is too large for it.
    """
    with np.errstate(over="ignore"):
        single = np.ascontiguousarray(X, dtype=np.float32)
    if np.isinf(single).any():
        raise UnsuitableData(
            f"Some numbers are larger than {np.finfo(np.float32).max:.1g}, which is as far as trees can count.",
            hint="Scale the columns that hold them, or take their logarithm.",
        )
    return single
