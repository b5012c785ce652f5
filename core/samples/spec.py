"""What a sample table declares, and how one is written. One file under ``core/samples/catalog`` is one table."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.types import LearningTask

Cell = str | int | float | None
Table = Mapping[str, Sequence[Cell]]
"""Columns by name, equally long; None is missing."""


@dataclass(frozen=True, kw_only=True)
class SampleSpec:
    """Facts about a sample table and the function that makes it."""

    key: str
    label: str
    description: str
    """What the rows are, and what is true of them by construction."""
    target: str
    task: LearningTask
    n_rows: int
    make: Callable[[int], Table]
    """Seed to columns; the same seed makes the same table, and what was measured once does not depend on it.

    Libraries other than NumPy are imported inside.
    """
    n_columns: int = 0
    """0 stands for unknown."""
    topic: str = "Practice"
    """What it is an example of, in two or three words."""
    lesson: str = ""
    """What can be learned with it, in one sentence."""
    icon: str = "table"
    """Name of a Material symbol."""
    origin: Literal["made", "measured"] = "made"
    """Made by a generator of ours, or measured in the world and part of a library."""

    @property
    def file_name(self) -> str:
        """The name under which the table is uploaded."""
        return f"{self.key}.csv"

    def to_csv(self, seed: int = 0) -> str:
        """The table as CSV text with a header; missing cells are empty."""
        table = self.make(seed)
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))
        return out.getvalue()
