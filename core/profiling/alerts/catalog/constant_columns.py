"""Columns with a single value."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import drop, features, named
from core.profiling.facts import TableFacts


def check(facts: TableFacts) -> Iterable[Finding]:
    """All of them at once. A gap beside the value may tell something, so only complete columns are offered to go."""
    columns = [column for column in features(facts) if column.kind == "constant"]
    if not columns:
        return
    complete = [column for column in columns if not column.n_missing]
    fix, label = drop(complete) if complete else (None, "")
    verb = "has" if len(columns) == 1 else "have"
    yield Finding(
        strength=1.0 if complete else 0.5,
        columns=tuple(column.name for column in columns),
        sentence=f"{named(columns)} {verb} the same value wherever there is one.",
        fix=fix,
        fix_label=label,
    )


SPEC = AlertSpec(
    key="constant_columns",
    label="One value only",
    weight=30,
    why="A column that never changes cannot tell two rows apart: no chart, test or model can use it.",
    check=check,
)
