"""How good a ranking is, given what is relevant. All are in [0, 1], and higher is better."""

import math
from collections.abc import Mapping, Sequence

Grades = Mapping[str, float]
"""By id: how relevant something is; 1 is relevant, more is better, 0 or nothing is not."""


def recall_at_k(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """Share of what is relevant that is among the first ``k``; NaN when nothing is relevant.

    Example:
        >>> recall_at_k(["a", "b", "c"], {"b": 1, "d": 1}, 2)
        0.5
    """
    relevant = {key for key, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranked[:k])) / len(relevant) if relevant else math.nan


def success_at_k(ranked: Sequence[str], grades: Grades, k: int) -> float:
    """1 when anything among the first ``k`` is relevant, otherwise 0; NaN when nothing is relevant."""
    if not any(grade > 0 for grade in grades.values()):
        return math.nan
    return float(any(grades.get(key, 0) > 0 for key in ranked[:k]))


def reciprocal_rank(ranked: Sequence[str], grades: Grades, k: int | None = None) -> float:
    """1 / rank of the first relevant one, 0 when it is not among the first ``k``; NaN when nothing is relevant.

    Its mean over questions is the MRR.

    Example:
        >>> reciprocal_rank(["a", "b", "c"], {"b": 1, "c": 1})
        0.5
    """
    if not any(grade > 0 for grade in grades.values()):
        return math.nan
    ranks = (rank for rank, key in enumerate(ranked[:k], start=1) if grades.get(key, 0) > 0)
    return 1 / next(ranks, math.inf)


def ndcg_at_k(ranked: Sequence[str], grades: Grades, k: int = 10) -> float:
    """Discounted gain of the first ``k`` against that of the best possible order; NaN when nothing is relevant.

    The gain is the grade itself and the discount log2(1 + rank), as in trec_eval. Something that is listed twice
    counts once, where it stands first.

    Source:
        Järvelin and Kekäläinen 2002, doi:10.1145/582415.582418.

    Example:
        >>> round(ndcg_at_k(["a", "b"], {"b": 1}), 4)
        0.6309
    """
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    if not ideal:
        return math.nan
    gains = [max(grades.get(key, 0), 0) for key in list(dict.fromkeys(ranked))[:k]]
    return _discounted(gains) / _discounted(ideal)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(1 + rank) for rank, gain in enumerate(gains, start=1))
