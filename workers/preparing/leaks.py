"""Leaks among the rows of a run, as remarks: what the check before the training says, on the run's own division."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.leakage.registry import find_leaks
from core.leakage.table import LeakTable, parts_of
from core.records import RunConfig
from core.splits import RowSplit
from core.types import Column, Notice, Severity

MOST_ROWS, MOST_CELLS, FEWEST_ROWS = 40_000, 1_000_000, 2_000
"""Rows that are looked at. The check before the training looks at more; here somebody waits for the first point."""
MOST_SCORED, MOST_PAIRS = 5_000, 5_000_000
SEED = 20_240_229


def leak_notices(
    frame: pd.DataFrame,
    y: npt.NDArray[np.generic],
    *,
    config: RunConfig,
    columns: Sequence[Column],
    used: Sequence[str],
    split: RowSplit,
    labels: tuple[str, ...] = (),
) -> tuple[Notice, ...]:
    """The warnings and the serious findings; questions are left to the check before.

    Args:
        frame: Raw columns of all rows with a target; those in ``used`` at least.
        y: Their targets: class codes or floats.
        config: Of the run.
        columns: Of the dataset.
        used: Names of the columns to be learned from.
        split: Of the rows of ``frame``.
        labels: Class names by code.
    """
    part, wanted = parts_of(split, len(frame)), max(FEWEST_ROWS, min(MOST_ROWS, MOST_CELLS // max(1, len(used))))
    if len(frame) > wanted:
        rows = np.sort(np.random.default_rng(SEED).choice(len(frame), wanted, replace=False))
        frame, y, part = frame.iloc[rows], y[rows], part[rows]
    known = {column.name: column for column in columns}
    table = LeakTable(
        frame=frame[[name for name in frame.columns if name != config.target]],
        y=y,
        part=part,
        columns=known,
        used=tuple(used),
        target=config.target,
        task=config.task,
        labels=labels,
        split=config.split,
        most_scored=MOST_SCORED,
        most_pairs=MOST_PAIRS,
    )
    return tuple(
        Notice(
            severity=leak.severity,
            code=leak.key,
            text=f"{leak.sentence} {leak.advice}",
            column=leak.columns[0] if leak.columns else None,
        )
        for leak in find_leaks(table)
        if leak.severity is not Severity.INFO
    )
