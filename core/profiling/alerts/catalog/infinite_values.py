"""Numbers that are not finite."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import named
from core.profiling.facts import TableFacts
from core.wording import counted


def check(facts: TableFacts) -> Iterable[Finding]:
    """What the reading of the file has turned into gaps, and what is still there."""
    for notice in facts.notices:
        if notice.code == "infinite_as_missing":
            yield Finding(strength=0.7, columns=(notice.column,) if notice.column else (), sentence=notice.text)
    columns = [column for column in facts.columns if column.numbers and column.numbers.n_infinite]
    if columns:
        n = sum(column.numbers.n_infinite for column in columns if column.numbers)
        yield Finding(
            strength=1.0,
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)}: {counted(n, 'infinite value')}.",
        )


SPEC = AlertSpec(
    key="infinite_values",
    label="Infinite values",
    weight=40,
    why="An infinite value mostly comes from a division by zero. Means and models cannot work with it.",
    check=check,
)
