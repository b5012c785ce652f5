"""Dates that are stored as text."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import looked, named
from core.profiling.facts import ColumnProfile, Fix, TableFacts, TextPattern
from core.wording import percent

MOSTLY = 0.8


def check(facts: TableFacts) -> Iterable[Finding]:
    """One for each column of texts in which most cells read as dates."""
    for column in facts.columns:
        for pattern in column.texts.patterns if column.texts else ():
            if pattern.pattern == "date" and pattern.share >= MOSTLY:
                yield _finding(facts, column, pattern)


def _finding(facts: TableFacts, column: ColumnProfile, pattern: TextPattern) -> Finding:
    known = column.texts.date_format if column.texts else None
    return Finding(
        strength=1.0,
        columns=(column.name,),
        sentence=f"{named([column])} is text, but {percent(pattern.share)} of its cells are dates such as "
        f"{pattern.example!r}{looked(facts)}.",
        fix=Fix(step="parse_dates", params={"columns": [column.name], "format": known or ""}),
        fix_label="Make it a date",
    )


SPEC = AlertSpec(
    key="dates_in_text",
    label="Dates as text",
    weight=58,
    why="As text, dates do not sort, have no distance and cannot be put on a time axis.",
    check=check,
)
