"""Control of false discoveries over everything that was asked of one dataset.

Every hypothesis of every detector goes through one procedure together, told or not. What a detector chose by looking at
rows (a segment, an interaction) it tests on rows that it had not looked at.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.insights.spec import Sureness

LEVEL = 0.05
"""Expected share of false ones among the discoveries. Without any effect it is the chance of a false card at all."""
STRONG, MODERATE = 1e-6, 1e-3
"""q-values below which a discovery is strong, or moderate."""
SEED = 20_240_229

FloatArray = npt.NDArray[np.float64]


def q_values(p_values: Sequence[float] | npt.NDArray[Any]) -> FloatArray:
    """The smallest level at which each hypothesis is a discovery, whatever their dependence.

    Args:
        p_values: Shape (m,), each in [0, 1]; NaN counts as 1.

    Returns:
        Shape (m,), each in [0, 1].

    Source:
        Benjamini and Yekutieli 2001, doi:10.1214/aos/1013699998, theorem 1.3.
    """
    p = np.asarray(p_values, dtype=np.float64)
    p = np.where(np.isfinite(p), np.clip(p, 0.0, 1.0), 1.0)
    m = p.size
    if not m:
        return p
    penalty = float((1.0 / np.arange(1, m + 1)).sum())
    order = np.argsort(p)
    raised = p[order] * m * penalty / np.arange(1, m + 1)
    falling = np.minimum.accumulate(raised[::-1])[::-1]
    q = np.empty(m)
    q[order] = np.minimum(falling, 1.0)
    return q


def sureness_of(q_value: float | None) -> Sureness:
    """How sure a discovery is: what was counted is certain, what was tested follows its q-value."""
    if q_value is None:
        return "certain"
    if q_value < STRONG:
        return "strong"
    return "moderate" if q_value < MODERATE else "weak"


def halves(n_rows: int) -> npt.NDArray[np.bool_]:
    """Which rows are looked at when something is chosen; the others confirm it. The same for one number of rows."""
    order = np.random.default_rng(SEED).permutation(n_rows)
    chosen = np.zeros(n_rows, dtype=bool)
    chosen[order[: n_rows // 2]] = True
    return chosen
