"""One case for each statistical test: a table and parameters that it answers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.statistics.frame import frame_of
from core.statistics.registry import STATISTICAL_TESTS
from core.statistics.result import TestResult

N = 60
HOSTILE = 'two "halves"\n<b>[x](y)</b> $z$'
"""A column's name that wants to be more than one."""


def make_table(seed: int = 0) -> pd.DataFrame:
    """Numbers, groups, pairs and answers, with some gaps; ``value`` differs by ``two`` and by ``three``."""
    rng = np.random.default_rng(seed)
    two, three = rng.choice(["a", "b"], N), rng.choice(["x", "y", "z"], N)
    value = rng.normal(10, 2, N) + 1.5 * (two == "b") + (three == "z")
    answer = rng.random(N) < 0.3 + 0.3 * (two == "b")
    table = pd.DataFrame(
        {
            "value": value,
            "after": value + rng.normal(0.6, 1, N),
            "later": value + rng.normal(0.3, 1, N),
            "whole": rng.integers(0, 6, N),
            "two": two,
            "three": three,
            "answer": answer,
            "again": np.where(rng.random(N) < 0.3, ~answer, answer),
            HOSTILE: np.where(rng.random(N) < 0.4, "<i>no</i>", "yes & no"),
        }
    )
    table["answer"] = table["answer"].astype("boolean")
    table.loc[3, "value"] = np.nan
    table.loc[5, "two"] = None
    table.loc[7, "answer"] = pd.NA
    return table


def make_long() -> pd.DataFrame:
    """The measurements of 20 subjects on three occasions, a row each."""
    rng = np.random.default_rng(1)
    level = rng.normal(50, 5, 20)
    rows = [
        {"subject": f"s{number:02d}", "occasion": occasion, "score": level[number] + gain + rng.normal(0, 2)}
        for number in range(20)
        for occasion, gain in (("before", 0.0), ("during", 1.0), ("after", 2.0))
    ]
    return pd.DataFrame(rows).sample(frac=1, random_state=3, ignore_index=True)


_TWO = {"measure": "value", "group": "two"}
_MANY = {"measure": "value", "group": "three"}
_PAIR = {"first": "value", "second": "after"}
_LONG_PAIR = {"first": "score", "group": "occasion", "subject": "subject", "groups": ("before", "after")}
_NUMBERS = {"x": "value", "y": "after"}
_COUNTS = {"rows": "two", "columns": "answer"}

CASES: Mapping[str, dict[str, Any]] = {
    "anderson_darling": {"measure": "value"},
    "chi_square_fit": {"category": "three"},
    "chi_square_independence": {"rows": "three", "columns": HOSTILE},
    "fisher_exact": _COUNTS,
    "friedman": {"columns": ("value", "after", "later")},
    "kendall": {"x": "value", "y": "whole"},
    "kruskal_wallis": _MANY,
    "ks_one_sample": {"measure": "value", "location": 10.0, "scale": 2.0},
    "ks_two_sample": _TWO,
    "levene": _MANY,
    "mann_whitney": {"measure": "value", "group": HOSTILE},
    "mcnemar": {"rows": "answer", "columns": "again"},
    "one_sample_t": {"measure": "value", "value": 9.5},
    "one_way_anova": _MANY,
    "paired_t": _PAIR,
    "pearson": _NUMBERS,
    "shapiro_wilk": {"measure": "value"},
    "spearman": _NUMBERS,
    "student_t": _TWO,
    "tukey_hsd": _MANY,
    "two_proportions": _COUNTS,
    "two_way_anova": {"measure": "value", "first": "two", "second": "three"},
    "welch_anova": _MANY,
    "welch_t": {**_TWO, "alternative": "less", "alpha": 0.01},
    "wilcoxon": _PAIR,
}
LONG_CASES: Mapping[str, dict[str, Any]] = {
    "friedman": {"columns": ("score",), "group": "occasion", "subject": "subject"},
    "paired_t": _LONG_PAIR,
    "wilcoxon": _LONG_PAIR,
}


def answer(test: str, table: pd.DataFrame, **params: Any) -> TestResult:
    """What ``test`` says of ``table``."""
    spec = STATISTICAL_TESTS[test]
    checked = spec.params(**params)
    return spec.run(frame_of(table, checked), checked)


def grouped(*groups: Any) -> pd.DataFrame:
    """Groups A, B, C and so on, in the columns ``measure`` and ``group``."""
    parts = [pd.DataFrame({"measure": values, "group": chr(65 + i)}) for i, values in enumerate(groups)]
    return pd.concat(parts, ignore_index=True).astype({"measure": float})


def counted(table: Any) -> pd.DataFrame:
    """Categories in the columns ``rows`` (A, B, ...) and ``columns`` (0, 1, ...), as often as ``table`` says."""
    cells = [(chr(65 + i), str(j), n) for i, row in enumerate(table) for j, n in enumerate(row)]
    rows = [{"rows": row, "columns": column} for row, column, n in cells for _ in range(n)]
    return pd.DataFrame(rows)
