"""Raw rows as numbers and back, for models that take the table as it is and preprocess it themselves."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]


class FrameCodec:
    """Numbers stay, times become nanoseconds, everything else a code of its own; NaN is a missing value."""

    def __init__(self, frame: "pd.DataFrame") -> None:
        """Take the columns and their types from ``frame``."""
        self._types = {str(name): frame[name].dtype for name in frame.columns}
        self._values: dict[str, list[Any]] = {name: [] for name in self._types}
        self._codes: dict[str, dict[Any, int]] = {name: {} for name in self._types}

    def encode(self, frame: "pd.DataFrame") -> FloatArray:
        """Shape (n_rows, n_columns). Values that were never seen get the next code."""
        return np.column_stack([self._encoded(name, frame[name]) for name in self._types])

    def decode(self, X: FloatArray) -> "pd.DataFrame":
        """The frame that ``encode`` made ``X`` of."""
        import pandas as pd

        return pd.DataFrame({name: self._decoded(name, X[:, place]) for place, name in enumerate(self._types)})

    def _encoded(self, name: str, column: "pd.Series[Any]") -> FloatArray:
        kind = self._types[name].kind
        if kind in "iuf":
            return column.to_numpy(dtype=np.float64, na_value=np.nan)
        is_missing = column.isna().to_numpy()
        found = np.full(len(column), np.nan)
        if kind == "M":
            found[~is_missing] = column[~is_missing].astype("datetime64[ns]").astype("int64").to_numpy()
            return found
        codes, values = self._codes[name], self._values[name]
        for place, value in zip(np.flatnonzero(~is_missing), column[~is_missing], strict=True):
            if value not in codes:
                codes[value] = len(values)
                values.append(value)
            found[place] = codes[value]
        return found

    def _decoded(self, name: str, numbers: FloatArray) -> "pd.Series[Any]":
        import pandas as pd

        dtype = self._types[name]
        is_missing = np.isnan(numbers)
        if dtype.kind == "f" or (dtype.kind in "iu" and is_missing.any()):
            return pd.Series(numbers)
        if dtype.kind in "iu":
            return pd.Series(numbers).astype(dtype)
        if dtype.kind == "M":
            times = pd.Series(np.where(is_missing, 0, numbers).astype(np.int64)).astype("datetime64[ns]")
            return times.mask(is_missing).astype(dtype)
        known = np.array([*self._values[name], None], dtype=object)
        cells = known[np.where(is_missing, len(known) - 1, np.nan_to_num(numbers)).astype(np.intp)]
        series = pd.Series(cells, dtype=object)
        return series if is_missing.any() and dtype.kind == "b" else series.astype(dtype)
