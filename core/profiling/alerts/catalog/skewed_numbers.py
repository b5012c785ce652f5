"""Numbers with a long tail."""

from collections.abc import Iterable

from core.expressions.parser import written
from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import features, looked, named
from core.profiling.facts import ColumnProfile, Fix, TableFacts

SKEW, KURTOSIS = 2.0, 10.0


def check(facts: TableFacts) -> Iterable[Finding]:
    """All such columns at once, the most lopsided first; the step makes a logarithm of that one."""
    columns = [column for column in features(facts) if _is_long_tailed(column)]
    columns.sort(key=_skew, reverse=True)
    if not columns:
        return
    first = columns[0]
    is_positive = first.numbers is not None and not first.numbers.n_negatives
    params = {"name": f"log {first.name}", "expression": f"log({written(first.name)} + 1)"}
    yield Finding(
        strength=1.0,
        columns=tuple(column.name for column in columns),
        sentence=f"{named(columns)}: most values are close together and a few are many times larger or smaller"
        f"{looked(facts)}.",
        fix=Fix(step="derive", params=params) if is_positive else None,
        fix_label="Add its logarithm" if is_positive else "",
    )


def _skew(column: ColumnProfile) -> float:
    return abs(column.numbers.skew or 0.0) if column.numbers else 0.0


def _is_long_tailed(column: ColumnProfile) -> bool:
    if column.kind != "quantity" or column.numbers is None or column.numbers.sentinels:
        return False
    return _skew(column) > SKEW or (column.numbers.kurtosis or 0.0) > KURTOSIS


SPEC = AlertSpec(
    key="skewed_numbers",
    label="Long tails",
    weight=22,
    why="The mean says little about a typical row, and charts squeeze nearly everything into one corner. A logarithm, "
    "or ranks instead of values, often helps.",
    check=check,
)
