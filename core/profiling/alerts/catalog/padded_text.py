"""Texts with spaces at their ends."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import looked, named
from core.profiling.facts import Fix, TableFacts
from core.wording import counted


def check(facts: TableFacts) -> Iterable[Finding]:
    """All such columns at once."""
    columns = [c for c in facts.columns if c.texts and c.texts.n_padded > _n_blank(c.texts.patterns)]
    if columns:
        n = sum(column.texts.n_padded for column in columns if column.texts)
        is_category = any(column.kind in ("category", "flag") for column in columns)
        yield Finding(
            strength=1.0 if is_category else 0.5,
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)}: {counted(n, 'text')} with spaces at the start or the end{looked(facts)}.",
            fix=Fix(step="trim_text", params={"columns": [column.name for column in columns], "spaces": "ends"}),
            fix_label="Cut the spaces",
        )


def _n_blank(patterns: tuple[object, ...]) -> int:
    return sum(getattr(pattern, "n", 0) for pattern in patterns if getattr(pattern, "pattern", "") == "blank")


SPEC = AlertSpec(
    key="padded_text",
    label="Spaces around text",
    weight=42,
    why="'Paris' and 'Paris ' look the same to you and are two different things to a computer: counts, joins and "
    "models keep them apart.",
    check=check,
)
