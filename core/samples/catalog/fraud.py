"""Card payments of a made-up bank, a few of them fraudulent."""

import datetime as dt

import numpy as np
import numpy.typing as npt

from core.samples.spec import SampleSpec, Table
from core.types import LearningTask

N_ROWS = 20_000
RATE = 0.01
START = dt.datetime(2024, 1, 1)
CATEGORIES = ("groceries", "fuel", "restaurant", "clothing", "electronics", "gift cards", "travel")
CATEGORY_SHARES = (0.34, 0.14, 0.2, 0.12, 0.08, 0.04, 0.08)
CATEGORY_ODDS = (0.0, 0.0, 0.0, 0.2, 1.0, 1.8, 0.6)


def make(seed: int) -> Table:
    """Payments whose odds of fraud follow a logistic model of amount, hour, distance, device, pace and category.

    The age of the card and the day of the week have no influence.
    """
    rng = np.random.default_rng(seed)
    minute = np.sort(rng.integers(0, 90 * 24 * 60, N_ROWS))
    hour = minute // 60 % 24
    category = rng.choice(len(CATEGORIES), N_ROWS, p=CATEGORY_SHARES)
    amount = np.round(rng.lognormal(3.3, 0.9, N_ROWS), 2)
    distance = np.round(rng.exponential(12.0, N_ROWS) * np.where(rng.random(N_ROWS) < 0.04, 40, 1), 1)
    is_new_device = rng.random(N_ROWS) < 0.06
    n_last_hour = rng.poisson(0.4, N_ROWS)
    score = (
        0.6 * (np.log(amount) - 3.3)
        + 1.2 * ((hour < 5) | (hour == 23))
        + 0.5 * np.log1p(distance / 50)
        + 1.9 * is_new_device
        + 0.7 * n_last_hour
        + np.take(CATEGORY_ODDS, category)
    )
    is_fraud = rng.random(N_ROWS) < _probability(score)
    return {
        "payment_id": [f"P{number:06d}" for number in range(1, N_ROWS + 1)],
        "paid_at": [(START + dt.timedelta(minutes=int(each))).isoformat(sep=" ") for each in minute],
        "amount": amount.tolist(),
        "category": [CATEGORIES[i] for i in category],
        "distance_from_home_km": distance.tolist(),
        "is_new_device": ["true" if new else "false" for new in is_new_device],
        "payments_in_last_hour": n_last_hour.tolist(),
        "card_age_months": rng.integers(1, 60, N_ROWS).tolist(),
        "fraud": ["yes" if each else "no" for each in is_fraud],
    }


def _probability(score: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Chances of fraud with the mean ``RATE``: the intercept is found by halving."""
    low, high = -30.0, 0.0
    for _ in range(60):
        middle = (low + high) / 2
        too_many = float(np.mean(1 / (1 + np.exp(-(score + middle))))) > RATE
        low, high = (low, middle) if too_many else (middle, high)
    chances: npt.NDArray[np.float64] = 1 / (1 + np.exp(-(score + low)))
    return chances


SPEC = SampleSpec(
    key="fraud",
    label="Card fraud",
    description=(
        "20,000 payments of a made-up bank, 1 % of them fraudulent. New devices, nights, long distances, quick "
        "series, gift cards and electronics make fraud likelier; the age of the card and the day of the week do "
        "not."
    ),
    target="fraud",
    task=LearningTask.CLASSIFICATION,
    n_rows=N_ROWS,
    n_columns=9,
    make=make,
    topic="Rare class",
    lesson="Why 99 % accuracy can be worthless, and what precision, recall and a threshold are for.",
    icon="credit_card_off",
)
