"""Telling an estimator which of its columns hold codes of categories."""

from collections.abc import Sequence
from typing import Any


def with_categories(estimator: Any, columns: Sequence[int], n_features: int) -> Any:
    """``estimator`` with its own parameter for categories set, so that every fit of it and of its clones knows them.

    Args:
        estimator: Unfitted.
        columns: Numbers of the columns that hold codes from 0, NaN where unknown. None of them leaves it as it is.
        n_features: Number of all columns.
    """
    if not columns:
        return estimator
    kind = type(estimator).__name__
    if kind.startswith("HistGradientBoosting"):
        return estimator.set_params(categorical_features=list(columns))
    if kind.startswith("XGB"):
        types = ["c" if column in columns else "q" for column in range(n_features)]
        return estimator.set_params(feature_types=types, enable_categorical=True)
    if kind.startswith("LGBM"):
        return estimator.set_params(categorical_column=list(columns))
    return estimator
