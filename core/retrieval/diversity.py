"""An order in which each passage adds something to those before it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.retrieval.spec import Vectors


def diversified(relevance: Sequence[float], vectors: Vectors, *, diversity: float, n: int) -> list[int]:
    """Maximal marginal relevance: positions in the order in which they are taken.

    Each time the one with the largest ``(1 - diversity) * relevance - diversity * likeness`` is taken, where likeness
    is the cosine to the most alike of those taken before.

    Args:
        relevance: Joint scores, best first; they are stretched to [0, 1], so that the knob means the same for every
            way of scoring.
        vectors: Unit rows in the same order, shape (len(relevance), dimension).
        diversity: 0 keeps the order, 1 looks at likeness alone after the first.
        n: How many are taken.

    Source:
        Carbonell and Goldstein 1998, doi:10.1145/290941.291025.
    """
    scores = _stretched(np.asarray(relevance, dtype=np.float64))
    n = min(n, len(scores))
    if diversity <= 0 or n == 0:
        return list(range(n))
    taken = [int(np.argmax(scores))]
    likeness = vectors @ vectors[taken[0]]
    is_left = np.ones(len(scores), dtype=bool)
    is_left[taken[0]] = False
    while len(taken) < n:
        worth = np.where(is_left, (1 - diversity) * scores - diversity * likeness, -np.inf)
        taken.append(int(np.argmax(worth)))
        is_left[taken[-1]] = False
        likeness = np.maximum(likeness, vectors @ vectors[taken[-1]])
    return taken


def places_moved(order: Sequence[int]) -> list[int]:
    """Places that each one of ``order`` gained (positive) or lost against the order of positions.

    Example:
        >>> places_moved([0, 3, 1])
        [0, 2, -1]
    """
    return [before - now for now, before in enumerate(order)]


def _stretched(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if scores.size == 0:
        return scores
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.ones_like(scores)
