"""Numbers that move together."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import looked
from core.profiling.facts import TableFacts

STRONG = 0.95
MOST = 3


def check(facts: TableFacts) -> Iterable[Finding]:
    """The strongest pairs of features that are not equal anyway."""
    matrix = facts.matrix("spearman")
    if matrix is None:
        return
    equal = {frozenset((twins.first, twins.second)) for twins in facts.twins}
    pairs = [
        (abs(value), value, matrix.rows[i], matrix.columns[j])
        for i, row in enumerate(matrix.values)
        for j, value in enumerate(row[:i])
        if value is not None
        and abs(value) >= STRONG
        and facts.target not in (matrix.rows[i], matrix.columns[j])
        and frozenset((matrix.rows[i], matrix.columns[j])) not in equal
    ]
    pairs.sort(reverse=True)
    if pairs:
        shown = ", ".join(f"{b!r} with {a!r} ({value:.2f})" for _, value, a, b in pairs[:MOST])
        more = f" and {len(pairs) - MOST} more pairs" if len(pairs) > MOST else ""
        yield Finding(
            strength=1.0,
            columns=tuple(dict.fromkeys(name for _, _, a, b in pairs[:MOST] for name in (b, a))),
            sentence=f"Rank correlation is very strong: {shown}{more}{looked(facts)}.",
        )


SPEC = AlertSpec(
    key="strong_correlation",
    label="Move together",
    weight=24,
    why="Two columns that rise and fall together say nearly the same. The weights of linear models then mean little; "
    "trees do not mind.",
    check=check,
)
