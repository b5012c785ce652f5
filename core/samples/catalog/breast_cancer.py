"""Cell nuclei in images of breast tumours."""

from core.samples.installed import labelled_table
from core.samples.spec import SampleSpec, Table
from core.types import LearningTask

MEASURES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave_points",
    "symmetry",
    "fractal_dimension",
)
FEATURES = tuple(f"{part}_{measure}" for part in ("mean", "error", "worst") for measure in MEASURES)
DIAGNOSES = ("malignant", "benign")


def make(seed: int) -> Table:
    """The measured tumours, the same for every seed."""
    del seed
    return labelled_table("breast_cancer.csv", FEATURES, "diagnosis", DIAGNOSES)


SPEC = SampleSpec(
    key="breast_cancer",
    label="Breast cancer",
    description=(
        "569 tumours, 37 % of them malignant, with 30 measurements of cell nuclei: mean, standard error and worst "
        "value of ten quantities, many of them strongly correlated. Collected in Wisconsin, published in 1993."
    ),
    target="diagnosis",
    task=LearningTask.CLASSIFICATION,
    n_rows=569,
    n_columns=31,
    make=make,
    topic="Classification",
    lesson="Recall against precision where one kind of mistake costs more, and columns that say the same thing twice.",
    icon="biotech",
    origin="measured",
)
