"""Houses of a made-up town and what they sold for."""

import numpy as np

from core.samples.spec import Cell, SampleSpec, Table
from core.types import LearningTask

N_ROWS = 2_000
DISTRICTS = ("harbour", "old town", "hillside", "station", "meadows")
DISTRICT_FACTORS = (1.25, 1.15, 1.05, 0.9, 0.8)


def make(seed: int) -> Table:
    """Houses whose price is a product of area, district, age and garden, with 10 % of noise.

    The number of the house's street has no influence. About 5 % of the garden areas are missing at random.
    """
    rng = np.random.default_rng(seed)
    district = rng.integers(0, 5, N_ROWS)
    area = np.round(np.clip(rng.normal(115, 38, N_ROWS), 35, 320), 1)
    rooms = np.clip(np.round(area / 27 + rng.normal(0, 0.8, N_ROWS)), 1, 10).astype(int)
    built = rng.integers(1900, 2024, N_ROWS)
    garden = np.where(rng.random(N_ROWS) < 0.35, 0.0, np.round(rng.gamma(2.0, 120.0, N_ROWS)))
    distance = np.round(rng.gamma(2.0, 2.2, N_ROWS), 2)
    garage = rng.random(N_ROWS) < 0.45
    price = (
        2_600
        * area
        * np.take(DISTRICT_FACTORS, district)
        * (1 - 0.003 * (2024 - built))
        * (1 - 0.02 * np.minimum(distance, 12))
        + 180 * garden
        + 15_000 * garage
    ) * rng.lognormal(0, 0.1, N_ROWS)
    unknown = rng.random(N_ROWS) < 0.05
    gardens: list[Cell] = [None if gap else int(value) for value, gap in zip(garden, unknown, strict=True)]
    return {
        "street_number": rng.integers(1, 180, N_ROWS).tolist(),
        "district": [DISTRICTS[i] for i in district],
        "living_area_m2": area.tolist(),
        "rooms": rooms.tolist(),
        "year_built": built.tolist(),
        "garden_m2": gardens,
        "distance_to_centre_km": distance.tolist(),
        "has_garage": ["true" if there else "false" for there in garage],
        "price": np.round(price, -2).astype(int).tolist(),
    }


SPEC = SampleSpec(
    key="house_prices",
    label="House prices",
    description=(
        "2,000 sales in a made-up town. Area, district, age and the way to the centre multiply, garden and garage "
        "add, and a tenth of noise remains; the street number has no influence."
    ),
    target="price",
    task=LearningTask.REGRESSION,
    n_rows=N_ROWS,
    n_columns=9,
    make=make,
    topic="Regression",
    lesson="Effects that multiply, gaps in one column, and a column that means nothing.",
    icon="home",
)
