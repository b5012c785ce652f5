"""Columns that may tell who somebody is."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import drop, looked, named
from core.profiling.facts import ColumnProfile, TableFacts
from core.wording import percent

WORDS = {"email": "e-mail addresses", "phone": "phone numbers", "ip address": "IP addresses"}
MOSTLY = 0.3
FEWEST = 3


def check(facts: TableFacts) -> Iterable[Finding]:
    """One for each kind of personal data."""
    for pattern, words in WORDS.items():
        columns = [column for column in facts.columns if _share(column, pattern) >= MOSTLY]
        if columns:
            fix, label = drop(columns)
            verb = "looks" if len(columns) == 1 else "look"
            yield Finding(
                strength=1.0,
                columns=tuple(column.name for column in columns),
                sentence=f"{named(columns)} {verb} like {words}: {percent(_share(columns[0], pattern))} of the texts "
                f"have that form{looked(facts)}.",
                fix=fix,
                fix_label=label,
            )


def _share(column: ColumnProfile, name: str) -> float:
    patterns = column.texts.patterns if column.texts else ()
    return next((one.share for one in patterns if one.pattern == name and one.n >= FEWEST), 0.0)


SPEC = AlertSpec(
    key="personal_data",
    label="Perhaps personal data",
    weight=61,
    why="Whoever gets this table, a chart or a report of it may learn who the people are. Only the form was looked at: "
    "check yourself, and remove what you do not need. Other personal data may be there that has no such form.",
    check=check,
)
