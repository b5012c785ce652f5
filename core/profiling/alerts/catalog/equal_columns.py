"""Columns that say the same as others."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import drop
from core.profiling.facts import TableFacts, Twins
from core.wording import percent


def check(facts: TableFacts) -> Iterable[Finding]:
    """One for each pair. The later column is offered to go, unless it is the target."""
    for twins in facts.twins:
        yield _finding(facts, twins)


def _finding(facts: TableFacts, twins: Twins) -> Finding:
    extra = twins.first if twins.second == facts.target else twins.second
    fix, label = drop([facts.column(extra)])
    how = "are equal in every row" if twins.share == 1 else f"are equal in {percent(twins.share)} of the rows"
    return Finding(
        strength=1.0 if twins.share == 1 else 0.6,
        columns=(twins.first, twins.second),
        sentence=f"{twins.first!r} and {twins.second!r} {how}.",
        fix=fix,
        fix_label=label,
    )


SPEC = AlertSpec(
    key="equal_columns",
    label="Equal columns",
    weight=40,
    why="The second one adds nothing. Models split the importance between the two, and linear ones become unstable.",
    check=check,
)
