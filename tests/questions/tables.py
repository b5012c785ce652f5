"""Four small tables, made from a seed, that questions are asked of."""

from functools import cache

import numpy as np
import pandas as pd

FIRST = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana", "Ida", "Jon")
LAST = ("Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Oak", "Pine")


@cache
def make_table(name: str) -> pd.DataFrame:
    """The table called ``name``: titanic, sales, houses or tickets."""
    return {"titanic": _titanic, "sales": _sales, "houses": _houses, "tickets": _tickets}[name]()


def _names(rng: np.random.Generator, n_rows: int) -> list[str]:
    """Distinct full names."""
    numbers = rng.permutation(n_rows)
    return [f"{LAST[number % 10]}, {FIRST[number // 10 % 10]} {number // 100 + 1}" for number in numbers]


def _titanic() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    n_rows = 500
    is_female = rng.random(n_rows) < 0.36
    pclass = rng.choice([1, 2, 3], n_rows, p=[0.24, 0.21, 0.55])
    age = np.clip(rng.normal(30, 14, n_rows), 0.5, 78).round(1)
    return pd.DataFrame(
        {
            "PassengerId": np.arange(1, n_rows + 1),
            "Survived": (rng.random(n_rows) < 0.15 + 0.5 * is_female + 0.06 * (3 - pclass)).astype(int),
            "Pclass": pclass,
            "Name": _names(rng, n_rows),
            "Sex": np.where(is_female, "female", "male"),
            "Age": np.where(rng.random(n_rows) < 0.2, np.nan, age),
            "SibSp": rng.poisson(0.5, n_rows),
            "Parch": rng.poisson(0.4, n_rows),
            "Fare": (rng.gamma(1.4, 12, n_rows) * (4 - pclass)).round(4),
            "Cabin": np.where(
                rng.random(n_rows) < 0.77, None, [f"C{number}" for number in rng.integers(1, 99, n_rows)]
            ),
            "Embarked": rng.choice(["S", "C", "Q", None], n_rows, p=[0.7, 0.2, 0.09, 0.01]),
        }
    )


def _sales() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    n_rows = 900
    days = np.sort(rng.integers(0, 731, n_rows))
    days[0], days[-1] = 0, 730
    product = rng.choice(["Lamp", "Chair", "Desk", "Sofa", "Shelf"], n_rows, p=[0.3, 0.25, 0.2, 0.1, 0.15])
    price = np.vectorize({"Lamp": 39.0, "Chair": 89.0, "Desk": 240.0, "Sofa": 690.0, "Shelf": 120.0}.get)(product)
    unit_price = (price * rng.uniform(0.9, 1.1, n_rows)).round(2)
    units = rng.integers(1, 12, n_rows)
    return pd.DataFrame(
        {
            "order_id": np.arange(1001, 1001 + n_rows),
            "order_date": pd.Timestamp("2023-01-01") + pd.to_timedelta(days, unit="D"),
            "region": rng.choice(["North", "South", "East", "West"], n_rows),
            "product": product,
            "category": np.where(np.isin(product, ["Lamp", "Shelf"]), "Accessories", "Furniture"),
            "unitsSold": units,
            "unit_price": unit_price,
            "revenue": (unit_price * units).round(2),
            "is_online": rng.random(n_rows) < 0.45,
            "customer_type": rng.choice(["new", "returning"], n_rows, p=[0.4, 0.6]),
        }
    )


def _houses() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n_rows = 400
    neighborhood = rng.choice(["Oakridge", "Riverside", "Old Town", "Hillcrest"], n_rows)
    area = rng.gamma(9, 1_100, n_rows).round()
    built = rng.integers(1900, 2021, n_rows)
    has_pool = rng.random(n_rows) < 0.12
    price = 60_000 + 11 * area + 600 * (built - 1900) + 40_000 * has_pool + rng.normal(0, 30_000, n_rows)
    return pd.DataFrame(
        {
            "HouseId": np.arange(1, n_rows + 1),
            "Neighborhood": neighborhood,
            "LotArea": area.astype(int),
            "YearBuilt": built,
            "Bedrooms": rng.integers(1, 6, n_rows),
            "FullBath": rng.integers(1, 4, n_rows),
            "HasPool": np.where(has_pool, "yes", "no"),
            "GarageType": rng.choice(["attached", "detached", None], n_rows, p=[0.6, 0.3, 0.1]),
            "Condition": rng.integers(1, 11, n_rows),
            "SalePrice": price.clip(40_000).round(-2).astype(int) + np.arange(n_rows),
        }
    )


def _tickets() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    n_rows = 600
    created = pd.Timestamp("2025-01-01 08:00") + pd.to_timedelta(np.sort(rng.integers(0, 90 * 24, n_rows)), unit="h")
    status = rng.choice(["open", "pending", "closed"], n_rows, p=[0.2, 0.1, 0.7])
    hours = rng.gamma(2, 6, n_rows).round(2)
    closed = np.where(status == "closed", created + pd.to_timedelta(hours, unit="h"), np.datetime64("NaT"))
    return pd.DataFrame(
        {
            "ticket_id": [f"T-{number:05d}" for number in range(1, n_rows + 1)],
            "created_at": created,
            "closed_at": pd.to_datetime(closed),
            "priority": rng.choice(["low", "medium", "high", "urgent"], n_rows, p=[0.3, 0.4, 0.2, 0.1]),
            "status": status,
            "team": rng.choice(["billing", "network", "accounts"], n_rows),
            "channel": rng.choice(["email", "phone", "chat"], n_rows),
            "Agent Name": rng.choice(
                ["Kim Lee", "Ola Berg", "Raj Nair", "Tess Ito", "Uma Roy"], n_rows, p=[0.3, 0.25, 0.2, 0.15, 0.1]
            ),
            "response_hours": hours,
            "satisfaction": np.where(rng.random(n_rows) < 0.25, np.nan, rng.integers(1, 6, n_rows)),
        }
    )
