"""Moments that occur more than once in a series."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import named
from core.profiling.facts import TableFacts
from core.wording import counted, percent

MOST = 0.2
"""Where more rows repeat a moment, several things were measured at once, which is no mistake."""


def check(facts: TableFacts) -> Iterable[Finding]:
    """One for each regular series with a few repetitions."""
    for column in facts.columns:
        times = column.times
        if times and times.step_s and 0 < times.n_repeated <= MOST * column.n:
            yield Finding(
                strength=0.6,
                columns=(column.name,),
                sentence=f"{named([column])}: {counted(times.n_repeated, 'row')} "
                f"({percent(times.n_repeated / column.n)}) have a moment that an earlier row has, too.",
            )


SPEC = AlertSpec(
    key="repeated_moments",
    label="Repeated moments",
    weight=36,
    why="A series should have one value for each moment. Two often come from a clock change or from joining tables.",
    check=check,
)
