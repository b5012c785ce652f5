"""Weighted counts per class: all that accuracy, precision, recall and F1 need to know."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.spec import FloatArray, Predictions


@dataclass(frozen=True, kw_only=True)
class ClassTotals:
    """Sums of weights for each weighting and class, shape (n_weightings, n_classes)."""

    true: FloatArray
    """Rows that are of the class."""
    predicted: FloatArray
    """Rows that are said to be of the class."""
    hits: FloatArray
    """Rows that are both."""
    is_present: npt.NDArray[np.bool_]
    """Shape (n_classes,): whether the class is true or predicted of any row, whatever its weight."""


def class_totals(predictions: Predictions, weights: FloatArray) -> ClassTotals:
    """The totals of ``predictions`` under each of ``weights``.

    Several metrics ask for the same totals in a row, so the last ones are kept with the predictions.
    """
    held: tuple[FloatArray, ClassTotals] | None = predictions.__dict__.get("_class_totals")
    if held is not None and held[0] is weights:
        return held[1]
    totals = _count(predictions, weights)
    predictions.__dict__["_class_totals"] = (weights, totals)
    return totals


def _count(predictions: Predictions, weights: FloatArray) -> ClassTotals:
    y_true, y_pred, n_classes = predictions.y_true, predictions.y_pred, predictions.n_classes
    is_hit = y_true == y_pred
    y_hit = y_true[is_hit]
    shape = (len(weights), n_classes)
    true, predicted, hits = np.empty(shape), np.empty(shape), np.empty(shape)
    # One bincount a weighting needs no table of rows by classes, and takes about as long as a matrix product with it.
    for row, weighting in enumerate(weights):
        true[row] = np.bincount(y_true, weighting, n_classes)
        predicted[row] = np.bincount(y_pred, weighting, n_classes)
        hits[row] = np.bincount(y_hit, weighting[is_hit], n_classes)
    is_present = (np.bincount(y_true, minlength=n_classes) + np.bincount(y_pred, minlength=n_classes)) > 0
    return ClassTotals(true=true, predicted=predicted, hits=hits, is_present=is_present)


def ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """``numerator / denominator``, 0 where there is nothing to divide by."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)


def positive_or_macro(predictions: Predictions, totals: ClassTotals, values: FloatArray) -> FloatArray:
    """One number from a value per class: the positive class of two, else the mean of the classes that occur.

    Args:
        predictions: Class code 1 of two is the positive one.
        totals: Of the same predictions.
        values: Shape (n_weightings, n_classes).
    """
    if predictions.n_classes == 2:
        return values[:, 1]
    means: FloatArray = values[:, totals.is_present].mean(axis=1)
    return means
