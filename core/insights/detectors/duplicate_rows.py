"""Rows that are there more than once, more often than chance repeats them."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.spec import TestEvidence
from core.insights.table import InsightColumn, InsightTable
from core.insights.words import Telling, mend

FEWEST = 2
NEIGHBOURS = 4
FAVOURABLE = 50.0
"""How many times more often than independent columns give, rows may repeat by dependent ones."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis on whole rows, and one on all but the columns that number them."""
    everything = list(table.columns)
    without = [column for column in everything if column.kind != "identifier"]
    asked = [everything] if len(without) == len(everything) else [everything, without]
    for columns in asked:
        columns = [column for column in columns if column.kind not in ("empty", "constant")]
        if len(columns) < 3 or table.n_looked < 20:
            continue
        first, n = repeated(columns)
        p, expected = chance(columns, first, n)
        yield Hypothesis(
            subject=tuple(column.name for column in columns[:12]),
            p_value=p,
            strength=min(1.0, 0.35 + 3 * n / table.n_looked),
            is_large=n >= max(FEWEST, 0.0005 * table.n_looked) and n > 3 * expected,
            tell=partial(_tell, table, columns, n, p, expected, is_whole=columns is asked[0] or len(asked) == 1),
            topic=frozenset({"*"}),
        )


def repeated(columns: list[InsightColumn]) -> tuple[np.ndarray, int]:
    """A number that equal rows share, and how many rows are repetitions of an earlier one."""
    rng = np.random.default_rng(0)
    mixed = np.zeros(len(columns[0].all_codes), dtype=np.uint64)
    for column in columns:
        words = rng.integers(1, 2**63, size=int(column.all_codes.max()) + 2, dtype=np.uint64)
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + words[column.all_codes + 1]
        mixed ^= mixed >> np.uint64(29)
    _, inverse, counts = np.unique(mixed, return_inverse=True, return_counts=True)
    return inverse, int((counts - 1).sum())


def chance(columns: list[InsightColumn], groups: np.ndarray, n: int) -> tuple[float, float]:
    """The p-value of so many repeated rows for nearly independent columns, and how many of them to expect."""
    from scipy import stats

    n_rows = len(groups)
    log_match = 0.0
    for column in columns:
        counts = np.bincount(column.all_codes + 1).astype(np.float64)
        log_match += float(np.log(((counts / n_rows) ** 2).sum()))
    expected = 0.5 * n_rows * (n_rows - 1) * float(np.exp(log_match)) * FAVOURABLE
    return float(stats.poisson.sf(n - 1, expected)) if n else 1.0, expected


def _tell(
    table: InsightTable, columns: list[InsightColumn], n: int, p: float, expected: float, *, is_whole: bool
) -> Draft:
    told = Telling()
    share = told.percent("percent", n / table.n_looked)
    rows = told.count("repeated", n, "row")
    but = "" if is_whole else ", apart from the columns that number the rows"
    verb = "repeats" if n == 1 else "repeat"
    statement = f"{rows} ({share}) {verb} an earlier row in every column{but}. Chance alone would hardly do that."
    step = {"columns": [] if is_whole else [column.name for column in columns], "keep": "first"}
    return Draft(
        title="Some rows are there more than once",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Poisson test against chance matches, with a wide margin",
                statistic=float(n),
                p_value=p,
                effect_name="Repeated rows",
                effect=float(n),
                n=table.n_looked,
            ),
        ),
        table={"Rows": ["Repeated", "Expected at most by chance"], "Number": [n, float(f"{expected:.3g}")]},
        advice="Remove them if they are copies: they count twice, and may stand in training and test part alike.",
        actions=(mend(table.dataset_id, "Remove repeated rows", ("deduplicate", step)),),
    )


SPEC = Detector(
    key="duplicate_rows",
    label="Repeated rows",
    family="problem",
    looks_for="Rows that are there more than once, more often than chance repeats them.",
    surprise=0.85,
    look=look,
    most=1,
)
