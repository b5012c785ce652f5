"""Columns with some gaps."""

from collections.abc import Iterable

from core.profiling.alerts.catalog.mostly_missing import MOSTLY
from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import features, named
from core.profiling.facts import ColumnProfile, Fix, TableFacts
from core.wording import counted, percent

LEAST = 0.0
QUARTER = 0.25
"""From this share on, gaps do all the harm of their kind."""


def check(facts: TableFacts) -> Iterable[Finding]:
    """Numbers in one finding and everything else in another, since they are filled differently."""
    columns = [c for c in features(facts) if LEAST < c.missing_share <= MOSTLY and c.kind not in ("empty", "constant")]
    numbers = [column for column in columns if column.kind == "quantity"]
    others = [column for column in columns if column.kind in ("category", "flag", "text")]
    moments = [column for column in columns if column.kind in ("moment", "identifier")]
    for group, strategy in ((numbers, "median"), (others, "mode"), (moments, "forward")):
        if group:
            yield _finding(group, strategy)


def _finding(columns: list[ColumnProfile], strategy: str) -> Finding:
    columns = sorted(columns, key=lambda column: -column.n_missing)
    worst = columns[0]
    most = "" if len(columns) == 1 else f", most of them in {worst.name!r}"
    gaps = counted(sum(column.n_missing for column in columns), "gap")
    names = [column.name for column in columns]
    fix = Fix(step="impute", params={"columns": names, "strategy": strategy}) if strategy != "forward" else None
    words = {"median": "the median", "mode": "the most frequent value"}
    return Finding(
        strength=0.3 + 0.7 * min(1.0, worst.missing_share / QUARTER),
        columns=tuple(names),
        sentence=f"{named(columns)}: {gaps}{most} ({percent(worst.missing_share)} of the rows).",
        fix=fix,
        fix_label=f"Fill with {words[strategy]}" if fix else "",
    )


SPEC = AlertSpec(
    key="missing_values",
    label="Missing values",
    weight=45,
    why="Many methods leave out every row with a gap, so what you see may not hold for all rows. Fill them, or find "
    "out why they are missing.",
    check=check,
)
