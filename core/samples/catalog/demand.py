"""Daily sales of six products over two years."""

import datetime as dt

import numpy as np

from core.samples.spec import Cell, SampleSpec, Table
from core.types import LearningTask

START = dt.date(2023, 1, 1)
N_DAYS = 730
GAP_DAYS = 12
"""Days without a row, for each product, in two blocks."""
PROMOTION = 1.6
WEEKEND = 1.35
PRICE_ELASTICITY = -1.2
PRODUCTS = (
    # name, units a day, growth a year, strength of the season, day of its peak, price
    ("bread", 220.0, 0.02, 0.05, 350, 3.2),
    ("ice cream", 90.0, 0.10, 0.80, 200, 4.5),
    ("coffee", 140.0, 0.06, 0.15, 15, 7.9),
    ("umbrella", 25.0, -0.05, 0.40, 320, 14.0),
    ("sun cream", 40.0, 0.00, 0.90, 190, 9.5),
    ("notebook", 60.0, -0.12, 0.30, 245, 2.8),
)
N_ROWS = len(PRODUCTS) * (N_DAYS - GAP_DAYS)


def make(seed: int) -> Table:
    """Counts around trend x season x weekend x promotion x price, with Poisson noise; promotions take 8 % of the days.

    The temperature of the storage room has no influence.
    """
    rng = np.random.default_rng(seed)
    day = np.arange(N_DAYS)
    is_weekend = np.array([(START + dt.timedelta(days=int(each))).weekday() >= 5 for each in day])
    rows: list[tuple[Cell, ...]] = []
    for name, level, growth, strength, peak, usual in PRODUCTS:
        price = np.round(usual * np.exp(np.repeat(rng.normal(0, 0.05, N_DAYS // 30 + 1), 30)[:N_DAYS]), 2)
        is_promoted = rng.random(N_DAYS) < 0.08
        season = 1 + strength * np.cos(2 * np.pi * (day - peak) / 365.25)
        expected = (
            level
            * (1 + growth) ** (day / 365.25)
            * season
            * np.where(is_weekend, WEEKEND, 1)
            * np.where(is_promoted, PROMOTION, 1)
            * (price / usual) ** PRICE_ELASTICITY
        )
        units = rng.poisson(expected)
        storage = np.round(rng.normal(18, 1.5, N_DAYS), 1)
        starts = rng.choice(np.arange(20, N_DAYS - 20, 30), 2, replace=False)
        gaps = {int(start) + offset for start in starts for offset in range(GAP_DAYS // 2)}
        rows += [
            (
                (START + dt.timedelta(days=each)).isoformat(),
                name,
                float(price[each]),
                "true" if is_promoted[each] else "false",
                float(storage[each]),
                int(units[each]),
            )
            for each in range(N_DAYS)
            if each not in gaps
        ]
    rows.sort(key=lambda row: str(row[0]))
    names = ("date", "product", "price", "is_promoted", "storage_temperature_c", "units")
    return dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))


SPEC = SampleSpec(
    key="demand",
    label="Demand over time",
    description=(
        "Two years of daily sales of six products. Promotions sell 60 % more, weekends 35 % more; each product has "
        "its own growth and season; 12 days of each are missing; the temperature of the storage room has no "
        "influence."
    ),
    target="units",
    task=LearningTask.REGRESSION,
    n_rows=N_ROWS,
    n_columns=6,
    make=make,
    topic="Time series",
    lesson="Trend, season and gaps in a line chart, and why the last weeks have to be kept for testing.",
    icon="trending_up",
)
