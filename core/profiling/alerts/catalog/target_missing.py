"""Rows whose target is not known."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.facts import Fix, TableFacts
from core.wording import counted, percent


def check(facts: TableFacts) -> Iterable[Finding]:
    """One, if the target has gaps."""
    if facts.target is None:
        return
    target = facts.column(facts.target)
    if target.n_missing:
        yield Finding(
            strength=0.6 + 0.4 * target.missing_share,
            columns=(target.name,),
            sentence=f"The target {target.name!r} is missing in {counted(target.n_missing, 'row')}, "
            f"{percent(target.missing_share)}.",
            fix=Fix(step="drop_missing", params={"columns": [target.name]}),
            fix_label="Remove these rows",
        )


SPEC = AlertSpec(
    key="target_missing",
    label="Target missing",
    weight=80,
    why="A row without an answer cannot teach anything. Filling the answer in would teach the model your guess.",
    check=check,
)
