"""A fitted pipeline whose features have names on the way from preprocessing to the estimator."""

import copy
import warnings
from typing import Any

import numpy as np
import pandas as pd

INNER = ("estimators_", "calibrated_classifiers_", "regressor_", "estimator", "steps")
"""Attributes in which estimators hold others that get to see the same features."""
PASSING = ("Voting", "Stacking", "Calibrated", "_Calibrated", "TransformedTarget", "Pipeline")
"""How the classes begin that hand a table on as it is; all others hand on arrays."""
OWN_COLUMNS = "_preprocessor"
"""Where histogram gradient boosting keeps what reads its categories."""


def named_pipeline(preprocessor: Any, estimator: Any, rows: pd.DataFrame) -> Any:
    """A ``Pipeline`` of fitted parts, in which preprocessing gives a table with the names of features.

    The estimator learned from arrays and is told the names afterwards. One that cannot be told, or that would complain
    about them, gets arrays as before: prediction never warns.

    Args:
        preprocessor: Fitted; has ``set_output`` and ``get_feature_names_out``.
        estimator: Fitted on what ``preprocessor`` gives; it is not changed.
        rows: A few raw rows to try the pipeline on.
    """
    from sklearn.pipeline import Pipeline

    plain = Pipeline([("preprocessing", preprocessor), ("estimator", estimator)])
    if not hasattr(preprocessor, "set_output"):
        return plain
    named = Pipeline(
        [
            ("preprocessing", copy.copy(preprocessor).set_output(transform="pandas")),
            ("estimator", _told(estimator, preprocessor.get_feature_names_out())),
        ]
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            is_same = np.array_equal(named.predict(rows), plain.predict(rows))
        except (AttributeError, TypeError, ValueError):
            return plain
    return named if is_same and not caught else plain


def _told(estimator: Any, names: Any) -> Any:
    """A copy of ``estimator`` that knows the names of its features; parts that learn from arrays are shared."""
    if isinstance(estimator, tuple):  # a step of a pipeline, with its name
        return (estimator[0], _told(estimator[1], names))
    found = copy.copy(estimator)
    if not type(found).__name__.startswith(PASSING):
        _tell(found, names)
        if hasattr(getattr(found, OWN_COLUMNS, None), "transformers_"):
            setattr(found, OWN_COLUMNS, _told_columns(getattr(found, OWN_COLUMNS), names))
        return found
    for attribute in INNER:
        inner = getattr(found, attribute, None)
        if isinstance(inner, list):
            told = [_told(each, names) for each in inner] if attribute != "steps" else _first_told(inner, names)
            setattr(found, attribute, told)
        elif inner is not None and hasattr(inner, "predict"):
            setattr(found, attribute, _told(inner, names))
    _tell(found, names)
    return found


def _told_columns(transformer: Any, names: Any) -> Any:
    """A copy of a ``ColumnTransformer`` whose parts know the names of their columns."""
    found = copy.copy(transformer)
    _tell(found, names)
    found.transformers_ = []
    for name, part, columns in transformer.transformers_:
        told = copy.copy(part)
        if hasattr(told, "categories_"):
            _tell(told, np.asarray(names, dtype=object)[np.asarray(columns)])
        found.transformers_.append((name, told, columns))
    return found


def _first_told(steps: list[Any], names: Any) -> list[Any]:
    """Only the first step of a pipeline sees the features themselves."""
    return [_told(steps[0], names), *steps[1:]]


def _tell(estimator: Any, names: Any) -> None:
    try:
        estimator.feature_names_in_ = np.asarray(names, dtype=object)
    except AttributeError:
        return  # those of boosting libraries keep names of their own, and take tables and arrays alike
