"""Handwritten digits as pixels."""

from core.samples.installed import number, read_lines
from core.samples.spec import Cell, SampleSpec, Table
from core.types import LearningTask

SIDE = 8


def make(seed: int) -> Table:
    """The scanned digits, the same for every seed."""
    del seed
    rows = read_lines("digits.csv.gz")
    table: dict[str, list[Cell]] = {
        f"pixel_{index // SIDE}_{index % SIDE}": [number(row[index]) for row in rows] for index in range(SIDE * SIDE)
    }
    return table | {"digit": [int(float(row[-1])) for row in rows]}


SPEC = SampleSpec(
    key="digits",
    label="Handwritten digits",
    description=(
        "1,797 digits from 0 to 9, each scanned to 8 x 8 pixels with 17 shades. From the test set of the Optical "
        "Recognition of Handwritten Digits data by E. Alpaydin and C. Kaynak, 1998."
    ),
    target="digit",
    task=LearningTask.CLASSIFICATION,
    n_rows=1_797,
    n_columns=65,
    make=make,
    topic="Images",
    lesson="Pictures as rows of numbers; ten classes, and which of them are taken for each other.",
    icon="pin",
    origin="measured",
)
