"""The script that repeats a test with SciPy, without Praxis."""

from collections.abc import Sequence

from core.statistics.frame import SEED, Frame

HEAD = '''"""{title}, repeated without Praxis. Usage: python script.py table.parquet"""

import sys

{imports}

table = pd.read_parquet(sys.argv[1] if len(sys.argv) > 1 else "table.parquet", columns={columns})
'''
SAMPLE = """rows = np.random.default_rng({seed}).choice(len(table), {size}, replace=False)  # the sample that was tested
table = table.iloc[np.sort(rows)]
"""
LABELS = '''

def as_text(values):
    """Cells as text, so that 1, True and "a" are all labels; gaps stay."""
    return values.map(lambda value: str(value).lower() if isinstance(value, bool) else str(value), na_action="ignore")

'''


def script(
    frame: Frame, title: str, columns: Sequence[str], body: str, *, imports: Sequence[str] = (), labels: bool = False
) -> str:
    """A whole script.

    Args:
        frame: Says whether a sample was drawn.
        title: Of the test.
        columns: Names of the columns that are read.
        body: What follows the table; ends with a line that prints ``p``.
        imports: Further import lines.
        labels: Whether ``body`` uses ``as_text``.
    """
    lines = ["import numpy as np", "import pandas as pd", "from scipy import stats", *imports]
    names = list(dict.fromkeys(name for name in columns if name))
    text = HEAD.format(title=title, imports="\n".join(lines), columns=repr(names))
    if frame.is_sample:
        text += SAMPLE.format(seed=SEED, size=len(frame.data))
    return text + (LABELS if labels else "") + body.strip() + "\n"


def groups_code(measure: str, group: str, labels: Sequence[str]) -> str:
    """Lines that make ``groups``, the values of each label."""
    return (
        f"table = table.dropna(subset={[measure, group]!r})\n"
        f"label = as_text(table[{group!r}])\n"
        f"groups = [table.loc[label == name, {measure!r}].to_numpy(float) for name in {list(labels)!r}]\n"
    )


def crosstab_code(rows: str, columns: str, row_labels: Sequence[str], column_labels: Sequence[str]) -> str:
    """Lines that make ``counts``."""
    return (
        f"table = table.dropna(subset={[rows, columns]!r})\n"
        f"counts = pd.crosstab(as_text(table[{rows!r}]), as_text(table[{columns!r}]))\n"
        f"counts = counts.loc[{list(row_labels)!r}, {list(column_labels)!r}].to_numpy()\n"
    )
