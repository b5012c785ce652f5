"""Tables too short for what is asked of them."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.facts import TableFacts
from core.wording import counted

FEW = 100
ROWS_FOR_A_COLUMN = 5


def check(facts: TableFacts) -> Iterable[Finding]:
    """One, for few rows or for many columns."""
    n_columns = len(facts.columns)
    if facts.n_rows < FEW:
        yield Finding(strength=1.0, sentence=f"The table has only {counted(facts.n_rows, 'row')}.")
    elif facts.n_rows < ROWS_FOR_A_COLUMN * n_columns:
        yield Finding(
            strength=0.8,
            sentence=f"The table has {counted(facts.n_rows, 'row')} for {counted(n_columns, 'column')}.",
        )


SPEC = AlertSpec(
    key="few_rows",
    label="Few rows",
    weight=44,
    why="With so little to learn from, patterns are often chance and scores depend on which rows are in the test part. "
    "Look at intervals, not at single numbers.",
    check=check,
)
