"""Rows that repeat others."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.facts import Fix, TableFacts
from core.wording import counted, percent

MANY = 0.1


def check(facts: TableFacts) -> Iterable[Finding]:
    """One, when there are any. Tables of one or two columns repeat themselves by nature."""
    duplicates = facts.duplicates
    if duplicates is None or not duplicates.n:
        return
    about = "" if duplicates.is_exact else "About "
    verb = "repeats" if duplicates.n == 1 else "repeat"
    narrow = 0.3 if len(facts.columns) <= 2 else 1.0
    yield Finding(
        strength=narrow * (0.5 + 0.5 * min(1.0, duplicates.share / MANY)),
        sentence=f"{about}{counted(duplicates.n, 'row')} {verb} an earlier one in every column, "
        f"{percent(duplicates.share)} of all.",
        fix=Fix(step="deduplicate", params={}),
        fix_label="Keep each row once",
    )


SPEC = AlertSpec(
    key="duplicate_rows",
    label="Repeated rows",
    weight=65,
    why="A row that is in the training and in the test part makes a model look better than it is. Counts and means "
    "give repeated rows more weight. Sometimes equal rows are real: two people may be alike.",
    check=check,
)
