"""Some rows for all of them: a sample that keeps the class shares and is the same each time."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import LearningTask


def sample_places(y: npt.NDArray[Any], n: int, *, task: LearningTask, seed: int) -> npt.NDArray[np.int64]:
    """Places of ``n`` rows, ascending; of all rows when there are no more.

    Classes keep their shares, values of a regression their distribution: rows are sorted by the target, shuffled
    where it is equal, and taken at equal distances from a random start.

    Args:
        y: Class codes or values, shape (n_samples,).
        n: At least 1.
        task: Codes or values.
        seed: The same one gives the same rows.
    """
    if len(y) <= n:
        return np.arange(len(y))
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(len(y))
    order = shuffled[np.argsort(y[shuffled], kind="stable")]
    places = np.floor((np.arange(n) + generator.random()) * len(y) / n).astype(np.int64)
    chosen = order[np.minimum(places, len(y) - 1)]
    if task is LearningTask.CLASSIFICATION:
        chosen = _with_every_class(y, chosen, n)
    return np.sort(chosen)


def _with_every_class(y: npt.NDArray[Any], chosen: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """Rare classes may have fallen between two rows: their first row comes in for one of the largest class."""
    missing = np.setdiff1d(np.unique(y), y[chosen])
    for code in missing[: max(0, n - len(np.unique(y[chosen])))]:
        values, counts = np.unique(y[chosen], return_counts=True)
        largest = np.flatnonzero(y[chosen] == values[np.argmax(counts)])
        chosen[largest[-1]] = np.flatnonzero(y == code)[0]
    return chosen
