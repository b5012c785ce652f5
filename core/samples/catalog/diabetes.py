"""Progress of diabetes within one year."""

from core.samples.installed import number, read_lines
from core.samples.spec import Cell, SampleSpec, Table
from core.types import LearningTask

FEATURES = (
    "age",
    "sex",
    "body_mass_index",
    "blood_pressure",
    "total_cholesterol",
    "ldl_cholesterol",
    "hdl_cholesterol",
    "cholesterol_ratio",
    "log_triglycerides",
    "blood_sugar",
)


def make(seed: int) -> Table:
    """The measured patients, the same for every seed; sex is given as the published codes 1 and 2."""
    del seed
    rows = read_lines("diabetes_data_raw.csv.gz", delimiter=" ")
    targets = read_lines("diabetes_target.csv.gz")
    table: dict[str, list[Cell]] = {name: [number(row[i]) for row in rows] for i, name in enumerate(FEATURES)}
    return table | {"progression": [number(row[0]) for row in targets]}


SPEC = SampleSpec(
    key="diabetes",
    label="Diabetes progression",
    description=(
        "442 patients with ten measurements and how far the disease went on within a year. Even good models explain "
        "only about half of it. Published by B. Efron and others in 2004."
    ),
    target="progression",
    task=LearningTask.REGRESSION,
    n_rows=442,
    n_columns=11,
    make=make,
    topic="Regression",
    lesson="Honest regression on few rows: how wide an interval is, and how little a complex model gains.",
    icon="monitor_heart",
    origin="measured",
)
