"""Measured tables that come with scikit-learn, read from its files: the library itself stays unimported."""

import csv
import gzip
import importlib.util
import io
from collections.abc import Sequence
from pathlib import Path

from core.errors import Unavailable


def read_lines(name: str, *, delimiter: str = ",") -> list[list[str]]:
    """The cells of a text file, packed or not, in scikit-learn's folder of data.

    Raises:
        Unavailable: scikit-learn is not installed, or keeps its data elsewhere.
    """
    found = importlib.util.find_spec("sklearn")  # looks, and imports nothing
    folders: Sequence[str] = (found.submodule_search_locations if found else None) or []
    path = next((Path(folder) / "datasets" / "data" / name for folder in folders), Path(name))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unavailable("The sample is not installed.", hint="Install the packages again: make setup-run.") from error
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    return [[cell for cell in row if cell] for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]


def number(cell: str) -> int | float:
    """The number in a cell; whole ones as integers."""
    value = float(cell)
    return int(value) if value.is_integer() else value


def labelled_table(
    name: str, features: Sequence[str], target: str, labels: Sequence[str]
) -> dict[str, list[str | int | float | None]]:
    """A file with one line of facts, then features and the number of the label."""
    rows = read_lines(name)[1:]
    table: dict[str, list[str | int | float | None]] = {
        feature: [float(row[index]) for row in rows] for index, feature in enumerate(features)
    }
    return table | {target: [labels[int(row[-1])] for row in rows]}
