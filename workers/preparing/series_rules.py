"""What a series must have to be forecast, and what people are told about it."""

import numpy as np
import numpy.typing as npt

from core.errors import UnsuitableData
from core.splits import RowSplit
from core.types import Notice, SeriesParams, Severity, Split
from models.forecasting.grid import Grid
from models.forecasting.origins import choose_origins
from models.forecasting.seasons import find_season

SEASONS_TO_LEARN = 2
"""A season must be seen twice in the training part."""


def settled_season(grid: Grid, split: RowSplit, params: SeriesParams) -> int:
    """The season asked for, or found in the training part. Raises UnsuitableData where it does not fit twice."""
    n_train = len(split.train)
    if params.season * SEASONS_TO_LEARN > n_train:
        raise UnsuitableData(
            f"A season of {params.season:,} steps does not fit twice into the {n_train:,} training steps.",
            hint="Give a shorter season, 0 to have it found, or a longer series.",
            field="series.season",
        )
    return params.season or find_season(grid.y[split.train], grid.spacing.seasons)


def settled_origins(split: RowSplit, params: SeriesParams, season: int) -> dict[Split, npt.NDArray[np.intp]]:
    """The moments from which forecasts of each part are judged. Raises UnsuitableData where none fits."""
    found = {}
    for part, rows in ((Split.VALIDATION, split.validation), (Split.TEST, split.test)):
        found[part] = choose_origins(int(rows[0]), int(rows[-1]) + 1, params.horizon)
        if not len(found[part]):
            raise UnsuitableData(
                f"A horizon of {params.horizon:,} steps does not fit into the {len(rows):,} steps of the {part.value} "
                "part.",
                hint="Forecast fewer steps ahead, or make that part larger.",
                field="series.horizon",
            )
    if len(split.train) < max(2 * params.horizon, SEASONS_TO_LEARN * season, 10):
        raise UnsuitableData(
            f"The {len(split.train):,} training steps are too few for a horizon of {params.horizon:,}.",
            hint="Forecast fewer steps ahead, or bring a longer series.",
            field="series.horizon",
        )
    return found


def check_varies(
    grid: Grid,
    split: RowSplit,
    origins: dict[Split, npt.NDArray[np.intp]],
    params: SeriesParams,
    scale: float,
    target: str,
) -> None:
    """Refuse a series of which nothing can be learned or judged. Raises UnsuitableData."""
    n_train, n_missing = len(split.train), int(np.isnan(grid.y[split.train]).sum())
    if n_missing > n_train / 2:
        raise UnsuitableData(
            f"{target!r} is known in {n_train - n_missing:,} of the {n_train:,} training steps of "
            f"{grid.spacing.words}, less than half.",
            hint="Fill the gaps, group the rows into longer steps first, or choose another target.",
            field="target",
        )
    if not scale > 0:
        raise UnsuitableData(
            f"{target!r} does not change in the training part.",
            hint="Choose a target that varies; there is nothing to learn from a constant.",
            field="target",
        )
    for part, first in origins.items():
        if np.isnan(grid.y[first[:, None] + np.arange(params.horizon)]).all():
            raise UnsuitableData(
                f"{target!r} is missing in all steps of the {part.value} part.",
                hint="Cut the end of the table off, or choose another target.",
                field="target",
            )


def series_notices(grid: Grid, params: SeriesParams, season: int, target: str) -> tuple[Notice, ...]:
    """What was done to the rows on the way to a series."""
    n_unknown = int(np.isnan(grid.y).sum())
    time = params.time
    repeats = f"It repeats after {season:,} steps" if season > 1 else "Nothing repeats, so the last value is repeated"
    told = "as you said" if params.season else "found in the training part"
    remarks = (
        (True, Severity.INFO, "season", f"One step is {grid.spacing.words}. {repeats} ({told}).", time),
        (
            grid.spacing.kind == "rows",
            Severity.WARNING,
            "irregular",
            f"The moments in {time!r} are not evenly spaced; each row counts as one step.",
            time,
        ),
        (
            grid.n_averaged,
            Severity.WARNING,
            "averaged",
            f"Rows that share their moment with others and were averaged: {grid.n_averaged:,}. For one series of many, "
            "filter the table first.",
            time,
        ),
        (grid.n_untimed, Severity.WARNING, "untimed", f"Rows left out without a time: {grid.n_untimed:,}.", time),
        (
            grid.n_added,
            Severity.WARNING,
            "missing_steps",
            f"Steps without a row: {grid.n_added:,} of {len(grid.y):,}. The last known value stands in for the past; "
            "they are neither learned nor scored.",
            time,
        ),
        (
            n_unknown > grid.n_added,
            Severity.WARNING,
            "target_missing",
            f"Steps whose {target!r} is missing: {n_unknown - grid.n_added:,}. They are neither learned nor scored.",
            target,
        ),
    )
    return tuple(
        Notice(severity=severity, code=code, text=text, column=column)
        for applies, severity, code, text, column in remarks
        if applies
    )
