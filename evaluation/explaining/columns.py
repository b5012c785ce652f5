"""Which features come from which raw column, and what a feature's value means in raw units.

Found by asking the preprocessing itself: a typical row is repeated, one column of it takes the values that occur, and
the features that move come from that column. So it holds for any preprocessing, whatever its steps are called.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evaluation.explaining.subject import Subject

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]
MOST_PROBES = 240
"""Values of a column that are tried: the most frequent ones, and quantiles of numbers and times."""
MOST_ROWS = 20_000
"""Rows that go through preprocessing at once."""


@dataclass(frozen=True, kw_only=True)
class ColumnProbe:
    """What the features do when one column of a typical row takes other values."""

    column: str
    is_ordered: bool
    """Whether its values are numbers or times."""
    values: tuple[Any, ...]
    """Ascending if ordered, else by frequency; None, for a missing value, comes last, and only where there are any."""
    features: FloatArray
    """Shape (n_values, n_features)."""

    @cached_property
    def moved(self) -> npt.NDArray[np.bool_]:
        """By feature: whether it depends on this column."""
        first = np.nan_to_num(self.features[:1], nan=1.2345e9)
        changed: npt.NDArray[np.bool_] = (np.nan_to_num(self.features, nan=1.2345e9) != first).any(axis=0)
        return changed


@dataclass(frozen=True, kw_only=True)
class ColumnMap:
    """How raw columns and features belong together."""

    probes: tuple[ColumnProbe, ...]
    """In the order of the columns."""
    features: tuple[str, ...]

    @cached_property
    def depends(self) -> npt.NDArray[np.bool_]:
        """Shape (n_columns, n_features)."""
        found = np.stack([probe.moved for probe in self.probes])
        for feature in np.flatnonzero(~found.any(axis=0)):
            if (column := self._by_name(self.features[feature])) is not None:
                found[column, feature] = True
        return found

    @property
    def is_separable(self) -> bool:
        """Whether each feature comes from one column at most: then moving features is moving columns."""
        return bool((self.depends.sum(axis=0) <= 1).all())

    def features_of(self, column: str) -> npt.NDArray[np.int64]:
        """Places of the features that depend on ``column``."""
        return np.flatnonzero(self.depends[self._place(column)])

    def source_of(self, feature: int) -> ColumnProbe | None:
        """The one column behind a feature, or None when there are several or none."""
        sources = np.flatnonzero(self.depends[:, feature])
        return self.probes[int(sources[0])] if len(sources) == 1 else None

    def players(self) -> list[tuple[str, npt.NDArray[np.int64]]]:
        """The features gathered by raw column; those of several columns or none stand for themselves."""
        n_sources = self.depends.sum(axis=0)
        found = [
            (probe.column, np.flatnonzero(self.depends[place] & (n_sources == 1)))
            for place, probe in enumerate(self.probes)
        ]
        joint = [(self.features[place], np.array([place])) for place in np.flatnonzero(n_sources != 1)]
        return [(name, places) for name, places in found if len(places)] + joint

    def _place(self, column: str) -> int:
        return [probe.column for probe in self.probes].index(column)

    def _by_name(self, feature: str) -> int | None:
        """A feature that never moved, such as that of a rare word, by the longest column name that it begins with."""
        fitting = [
            (len(probe.column), place)
            for place, probe in enumerate(self.probes)
            if feature == probe.column or feature.startswith(f"{probe.column}_")
        ]
        return max(fitting)[1] if fitting else None


def map_columns(subject: Subject) -> ColumnMap:
    """Ask the preprocessing of ``subject`` which features follow which columns."""
    import pandas as pd

    frame = subject.background
    typical = typical_row(frame)
    tried = [_values(frame[name]) for name in subject.columns]
    probes: list[ColumnProbe] = []
    waiting: list[int] = []
    for place, values in enumerate(tried):
        waiting.append(place)
        if sum(len(tried[each][0]) for each in waiting) >= MOST_ROWS or place == len(tried) - 1 or len(values[0]) == 0:
            blocks = [_block(typical, frame, subject.columns[each], tried[each][0]) for each in waiting]
            features = subject.transform(pd.concat(blocks, ignore_index=True))
            start = 0
            for each in waiting:
                size = len(tried[each][0])
                probes.append(
                    ColumnProbe(
                        column=subject.columns[each],
                        is_ordered=tried[each][1],
                        values=tuple(None if pd.isna(value) else value for value in tried[each][0]),
                        features=features[start : start + size],
                    )
                )
                start += size
            waiting = []
    return ColumnMap(probes=tuple(probes), features=subject.features)


def typical_row(frame: "pd.DataFrame") -> "pd.DataFrame":
    """One row: the median of numbers and times (a value that occurs), the most frequent value of all else."""
    import pandas as pd

    values: dict[str, Any] = {}
    for name in frame.columns:
        present = frame[name].dropna()
        if not len(present):
            values[name] = frame[name].iloc[:1].to_numpy(dtype=object)[0]
        elif is_ordered(frame[name]):
            values[name] = present.sort_values().iloc[(len(present) - 1) // 2]
        else:
            counts = present.value_counts()
            most = counts[counts == counts.iloc[0]].index
            values[name] = min(most, key=str)
    row = pd.DataFrame({name: pd.Series([value], dtype=object) for name, value in values.items()})
    return row.astype({name: frame[name].dtype for name in frame.columns if _takes(frame[name].dtype, values[name])})


def is_ordered(column: "pd.Series[Any]") -> bool:
    """Whether the values of a column are numbers or times rather than names."""
    from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

    return (is_numeric_dtype(column) and not is_bool_dtype(column)) or is_datetime64_any_dtype(column)


def with_values(rows: "pd.DataFrame", column: str, values: Sequence[Any], like: "pd.Series[Any]") -> "pd.DataFrame":
    """``rows`` with ``values`` in one column, in the type of ``like`` where they fit into it."""
    import pandas as pd

    series = pd.Series(list(values), index=rows.index, dtype=object)
    if all(_takes(like.dtype, value) for value in values):
        series = series.astype(like.dtype)
    elif is_ordered(like):
        series = pd.to_datetime(series) if like.dtype.kind == "M" else pd.to_numeric(series)
    return rows.assign(**{column: series})


def _takes(dtype: Any, value: Any) -> bool:
    import pandas as pd

    if dtype.kind in "iub":
        return not pd.isna(value) and (dtype.kind == "b" or float(value).is_integer())
    return True


def _block(typical: "pd.DataFrame", frame: "pd.DataFrame", column: str, values: list[Any]) -> "pd.DataFrame":
    repeated = typical.iloc[np.zeros(len(values), dtype=np.intp)].reset_index(drop=True)
    return with_values(repeated, column, values, frame[column])


def _values(column: "pd.Series[Any]") -> tuple[list[Any], bool]:
    """Values to try, and whether they have an order. A missing value comes last, where there are any."""
    present = column.dropna()
    ordered = is_ordered(column)
    missing = [None] if len(present) < len(column) else []
    if not ordered:
        return [*present.value_counts().index[:MOST_PROBES].tolist(), *missing], False
    distinct = np.sort(present.unique()) if column.dtype.kind != "M" else present.drop_duplicates().sort_values()
    if len(distinct) > MOST_PROBES:
        chosen = np.unique(np.linspace(0, len(distinct) - 1, MOST_PROBES).round().astype(np.intp))
        distinct = distinct[chosen] if isinstance(distinct, np.ndarray) else distinct.iloc[chosen]
    return [*distinct.tolist(), *missing], True
