"""Fisher's irises."""

from core.samples.installed import labelled_table
from core.samples.spec import SampleSpec, Table
from core.types import LearningTask

FEATURES = ("sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm")
SPECIES = ("setosa", "versicolor", "virginica")


def make(seed: int) -> Table:
    """The measured flowers, the same for every seed."""
    del seed
    return labelled_table("iris.csv", FEATURES, "species", SPECIES)


SPEC = SampleSpec(
    key="iris",
    label="Iris flowers",
    description=(
        "150 measured flowers of three species, 50 each. Setosa stands apart; versicolor and virginica overlap a "
        "little. Published by R. A. Fisher in 1936."
    ),
    target="species",
    task=LearningTask.CLASSIFICATION,
    n_rows=150,
    n_columns=5,
    make=make,
    topic="Classification",
    lesson="The smallest table on which to see a classifier work, and pairs of columns that separate groups.",
    icon="local_florist",
    origin="measured",
)
