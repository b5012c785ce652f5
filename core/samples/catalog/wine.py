"""Chemical analyses of wines."""

from core.samples.installed import labelled_table
from core.samples.spec import SampleSpec, Table
from core.types import LearningTask

FEATURES = (
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280_od315_of_diluted_wines",
    "proline",
)
CULTIVARS = ("cultivar 1", "cultivar 2", "cultivar 3")


def make(seed: int) -> Table:
    """The measured wines, the same for every seed."""
    del seed
    return labelled_table("wine_data.csv", FEATURES, "cultivar", CULTIVARS)


SPEC = SampleSpec(
    key="wine",
    label="Wines",
    description=(
        "178 wines of one region from three cultivars, with 13 chemical measurements on very different scales. "
        "Collected by M. Forina and others in 1988."
    ),
    target="cultivar",
    task=LearningTask.CLASSIFICATION,
    n_rows=178,
    n_columns=14,
    make=make,
    topic="Classification",
    lesson="Why scaling matters: without it, proline outweighs everything else in methods that measure distances.",
    icon="wine_bar",
    origin="measured",
)
