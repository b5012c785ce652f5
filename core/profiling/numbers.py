"""What the looked-at values of a column of numbers or moments say."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.profiling.facts import OutlierFacts, Quantile
from core.types import HistogramBin, TopValue

FloatArray = npt.NDArray[np.float64]

SHARES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)
N_BINS = 40
ROBUST_LIMIT = 3.5
"""Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers: the distance beyond which a value is an outlier."""
MAD_SCALE = 1.4826
"""Makes the median absolute deviation of a normal distribution its standard deviation."""
NINES = frozenset(float(sign * int(digit * length)) for sign in (1, -1) for digit in "98" for length in range(2, 8))
"""-99, 999, 8888 and so on: what people type for "unknown"."""
MARK_SHARE = 0.001
FEWEST_MARKS = 3
VARIED = 10
"""Columns with fewer different values are codes, of which any may stand apart."""


def quantiles(ordered: FloatArray) -> tuple[Quantile, ...]:
    """Quantiles of finite values in rising order; none of no values."""
    if not ordered.size:
        return ()
    places = np.asarray(SHARES) * (ordered.size - 1)
    below = np.floor(places).astype(int)
    above = np.minimum(below + 1, ordered.size - 1)
    # Interpolated as a weighted mean, which does not overflow between the largest and the smallest number.
    part = places - below
    values = ordered[below] * (1 - part) + ordered[above] * part
    return tuple(Quantile(share=share, value=float(value)) for share, value in zip(SHARES, values, strict=True))


def histogram(values: FloatArray, *, n_bins: int = N_BINS) -> tuple[HistogramBin, ...]:
    """Bars of equal width from the lowest to the highest value; none where that has no width.

    Whole numbers of a small range get a bar each, centred on them.
    """
    if not values.size:
        return ()
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(high - low) or low + (high - low) / n_bins <= low:
        return ()
    edges = np.linspace(low, high, n_bins + 1)
    if high - low < n_bins and is_whole(values):
        edges = np.arange(low - 0.5, high + 1.0)
    counts, _ = np.histogram(values, edges)
    return bars(edges, counts)


def bars(edges: Iterable[float], counts: Iterable[int]) -> tuple[HistogramBin, ...]:
    """Neighbouring edges and what lies between them."""
    known = [float(edge) for edge in edges]
    return tuple(
        HistogramBin(low=known[index], high=known[index + 1], count=int(count)) for index, count in enumerate(counts)
    )


def is_whole(values: FloatArray) -> bool:
    """Whether every value is a whole number."""
    return bool(np.all(values == np.floor(values)))


def shape(values: FloatArray) -> tuple[float | None, float | None]:
    """Skew and excess kurtosis with the corrections of samples; None where they are not defined."""
    n = values.size
    if n < 3:
        return None, None
    scale = float(np.abs(values).max())
    if not scale or not np.isfinite(scale):
        return (0.0, 0.0 if n > 3 else None) if scale == 0 else (None, None)
    centred = values / scale
    centred = centred - centred.mean()
    squares = centred * centred
    second = float(squares.mean())
    if second <= 1e-28:  # rounding of equal values
        return 0.0, 0.0 if n > 3 else None
    third, fourth = float((squares * centred).mean()), float((squares * squares).mean())
    skew = float(third / second**1.5 * np.sqrt(n * (n - 1)) / (n - 2))
    if n < 4:
        return skew, None
    excess = fourth / second**2 - 3
    return skew, float((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6))


def outliers(ordered: FloatArray) -> tuple[OutlierFacts | None, float | None]:
    """Values far from the others in rising ``ordered``, and the median absolute deviation."""
    if ordered.size < 4:
        return None, None
    first, median, third = np.quantile(ordered, [0.25, 0.5, 0.75])
    spread = third - first
    low, high = float(first - 1.5 * spread), float(third + 1.5 * spread)
    distances = np.abs(ordered - median)
    mad = float(np.median(distances))
    if not np.isfinite([low, high, mad]).all():
        return None, None
    robust = int(np.count_nonzero(distances > ROBUST_LIMIT * MAD_SCALE * mad)) if mad else 0
    n_low = int(np.searchsorted(ordered, low, side="left"))
    n_high = int(ordered.size - np.searchsorted(ordered, high, side="right"))
    return OutlierFacts(low_fence=low, high_fence=high, n_low=n_low, n_high=n_high, n_robust=robust), mad


def sentinels(ordered: FloatArray) -> tuple[TopValue, ...]:
    """Repeated values at an end that stand apart from all others, as marks for "missing" do."""
    found = []
    for index in (0, -1):
        if not ordered.size:
            break
        value = float(ordered[index])
        is_it = ordered == value
        count = int(np.count_nonzero(is_it))
        rest = ordered[~is_it]
        if rest.size and count >= max(FEWEST_MARKS, MARK_SHARE * ordered.size) and _is_mark(value, rest, index):
            found.append(TopValue(value=number_text(value), count=count))
            ordered = rest
    return tuple(found)


def _is_mark(value: float, rest: FloatArray, index: int) -> bool:
    """Whether ``value`` is a mark rather than one more of the varied values in ``rest``, next to it at ``index``.

    It is a row of nines or eights more than an interquartile range away, the only negative value, or farther from the
    others than they are from each other.
    """
    if value == 0 or value != np.floor(value) or np.unique(rest[:: max(1, rest.size // 10_000)]).size < VARIED:
        return False
    near = float(rest[index])
    gap = abs(near - value)
    spread = float(np.subtract(*np.quantile(rest, [0.75, 0.25])))
    return (value in NINES and gap > max(spread, 1.0)) or value < 0 <= near or gap > float(rest[-1] - rest[0])


def number_text(value: float) -> str:
    """A number as text, whole ones without decimals."""
    return str(int(value)) if value == np.floor(value) and abs(value) < 1e15 else repr(value)


def order_of(values: FloatArray) -> str | None:
    """Whether values without gaps never fall ("rising") or never rise ("falling") and are not all the same."""
    if values.size < 3 or np.isnan(values).any():
        return None
    before, after = values[:-1], values[1:]
    if np.all(after >= before) and np.any(after > before):
        return "rising"
    return "falling" if np.all(after <= before) and np.any(after < before) else None
