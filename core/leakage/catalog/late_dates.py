"""Dates that lie after the moment at which a row is to be judged."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import LeakTable
from core.leakage.words import leave_out, rounded
from core.types import ColumnType, Severity
from core.wording import counted, percent

LATER = 0.95
"""Share of the rows with both dates in which the suspect is the later one."""
FEWEST_ROWS = 20
MOST_KNOWN = 0.98
"""A date of the event is there in every row; one that is missing here and there is filled in when something happens."""


def check(table: LeakTable) -> Iterable[Finding]:
    """One for each date that follows the date of the event, and is filled in only sometimes."""
    dates = table.of_type(ColumnType.DATETIME, used=False)
    event = _event(table, dates)
    if event is None:
        return
    at = table.values(event)
    for name in dates:
        values = table.values(name)
        both = ~np.isnan(values) & ~np.isnan(at)
        if name == event or name not in table.used or both.sum() < FEWEST_ROWS:
            continue
        later, known = float((values[both] > at[both]).mean()), float((~np.isnan(values)).mean())
        is_given = table.split.scheme == "time"
        if later < LATER or (known > MOST_KNOWN and not is_given):
            continue
        yield Finding(
            severity=Severity.WARNING,
            columns=(name, event),
            sentence=f"{name!r} lies after {event!r} in {percent(later)} of {counted(int(both.sum()), 'row')} that "
            f"have both, and is filled in for {percent(known)} of the rows.",
            evidence=(
                {
                    "Date": name,
                    "After": event,
                    "Later in": rounded(later),
                    "Median days later": rounded(float(np.median((values - at)[both]))),
                    "Filled in": rounded(known),
                },
            ),
            remedy=leave_out(name),
        )


def _event(table: LeakTable, dates: tuple[str, ...]) -> str | None:
    """The column by which rows are divided, or else the one date that no row lacks."""
    if table.split.scheme == "time" and table.split.time in dates:
        return table.split.time
    complete = [name for name in dates if not _has_gaps(table.values(name))]
    return complete[0] if len(complete) == 1 else None


def _has_gaps(values: npt.NDArray[np.float64]) -> bool:
    return bool(np.isnan(values).any())


SPEC = LeakSpec(
    key="late_dates",
    label="Date after the event",
    why="A date that follows the moment of the prediction tells what has happened since, if only by being there.",
    advice="Leave it out, or predict at a later moment.",
    check=check,
    covered_by=frozenset({"target_copies", "revealing_values"}),
)
