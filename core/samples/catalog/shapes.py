"""Drawn shapes as pixels."""

import numpy as np
import numpy.typing as npt

from core.samples.spec import Cell, SampleSpec, Table
from core.types import LearningTask

SIDE = 16
N_ROWS = 1_200
SHAPES = ("circle", "cross", "square", "triangle")


def make(seed: int) -> Table:
    """Shapes of random size, place and brightness on a dark ground with noise; equally frequent."""
    rng = np.random.default_rng(seed)
    shape = rng.permutation(np.repeat(np.arange(len(SHAPES)), N_ROWS // len(SHAPES)))
    pictures = np.stack([_draw(SHAPES[each], rng) for each in shape]).reshape(N_ROWS, SIDE * SIDE)
    table: dict[str, list[Cell]] = {
        f"pixel_{index // SIDE:02d}_{index % SIDE:02d}": pictures[:, index].tolist() for index in range(SIDE * SIDE)
    }
    return table | {"shape": [SHAPES[each] for each in shape]}


def _draw(name: str, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """One picture, shape (SIDE, SIDE), of values from 0 to 255."""
    radius = rng.uniform(3.0, 5.5)
    row, column = rng.uniform(radius, SIDE - 1 - radius, 2)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    down, right = (y - row) / radius, (x - column) / radius
    if name == "circle":
        inside = down**2 + right**2 <= 1
    elif name == "square":
        inside = (np.abs(down) <= 0.85) & (np.abs(right) <= 0.85)
    elif name == "triangle":
        inside = (down <= 0.85) & (down >= 2 * np.abs(right) - 0.95)
    else:
        inside = ((np.abs(down) <= 0.28) & (np.abs(right) <= 1)) | ((np.abs(right) <= 0.28) & (np.abs(down) <= 1))
    light = np.where(inside, rng.uniform(140, 230), 20.0) + rng.normal(0, 18, (SIDE, SIDE))
    return np.clip(np.round(light), 0, 255).astype(np.int64)


SPEC = SampleSpec(
    key="shapes",
    label="Drawn shapes",
    description=(
        "1,200 pictures of circles, crosses, squares and triangles, drawn to 16 x 16 grey pixels at random places "
        "and sizes with some noise. One column is one pixel, from 0 (black) to 255 (white)."
    ),
    target="shape",
    task=LearningTask.CLASSIFICATION,
    n_rows=N_ROWS,
    n_columns=SIDE * SIDE + 1,
    make=make,
    topic="Images",
    lesson="How far pixels alone carry a model, and how trees, neighbours and networks differ on pictures.",
    icon="shapes",
)
