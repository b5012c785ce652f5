"""Texts of nothing but spaces."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import looked, named
from core.profiling.facts import ColumnProfile, Fix, TableFacts
from core.wording import counted


def check(facts: TableFacts) -> Iterable[Finding]:
    """All such columns at once."""
    columns = [column for column in facts.columns if _n_blank(column)]
    if columns:
        n = sum(_n_blank(column) for column in columns)
        yield Finding(
            strength=1.0,
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)}: {counted(n, 'cell')} with nothing but spaces{looked(facts)}.",
            fix=Fix(
                step="trim_text",
                params={"columns": [column.name for column in columns], "spaces": "ends", "empty_to_missing": True},
            ),
            fix_label="Make them missing",
        )


def _n_blank(column: ColumnProfile) -> int:
    patterns = column.texts.patterns if column.texts else ()
    return sum(pattern.n for pattern in patterns if pattern.pattern == "blank")


SPEC = AlertSpec(
    key="blank_text",
    label="Blank cells",
    weight=46,
    why="A blank is a gap in disguise: it is not counted as missing, and a column of numbers becomes text by it.",
    check=check,
)
