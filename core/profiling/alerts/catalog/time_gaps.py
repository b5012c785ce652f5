"""Stretches of time without rows."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import named
from core.profiling.facts import TableFacts
from core.wording import counted


def check(facts: TableFacts) -> Iterable[Finding]:
    """One for each column of moments that mostly follow each other at one distance."""
    for column in facts.columns:
        times = column.times
        if times and times.n_gaps and times.largest_gaps:
            gap = times.largest_gaps[0]
            yield Finding(
                strength=0.5 + 0.5 * min(1.0, times.n_gaps / 20),
                columns=(column.name,),
                sentence=f"{named([column])} has a moment every {times.step_label}, but "
                f"{counted(times.n_gaps, 'gap')}; the largest is from {gap.start} to {gap.end}.",
            )


SPEC = AlertSpec(
    key="time_gaps",
    label="Gaps in time",
    weight=36,
    why="Forecasts and lags count rows: across a gap, the row before is not the moment before.",
    check=check,
)
