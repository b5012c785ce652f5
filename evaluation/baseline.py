"""The dummy that every model has to beat: it ignores all features."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import LearningTask
from evaluation.spec import Predictions


def baseline_predictions(
    y_train: npt.NDArray[Any], y_true: npt.NDArray[Any], *, task: LearningTask, n_classes: int = 0
) -> Predictions:
    """What a dummy that knows the training targets only says of other rows.

    For each row the class shares of the training rows, or their mean.

    Args:
        y_train: Class codes or floats, shape (n_train,).
        y_true: Truth of the rows to predict, shape (n_samples,).
        task: What is learned.
        n_classes: Number of class codes; 0 for a regression.
    """
    if task is LearningTask.REGRESSION:
        y_out = np.full(len(y_true), np.mean(y_train))
    else:
        y_out = np.tile(np.bincount(y_train, minlength=n_classes) / len(y_train), (len(y_true), 1))
    return Predictions(task=task, y_true=y_true, y_out=y_out, n_classes=n_classes)
