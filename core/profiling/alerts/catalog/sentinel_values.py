"""Numbers that stand for "missing"."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import looked
from core.profiling.facts import ColumnProfile, Fix, TableFacts
from core.wording import counted


def check(facts: TableFacts) -> Iterable[Finding]:
    """One for each mark, with all columns in which it stands apart."""
    by_mark: dict[str, list[ColumnProfile]] = {}
    for column in facts.columns:
        for mark in column.numbers.sentinels if column.numbers else ():
            by_mark.setdefault(mark.value, []).append(column)
    for value, marked in by_mark.items():
        yield _finding(facts, value, marked)


def _finding(facts: TableFacts, mark: str, columns: list[ColumnProfile]) -> Finding:
    n = sum(one.count for c in columns if c.numbers for one in c.numbers.sentinels if one.value == mark)
    names = ", ".join(repr(column.name) for column in columns[:5])
    more = f" and {len(columns) - 5} more" if len(columns) > 5 else ""
    number = float(mark)
    old: int | float = int(number) if number.is_integer() else number
    return Finding(
        strength=1.0,
        columns=tuple(column.name for column in columns),
        sentence=f"{mark} stands {counted(n, 'time')} in {names}{more}, far from all other values{looked(facts)}: it "
        'looks like a mark for "unknown".',
        fix=Fix(
            step="replace_values",
            params={"columns": [column.name for column in columns], "replacements": [{"old": old, "new": None}]},
        ),
        fix_label=f"Make {mark} missing",
    )


SPEC = AlertSpec(
    key="sentinel_values",
    label="Marks for unknown",
    weight=72,
    why="Means, correlations and models take the mark for a real measurement and go wrong. As missing values, they are "
    "handled as what they are.",
    check=check,
)
