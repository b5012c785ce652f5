"""Measured leaves and flowers of four made-up plant species."""

import numpy as np

from core.samples.spec import SampleSpec, Table
from core.types import LearningTask

N_PER_SPECIES = 150
SPECIES = ("bellwort", "fireleaf", "marshcap", "sunspur")
MEANS = (
    # leaf length, leaf width, flower diameter, stem height, in centimetres
    (5.2, 2.1, 1.4, 24.0),
    (7.9, 2.4, 3.1, 41.0),
    (7.1, 3.6, 3.0, 33.0),
    (9.0, 3.9, 4.6, 58.0),
)
DEVIATIONS = (0.55, 0.3, 0.4, 5.0)
SIZE_EFFECT = (0.5, 0.25, 0.25, 4.0)
"""What one deviation of a plant's overall size adds: the measures are correlated within a species."""


def make(seed: int) -> Table:
    """Plants of four equally frequent species, normal around the species' means; fireleaf and marshcap overlap."""
    rng = np.random.default_rng(seed)
    species = rng.permutation(np.repeat(np.arange(len(SPECIES)), N_PER_SPECIES))
    size = rng.normal(0, 1, (len(species), 1))
    noise = rng.normal(0, 1, (len(species), len(DEVIATIONS)))
    measures = np.take(MEANS, species, axis=0) + size * np.array(SIZE_EFFECT) + noise * np.array(DEVIATIONS)
    measures = np.round(np.maximum(measures, 0.2), 1)
    names = ("leaf_length_cm", "leaf_width_cm", "flower_diameter_cm", "stem_height_cm")
    columns = {name: measures[:, index].tolist() for index, name in enumerate(names)}
    return columns | {"species": [SPECIES[i] for i in species]}


SPEC = SampleSpec(
    key="plants",
    label="Plant species",
    description=(
        "600 plants of four made-up species, told apart by four measures in centimetres. Two species overlap, so no "
        "model gets all of them right."
    ),
    target="species",
    task=LearningTask.CLASSIFICATION,
    n_rows=N_PER_SPECIES * len(SPECIES),
    n_columns=5,
    make=make,
    topic="Classification",
    lesson="Four classes, two of which overlap: what no model can tell apart.",
    icon="potted_plant",
)
