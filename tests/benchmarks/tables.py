"""Made-up tables that look like three well-known ones: incomes, departing customers, house prices."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

N_ROWS = 20_000


def incomes(seed: int) -> pd.DataFrame:
    """Persons with mixed columns, rare categories and blanks; whether they earn much depends on interplay."""
    rng = np.random.default_rng(seed)
    age = rng.gamma(6.0, 6.5, N_ROWS).clip(17, 90).astype(int)
    schooling = rng.choice(16, N_ROWS, p=_weights(16, peak=9))
    hours = np.where(rng.random(N_ROWS) < 0.45, 40, rng.normal(40, 12, N_ROWS).clip(5, 99)).astype(int)
    occupation = rng.choice(14, N_ROWS, p=_weights(14, peak=3))
    origin = rng.choice(40, N_ROWS, p=_steep(40))
    couple = rng.random(N_ROWS) < 1 / (1 + np.exp(-(age - 30) / 7))
    gains = np.where(rng.random(N_ROWS) < 0.08, rng.lognormal(8, 1.1, N_ROWS), 0.0).round()
    worth = rng.normal(0, 1, 14)[occupation]
    log_odds = (
        -2.7
        + 0.32 * (schooling - 9)
        + 1.7 * couple
        + 0.9 * worth
        + 0.035 * (hours - 40)
        - 0.0016 * (age - 48.0) ** 2
        + 0.5 * couple * worth
        + 2.2 * (gains > 5_000)
    )
    earns = rng.random(N_ROWS) < 1 / (1 + np.exp(-log_odds))
    frame = pd.DataFrame(
        {
            "age": age,
            "schooling": [f"level {level}" for level in schooling],
            "schooling_years": schooling + 1,
            "occupation": _with_gaps([f"job {code}" for code in occupation], rng, 0.06),
            "origin": [f"country {code}" for code in origin],
            "household": np.where(couple, "couple", "single"),
            "gains": gains,
            "hours": hours,
        }
    )
    return frame.assign(target=np.where(earns, ">50", "<=50"))


def departures(seed: int) -> pd.DataFrame:
    """Customers with contracts and services; leaving depends on a few of them, and blanks mean something."""
    rng = np.random.default_rng(seed)
    n_rows = 7_000
    tenure = rng.integers(0, 73, n_rows)
    contract = np.where(rng.random(n_rows) < 0.55, 0, rng.integers(1, 3, n_rows))
    fibre = rng.random(n_rows) < 0.44
    extras = rng.random((n_rows, 6)) < 0.38
    price = 20 + 45 * fibre + 5.2 * extras.sum(axis=1) + rng.normal(0, 3, n_rows)
    log_odds = (
        -0.4 - 0.045 * tenure - 1.5 * contract + 1.2 * fibre - 0.5 * extras[:, 0] - 0.5 * extras[:, 3] + 0.01 * price
    )
    total = np.where(tenure == 0, np.nan, price * tenure * rng.normal(1, 0.05, n_rows))
    frame = pd.DataFrame({f"service_{i}": np.where(extras[:, i], "yes", "no") for i in range(6)})
    return frame.assign(
        tenure=tenure,
        contract=np.array(["monthly", "one year", "two years"])[contract],
        line=np.where(fibre, "fibre", "dsl"),
        monthly=price.round(2),
        total=total.round(2),
        payment=rng.choice(["card", "cheque", "transfer"], n_rows),
        target=np.where(rng.random(n_rows) < 1 / (1 + np.exp(-log_odds)), "yes", "no"),
    )


def houses(seed: int) -> pd.DataFrame:
    """Districts with a position; the price follows income, place and a curved distance to the coast."""
    rng = np.random.default_rng(seed)
    east, north = rng.normal(0, 1, N_ROWS), rng.normal(0, 1, N_ROWS)
    income = rng.lognormal(1.2, 0.45, N_ROWS)
    rooms, age = rng.normal(5.4, 1.2, N_ROWS).clip(1.5), rng.integers(1, 53, N_ROWS)
    people = rng.lognormal(1.0, 0.25, N_ROWS)
    coast = np.abs(east + 0.4 * np.sin(2.5 * north))
    price = (
        45 * income
        + 95 * np.exp(-1.8 * coast)
        + 40 * np.exp(-3 * ((east - 1) ** 2 + (north + 0.5) ** 2))
        + 0.6 * age
        - 14 * people
        + 3 * rooms * (income > 4)
        + rng.normal(0, 22, N_ROWS)
    )
    return pd.DataFrame(
        {
            "income": income,
            "age": age,
            "rooms": np.where(rng.random(N_ROWS) < 0.01, np.nan, rooms),
            "people": people,
            "east": east,
            "north": north,
            "target": price.clip(15, 500).round(1),
        }
    )


def _weights(count: int, *, peak: int) -> npt.NDArray[np.float64]:
    weights = np.exp(-((np.arange(count) - peak) ** 2) / (count / 2.0))
    return np.asarray(weights / weights.sum())


def _steep(count: int) -> npt.NDArray[np.float64]:
    weights = 1 / np.arange(1, count + 1) ** 2.2
    return np.asarray(weights / weights.sum())


def _with_gaps(values: list[str], rng: np.random.Generator, share: float) -> list[Any]:
    return [None if gap else value for value, gap in zip(values, rng.random(len(values)) < share, strict=True)]
