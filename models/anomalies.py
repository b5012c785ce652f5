"""What a detector knows of normal rows, without labels: it should find made-up rows more unusual than real ones."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.outputs import AnomalyOut

FloatArray = npt.NDArray[np.floating[Any]]
MOST_MADE_UP = 1_000
"""Enough to know the share of pairs in the wrong order to about one percent."""
FEW_VALUES = 20
"""A column with at most so many values is drawn from them, so that flags stay 0 or 1."""
MIDDLE = (0.005, 0.995)
"""Other columns are drawn evenly between these quantiles: the farthest values would make every draw easy to spot."""


def made_up_rows(X: FloatArray, X_train: FloatArray) -> FloatArray:
    """Rows of ``X``, up to 1,000, in which some columns hold values drawn at random from their range.

    As many columns as the square root of their number, others in each row. Few at a time, since rows that are made up
    throughout are easy to tell in many dimensions, and every detector would look perfect. The same rows give the same
    made-up rows.

    Args:
        X: Shape (n_samples, n_features); at least one row.
        X_train: Where the ranges come from.
    """
    generator = np.random.default_rng([len(X), X.shape[1]])
    n_rows, n_columns = min(len(X), MOST_MADE_UP), X.shape[1]
    rows = X[np.linspace(0, len(X) - 1, n_rows).round().astype(np.intp)].copy()
    drawn = np.column_stack([_draw(X_train[:, column], n_rows, generator) for column in range(n_columns)])
    n_drawn = max(1, round(n_columns**0.5))
    chosen = generator.random((n_rows, n_columns)).argsort(axis=1) < n_drawn
    rows[chosen] = drawn[chosen]
    return rows


def lay_out(scores: FloatArray, made_up_scores: FloatArray, threshold: float) -> FloatArray:
    """The outputs of rows, as ``AnomalyOut`` says, from their scores and those of made-up rows. Higher is odder."""
    ordered = np.sort(made_up_scores)
    below = np.searchsorted(ordered, scores, side="left")
    through = np.searchsorted(ordered, scores, side="right")
    out = np.empty((len(scores), len(AnomalyOut)))
    out[:, AnomalyOut.THRESHOLD] = threshold
    out[:, AnomalyOut.SCORE] = scores
    out[:, AnomalyOut.MADE_UP] = (below + through) / (2 * len(ordered))
    return out


def anomaly_outputs(estimator: Any, X: FloatArray, made_up: FloatArray) -> FloatArray:
    """What a fitted detector of scikit-learn says of ``X``."""
    threshold = -float(np.ravel(estimator.offset_)[0])
    return lay_out(-estimator.score_samples(X), -estimator.score_samples(made_up), threshold)


def _draw(column: npt.NDArray[Any], n: int, generator: np.random.Generator) -> npt.NDArray[Any]:
    values = np.unique(column)
    if len(values) <= FEW_VALUES:
        return generator.choice(values, n)
    low, high = np.quantile(column, MIDDLE)
    return generator.uniform(low, high, n)
