"""Rows of a run by part, and what the scheme needs to know of each row."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.records import RunConfig
from core.splits import Floats, Indices, RowSplit, group_codes, make_split, time_numbers
from core.types import Notice, Severity, Split, SplitParams


@dataclass(frozen=True, kw_only=True)
class Division:
    """A split, and what it was made by; ``groups`` and ``times`` are of all rows, where the scheme needs them."""

    split: RowSplit
    groups: Indices | None
    times: Floats | None
    notices: tuple[Notice, ...]

    @property
    def parts(self) -> dict[Split, Indices]:
        """Row numbers by part."""
        return {Split.TRAIN: self.split.train, Split.VALIDATION: self.split.validation, Split.TEST: self.split.test}


def dividing_columns(params: SplitParams) -> tuple[str, ...]:
    """The raw columns that the split needs, be they learned from or not."""
    names = {"grouped": params.group, "time": params.time}
    return tuple(name for name in (names.get(params.scheme),) if name is not None)


def divide(
    frame: pd.DataFrame, y: npt.NDArray[np.generic], config: RunConfig, labels: tuple[str, ...] = ()
) -> Division:
    """The split of ``config``; ``frame`` has the dividing columns. Raises like ``make_split``."""
    params = config.split
    groups = group_codes(frame[params.group]) if params.scheme == "grouped" else None
    times = time_numbers(frame[params.time]) if params.scheme == "time" else None
    split = make_split(y, params=params, seed=config.seed, task=config.task, labels=labels, groups=groups, times=times)
    notices = tuple(_notices(split, y, config, labels, frame))
    return Division(split=split, groups=groups, times=times, notices=notices)


def _notices(
    split: RowSplit, y: npt.NDArray[np.generic], config: RunConfig, labels: tuple[str, ...], frame: pd.DataFrame
) -> list[Notice]:
    params, found = config.split, []
    if split.n_unused:
        n_unknown = int(frame[params.time].isna().sum())
        parts = [
            text
            for n, text in (
                (n_unknown, f"{n_unknown:,} without a value in {params.time!r}"),
                (split.n_unused - n_unknown, f"{split.n_unused - n_unknown:,} in the gap of {params.gap:g}"),
            )
            if n > 0
        ]
        found.append(_notice("rows_unused", f"Rows in no part: {' and '.join(parts)}.", params.time))
    if params.scheme == "grouped" and (n_missing := int(frame[params.group].isna().sum())):
        text = f"{n_missing:,} rows have no value in {params.group!r}; they count as one group."
        found.append(_notice("group_missing", text, params.group))
    if labels:
        known = np.bincount(y[split.train].astype(np.int64), minlength=len(labels))
        found += [
            _notice("class_not_trained", f"The class {labels[code]!r} has no training row, so it is never predicted.")
            for code in np.flatnonzero(known == 0)
        ]
    n = len(split.train) + len(split.validation) + len(split.test)
    wanted = {"validation": params.validation, "test": params.test}
    for part, rows in (("validation", split.validation), ("test", split.test)):
        share = len(rows) / n
        if abs(share - wanted[part]) > max(0.05, wanted[part] / 3) and n >= 40:
            text = f"The {part} part holds {share:.0%} of the rows instead of {wanted[part]:.0%}: "
            why = "groups stay whole." if params.scheme == "grouped" else "rows of one moment stay together."
            found.append(_notice("uneven_parts", text + why))
    return found


def _notice(code: str, text: str, column: str | None = None) -> Notice:
    return Notice(severity=Severity.WARNING, code=code, text=text, column=column)
