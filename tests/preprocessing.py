"""A small table with every kind of column and everything that goes wrong in one, for tests of preprocessing."""

import numpy as np
import pandas as pd

from core.types import Column, ColumnType, TopValue

N_ROWS = 240
QUOTED, STORY = 'a "quoted"\nname', "story 📖"
WORDS = ("late", "parcel", "invoice", "refund", "charged", "app", "crashed", "again", "thanks", "please")


def make_table(n_rows: int = N_ROWS, *, seed: int = 0) -> pd.DataFrame:
    """Raw columns, and two targets that follow from some of them: ``kind`` (three classes, one rare) and ``price``."""
    rng = np.random.default_rng(seed)
    size, width = rng.normal(size=n_rows), rng.normal(3, 1, n_rows)
    city = rng.choice(["Bern", "Oslo", "Rome", "Lima"], n_rows, p=[0.5, 0.3, 0.15, 0.05])
    shop = np.asarray([f"shop {number}" for number in rng.integers(0, 60, n_rows)], dtype=object)
    price = 3 * size + 2 * width + 4.0 * (city == "Bern") + rng.normal(0, 0.5, n_rows)
    stories = [" ".join(rng.choice(WORDS, 6)) for _ in range(n_rows)]
    frame = pd.DataFrame(
        {
            QUOTED: np.where(rng.random(n_rows) < 0.1, np.nan, size),
            "width": np.where(rng.random(n_rows) < 0.05, np.inf, width),
            "ok": pd.Series(rng.choice(np.array([True, False, None], dtype=object), n_rows), dtype=object),
            "big": pd.Series(2**60 + rng.integers(0, 1_000, n_rows), dtype="Int64"),
            "empty": np.nan,
            "city": pd.Series(np.where(rng.random(n_rows) < 0.1, None, city), dtype=object),
            "shop": shop,
            "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 20_000, n_rows), unit="h"),
            "day": [f"{day:02d}.{month:02d}.2024" for day, month in rng.integers(1, 13, (n_rows, 2))],
            STORY: stories,
        }
    )
    frame.loc[5, "when"] = pd.NaT
    frame.loc[6, STORY] = None
    frame["kind"] = np.asarray(["low", "middle", "high"])[np.digitize(price, np.quantile(price, [0.3, 0.9]))]
    frame["price"] = price
    return frame


def columns_of(frame: pd.DataFrame) -> tuple[Column, ...]:
    """What the ingest would say of ``frame``, as far as preprocessing reads it."""
    return tuple(_column(name, frame[name]) for name in frame.columns)


def _column(name: str, values: "pd.Series[object]") -> Column:
    known = values.dropna()
    return Column(
        name=name,
        type=_type(known),
        n_missing=int(values.isna().sum()),
        n_distinct=int(known.nunique()),
        is_constant=known.nunique() == 1,
        is_identifier=False,
        top_values=tuple(TopValue(value=str(value), count=1) for value in known.unique()[:5]),
    )


def _type(known: "pd.Series[object]") -> ColumnType:
    if known.map(type).eq(bool).all() and len(known):
        return ColumnType.BOOLEAN
    if known.dtype.kind == "M":
        return ColumnType.DATETIME
    if pd.api.types.is_integer_dtype(known):
        return ColumnType.INTEGER
    return ColumnType.NUMBER if pd.api.types.is_numeric_dtype(known) else ColumnType.STRING
