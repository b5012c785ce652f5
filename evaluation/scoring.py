"""All metrics of some predictions in one go, as each point of a live curve needs them."""

import numpy as np

from evaluation.registry import metrics_for
from evaluation.spec import Predictions


def score_outputs(predictions: Predictions) -> dict[str, float]:
    """Every metric of the task by key, all rows weighing the same.

    Raises:
        ValueError: There is no row.
    """
    if not predictions.n_samples:
        raise ValueError("there is nothing to score: the predictions have no row")
    weights = np.ones((1, predictions.n_samples))
    return {spec.key: float(spec.score(predictions, weights)[0]) for spec in metrics_for(predictions.task)}
