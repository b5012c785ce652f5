"""The values of a raw column in a few named parts: ranges of numbers and times, frequent values, the missing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

MISSING = "missing"
OTHERS = "other values"
FEW_VALUES = 6
"""A number with no more different values is taken value by value."""


@dataclass(frozen=True, kw_only=True)
class Bins:
    """Parts of a column; every row is in one."""

    names: tuple[str, ...]
    codes: npt.NDArray[np.intp]
    """The part of each row, shape (n_samples,)."""


def column_bins(values: pd.Series[Any], *, n_ranges: int = 4, most_values: int = 8) -> Bins:
    """The parts of ``values``; a part without a row does not exist.

    Args:
        values: A raw column.
        n_ranges: Ranges with about as many rows each, for numbers and times of many values.
        most_values: Frequent values that stay by themselves; the rest becomes one part.
    """
    known = values.notna().to_numpy()
    if known.any() and _is_ordered(values) and values[known].nunique() > FEW_VALUES:
        names, codes = _ranges(values[known], n_ranges)
    else:
        names, codes = _frequent(values[known], most_values)
    if not known.all():
        names = [*names, MISSING]
    every = np.full(len(values), len(names) - 1, dtype=np.intp)
    every[known] = codes
    present, codes = np.unique(every, return_inverse=True)
    return Bins(names=tuple(names[code] for code in present), codes=codes.astype(np.intp))


def _is_ordered(values: pd.Series[Any]) -> bool:
    import pandas as pd

    types = pd.api.types
    return types.is_datetime64_any_dtype(values) or (types.is_numeric_dtype(values) and not types.is_bool_dtype(values))


def _ranges(values: pd.Series[Any], n_ranges: int) -> tuple[list[str], npt.NDArray[np.intp]]:
    import pandas as pd

    is_time = pd.api.types.is_datetime64_any_dtype(values)
    numbers = values.astype("int64").to_numpy() if is_time else values.to_numpy(dtype=float)
    finite = numbers[np.isfinite(numbers)]
    edges = np.unique(np.quantile(finite, np.linspace(0, 1, n_ranges + 1)[1:-1])) if len(finite) else np.array([0.0])
    if is_time:
        texts = [str(value)[:10] for value in pd.to_datetime(edges, unit=values.dt.unit)]
    else:
        texts = [f"{edge:.4g}" for edge in edges]
    names = [f"up to {texts[0]}"]
    names += [f"{low} to {high}" for low, high in pairwise(texts)]
    names.append(f"above {texts[-1]}")
    return names, np.searchsorted(edges, numbers, side="left")


def _frequent(values: pd.Series[Any], most_values: int) -> tuple[list[str], npt.NDArray[np.intp]]:
    texts = values.map(_text)
    counts = texts.value_counts(sort=False).reset_index()
    counts.columns = ["text", "n"]
    frequent = counts.sort_values(["n", "text"], ascending=[False, True])["text"].tolist()
    kept = frequent if len(frequent) <= most_values else frequent[: most_values - 1]
    position = {text: code for code, text in enumerate(kept)}
    codes = np.array([position.get(text, len(kept)) for text in texts], dtype=np.intp)
    return [*kept, *([OTHERS] if len(kept) < len(frequent) else [])], codes


def _text(value: Any) -> str:
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if is_whole else str(value)
