"""All metrics of some predictions in one go: the quick ones for each point of a live curve, every one at the end."""

from collections.abc import Iterable

import numpy as np

from evaluation.registry import METRICS, live_metrics_for, metrics_for
from evaluation.spec import MetricSpec, Predictions


def score_outputs(predictions: Predictions) -> dict[str, float]:
    """Every live metric of the task by key, all rows weighing the same.

    Raises:
        ValueError: There is no row.
    """
    return _scores(predictions, live_metrics_for(predictions.task))


def score_all(predictions: Predictions) -> dict[str, float]:
    """Every metric that is defined for ``predictions``, by key. Raises like ``score_outputs``."""
    return _scores(predictions, defined_metrics(predictions))


def score_keys(predictions: Predictions, keys: Iterable[str]) -> dict[str, float]:
    """Some metrics, all of them defined for ``predictions``, by key. Raises like ``score_outputs``."""
    return _scores(predictions, [METRICS[key] for key in keys])


def defined_metrics(*predictions: Predictions) -> tuple[MetricSpec, ...]:
    """The metrics that all of ``predictions``, of one task, have; in key order."""
    specs = metrics_for(predictions[0].task)
    return tuple(spec for spec in specs if all(spec.is_defined(each) for each in predictions))


def _scores(predictions: Predictions, specs: Iterable[MetricSpec]) -> dict[str, float]:
    if not predictions.n_samples:
        raise ValueError("there is nothing to score: the predictions have no row")
    weights = np.ones((1, predictions.n_samples))
    return {spec.key: float(spec.score(predictions, weights)[0]) for spec in specs}
