"""Targets as numbers."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import UnsuitableData
from core.types import LearningTask


def encode_target(values: "pd.Series[Any]", task: LearningTask) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
    """Class codes and class names in sorted order, or floats and no names.

    Raises:
        UnsuitableData: One class only, or a regression on values that are not numbers.
    """
    if task is LearningTask.REGRESSION:
        try:
            y = pd.to_numeric(values).to_numpy(dtype=float)
        except (ValueError, TypeError) as error:
            raise UnsuitableData(
                f"The target {values.name!r} holds values that are not numbers.",
                hint="Choose classification, or another target.",
                field="target",
            ) from error
        if not np.isfinite(y).all():
            raise UnsuitableData(
                f"The target {values.name!r} holds infinite values.", hint="Remove those rows.", field="target"
            )
        if np.ptp(y) == 0:
            raise _constant_target(values, str(y[0]))
        return y, ()
    classes, codes = np.unique(values.to_numpy(dtype=object if values.dtype == object else None), return_inverse=True)
    if len(classes) < 2:
        raise _constant_target(values, str(classes[0]))
    return codes, tuple(_label(value) for value in classes)


def _constant_target(values: "pd.Series[Any]", only: str) -> UnsuitableData:
    return UnsuitableData(
        f"The target {values.name!r} has the same value {only!r} in every row.",
        hint="Choose a target that varies; there is nothing to learn from a constant.",
        field="target",
    )


def _label(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
