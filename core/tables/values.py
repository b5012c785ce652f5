"""What the values of one column in memory look like: moments, frequent values, distribution."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.types import ColumnType, HistogramBin, TopValue

N_BINS = 20
N_TOP = 5
RARE = 10_000
"""A value that fewer than one row in so many has is not called frequent."""
VALUE_LENGTH = 200
"""Longest shown text of a value, in characters."""
SAFE_MAGNITUDE = 1e150
"""Squares of larger numbers overflow, so mean and deviation are left out."""
MAX_TIES = 1_000


@dataclass(frozen=True, kw_only=True)
class Values:
    """Facts on the present values of a column, or of a sample of it."""

    n: int
    n_distinct: int
    rarest: int
    """How often the rarest value occurs; 0 without values."""
    low: Any
    high: Any
    mean: float | None
    std: float | None
    median: float | None
    spaced_share: float
    """Part of the texts that hold a blank."""
    grows: bool
    """Whether each whole number is larger than the one before."""
    frequent: tuple[tuple[Any, int], ...]
    """The most frequent values with their counts, the most frequent first."""
    numbers: np.ndarray | None
    """The values as floats, datetimes as epoch seconds; None for other types."""

    def histogram(self, low: Any, high: Any, scale: float = 1.0) -> tuple[HistogramBin, ...]:
        """Equally wide bins from ``low`` to ``high``, the counts times ``scale``; none if they had no width."""
        if self.numbers is None or not self.n or low == high:
            return ()
        start, end = as_number(low), as_number(high)
        step = (end - start) / N_BINS
        if not start + step > start or not math.isfinite(end - start):
            return ()
        places = np.clip((self.numbers - start) / step, 0, N_BINS - 1).astype(np.int64)
        counts = np.bincount(places, minlength=N_BINS)
        return tuple(
            HistogramBin(
                low=start + index * step,
                high=end if index == N_BINS - 1 else start + (index + 1) * step,
                count=round(int(count) * scale),
            )
            for index, count in enumerate(counts)
        )

    def top_values(self, scale: float = 1.0) -> tuple[TopValue, ...]:
        """The most frequent values, the counts times ``scale``."""
        return tuple(TopValue(value=as_text(value), count=round(count * scale)) for value, count in self.frequent)


def describe(column: pa.ChunkedArray, kind: ColumnType) -> Values:
    """Facts on ``column``, which is of one of the types of the normal form."""
    present = column.drop_null().combine_chunks() if column.null_count else column.combine_chunks()
    tallies = present.value_counts()
    counts = tallies.field("counts").to_numpy()
    numbers = _numbers(present, kind)
    low, high = _bounds(present, kind)
    mean, std = _moments(numbers, low, high, kind)
    return Values(
        n=len(present),
        n_distinct=len(tallies),
        rarest=int(counts.min()) if len(counts) else 0,
        low=low,
        high=high,
        mean=mean,
        std=std,
        median=float(np.median(present.to_numpy())) if kind.is_numeric and len(present) else None,
        spaced_share=_spaced_share(present) if kind is ColumnType.STRING else 0.0,
        grows=kind is ColumnType.INTEGER and bool((np.diff(present.to_numpy()) > 0).all()),
        frequent=_frequent(tallies.field("values"), counts, len(present)),
        numbers=numbers,
    )


def has_moments(low: Any, high: Any) -> bool:
    """Whether squares of values between these bounds stay finite."""
    return low is not None and max(abs(low), abs(high)) < SAFE_MAGNITUDE


def as_number(value: Any) -> float:
    """A number or a datetime as a float, the latter in epoch seconds."""
    return (value - datetime(1970, 1, 1)).total_seconds() if isinstance(value, datetime) else float(value)


def as_text(value: Any) -> str:
    """A value as people read it, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    return str(value)[:VALUE_LENGTH]


def _numbers(present: pa.Array, kind: ColumnType) -> np.ndarray | None:
    if kind.is_numeric:
        return np.asarray(present.to_numpy(), dtype=np.float64)
    if kind is ColumnType.DATETIME:
        return np.asarray(present.cast(pa.int64()).to_numpy() / 1e6)
    return None


def _bounds(present: pa.Array, kind: ColumnType) -> tuple[Any, Any]:
    if not len(present):
        return None, None
    if kind.is_numeric:
        values = present.to_numpy()
        return values.min().item(), values.max().item()
    bounds = pc.min_max(present)
    return bounds["min"].as_py(), bounds["max"].as_py()


def _moments(numbers: np.ndarray | None, low: Any, high: Any, kind: ColumnType) -> tuple[float | None, float | None]:
    if numbers is None or not kind.is_numeric or not has_moments(low, high):
        return None, None
    return float(numbers.mean()), float(numbers.std(ddof=1)) if len(numbers) > 1 else None


def _spaced_share(present: pa.Array) -> float:
    return pc.mean(pc.match_substring(present, " ")).as_py() or 0.0


def _frequent(values: pa.Array, counts: np.ndarray, n: int) -> tuple[tuple[Any, int], ...]:
    """Up to N_TOP values that are no rarities, ties in the order of their texts."""
    if not len(counts) or len(counts) == n:
        return ()
    least = max(2, n // RARE, int(np.partition(counts, -N_TOP)[-N_TOP]) if len(counts) > N_TOP else 0)
    places = np.flatnonzero(counts >= least)[:MAX_TIES]
    found: Iterable[tuple[Any, int]] = zip(
        values.take(pa.array(places)).to_pylist(), counts[places].tolist(), strict=True
    )
    return tuple(sorted(found, key=lambda pair: (-pair[1], as_text(pair[0])))[:N_TOP])
