"""Arithmetic that charts and their scripts share: the functions here go into scripts as they stand.

They use numpy and pandas under the names ``np`` and ``pd``, and each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def bins(low: float, high: float, about: int, is_whole: bool = False) -> tuple[float, float, int]:
    """Start, width and number of about ``about`` equal bins with round edges; whole numbers get whole widths."""
    if low == high:
        return (low - 0.5, 1.0, 1) if abs(low) < 1e15 else (low, abs(low) or 1.0, 1)
    raw = (high - low) / about
    if not math.isfinite(raw) or raw == 0:
        raise ArithmeticError("the values are too far apart, or too close")
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999), 10 * power)
    if is_whole:
        step = float(max(1, round(step)))
    start = math.floor(low / step) * step
    if low + step == low or start + step == start:  # so narrow that edges would coincide
        start, step = low, (high - low) / about
    return start, step, math.floor((high - start) / step) + 1


def smooth(counts: Any, step: float, bandwidth: float) -> Any:
    """Density at the middles of equal cells: each counted value becomes a Gaussian bell of width ``bandwidth``."""
    counts = np.asarray(counts, dtype=float)
    reach = min(len(counts) - 1, math.ceil(5 * bandwidth / step))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / bandwidth) ** 2)
    kernel /= bandwidth * math.sqrt(2 * math.pi) * counts.sum()
    return np.convolve(counts, kernel)[reach : reach + len(counts)]


def bandwidth_of(n: int, deviation: float, factor: float) -> float:
    """Scott's rule for one variable, times ``factor``; 0 when there is no spread."""
    return factor * deviation * n**-0.2 if n > 1 and deviation > 0 else 0.0


def density_cells(low: float, high: float, narrowest: float, widest: float) -> tuple[float, float, int]:
    """Start, width and number of cells for densities: fine enough for the narrowest bell, room for the widest."""
    start, end = low - 3 * widest, high + 3 * widest
    n_cells = min(8_192, max(256, math.ceil(4 * (end - start) / narrowest)))
    return start, (end - start) / n_cells, n_cells


def thinned(n_cells: int) -> int:
    """Every how many of ``n_cells`` cells a density is drawn: about 256 points."""
    return max(1, n_cells // 256)


def sample(rows: pd.DataFrame, n_rows: int) -> pd.DataFrame:
    """At most ``n_rows`` rows, spread over the table and the same ones each time; the index is the row number."""
    if len(rows) <= n_rows:
        return rows
    key = rows.index.to_numpy(dtype="uint64") * 2_654_435_761 % 2**32
    return rows.iloc[np.sort(np.argsort(key, kind="stable")[:n_rows])]


def categories(values: pd.Series, top: int, show_missing: bool = False) -> pd.Series:
    """The ``top`` most frequent values as ordered categories, the rest as "Other", empty ones as "Missing" if asked."""
    import pandas as pd

    def text(value: Any) -> str:
        return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)

    counts = values.value_counts()
    ranked = sorted(counts.index, key=lambda value: (-counts[value], value))
    kept = [text(value) for value in ranked[:top]]
    other, missing = "Other", "Missing"
    while other in kept:
        other += " (rest)"
    while missing in kept:
        missing += " (rest)"
    names = {value: text(value) if rank < top else other for rank, value in enumerate(ranked)}
    order = kept + [other] * (len(ranked) > top) + [missing] * show_missing
    labels = [missing if pd.isna(value) else names[value] for value in values]
    return pd.Series(pd.Categorical(labels, categories=order, ordered=True), index=values.index)


def lowest_digits(values: Sequence[float]) -> list[float]:
    """``values`` without the last digits that arithmetic leaves: 0.30000000000000004 becomes 0.3."""
    return [float(f"{value:.12g}") for value in values]
