"""Targets as numbers."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import ConstantTarget, InfiniteValues, UnsuitableData
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
            raise InfiniteValues(f"The target {values.name!r}", field="target")
        if np.ptp(y) == 0:
            raise ConstantTarget(str(values.name), y[0])
        return y, ()
    classes, codes = np.unique(values.to_numpy(dtype=object if values.dtype == object else None), return_inverse=True)
    if len(classes) < 2:
        raise ConstantTarget(str(values.name), _label(classes[0]))
    return codes, tuple(_label(value) for value in classes)


def _label(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
