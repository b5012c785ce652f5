"""Tables with one planted pattern among columns of noise, and tables of noise alone, made from seeds.

Each maker knows nothing of how insights are found. ``PATTERNS`` is what the tests and the benchmark walk through.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

Generator = np.random.Generator


@dataclass(frozen=True)
class Planted:
    """A table, what is hidden in it, and which cards tell it."""

    frame: pd.DataFrame
    kinds: frozenset[str]
    """Kinds of insight any of which tells the pattern rightly."""
    columns: frozenset[str]
    """Columns that such a card must be about."""
    target: str | None = None


@dataclass(frozen=True)
class Pattern:
    """One way of planting."""

    make: Callable[[Generator, int], tuple[dict[str, Any], set[str], set[str]]]
    """Columns by name, kinds, and the columns that count."""
    target: str | None = None
    needs: dict[str, Any] = field(default_factory=dict)


def _linear(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    x = rng.normal(50, 10, n)
    return {"dose": x, "answer": 3 + 0.4 * x + rng.normal(0, 6, n)}, {"linear_association"}, {"dose", "answer"}


def _monotone(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    x = rng.uniform(0, 6, n)
    return (
        {"hours": x, "cells": np.exp(x + rng.normal(0, 0.6, n))},
        {"monotone_association"},
        {"hours", "cells"},
    )


def _u_shape(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    x = rng.uniform(-3, 3, n)
    return {"speed": x, "usage": x**2 + rng.normal(0, 2.0, n)}, {"curved_association"}, {"speed", "usage"}


def _wave(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    x = rng.uniform(0, 20, n)
    y = np.sin(x) + rng.normal(0, 0.5, n)
    return {"angle": x, "height": y}, {"curved_association"}, {"angle", "height"}


def _categories(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    a = rng.choice(["north", "south", "east"], n)
    follows = rng.random(n) < 0.35
    own = np.array([{"north": "tea", "south": "coffee", "east": "milk"}[each] for each in a])
    b = np.where(follows, own, rng.choice(["tea", "coffee", "milk"], n))
    return {"region": a, "drink": b}, {"category_association"}, {"region", "drink"}


def _means(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    group = rng.choice(["a", "b", "c", "d"], n)
    return (
        {"plant": group, "yield": rng.normal(20, 4, n) + 3.0 * (group == "c")},
        {"group_means"},
        {"plant", "yield"},
    )


def _spread(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    group = rng.choice(["machine 1", "machine 2", "machine 3"], n)
    scale = np.where(group == "machine 2", 6.0, 2.5)
    return {"machine": group, "length": rng.normal(100, scale)}, {"group_spread"}, {"machine", "length"}


def _interaction(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    a, b = rng.normal(0, 1, n), rng.normal(0, 1, n)
    return (
        {"light": a, "water": b, "growth": 0.8 * a * b + rng.normal(0, 1, n)},
        {"interaction", "unusual_segment"},
        {"light", "water", "growth"},
    )


def _interaction_groups(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    x, group = rng.normal(0, 1, n), rng.choice(["drug", "placebo"], n)
    y = np.where(group == "drug", 0.9, -0.4) * x + rng.normal(0, 1, n)
    return {"weight": x, "arm": group, "effect": y}, {"interaction", "unusual_segment"}, {"weight", "arm", "effect"}


def _dates(rng: Generator, n: int, days: int = 900) -> pd.DatetimeIndex:
    start = pd.Timestamp("2019-02-03") + pd.Timedelta(int(rng.integers(0, 700)), unit="D")
    return pd.DatetimeIndex(start + pd.to_timedelta(np.sort(rng.uniform(0, days, n)), unit="D")).floor("s")


def _trend(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    when = _dates(rng, n)
    part = np.arange(n) / n
    return {"sold": when, "price": 10 + 4 * part + rng.normal(0, 2.5, n)}, {"trend"}, {"sold", "price"}


def _shift(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    when = _dates(rng, n)
    at = rng.uniform(0.3, 0.7)
    level = np.where(np.arange(n) / n > at, 3.0, 0.0)
    return {"measured": when, "pressure": 50 + level + rng.normal(0, 2.0, n)}, {"level_shift"}, {"measured", "pressure"}


def _weekly(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    when = _dates(rng, n, 700)
    weekend = np.asarray(when.day_of_week >= 5)
    return {"day": when, "visitors": 100 + 25 * weekend + rng.normal(0, 20, n)}, {"seasonality"}, {"day", "visitors"}


def _monthly(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    when = _dates(rng, n, 1500)
    season = np.cos(2 * np.pi * (np.asarray(when.day_of_year) - 20) / 365.25)
    return {"day": when, "heating": 30 + 10 * season + rng.normal(0, 8, n)}, {"seasonality"}, {"day", "heating"}


def _period(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    length = int(rng.integers(9, 40))
    when = pd.date_range("2021-03-04", periods=n, freq="h")
    wave = np.sin(2 * np.pi * np.arange(n) / length)
    return {"hour": when, "load": 5 + 1.0 * wave + rng.normal(0, 1.0, n)}, {"seasonality"}, {"hour", "load"}


def _simpson(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    group = rng.integers(0, 4, n)
    x = 3.0 * group + rng.normal(0, 1, n)
    y = 4.0 * group - 0.9 * x + rng.normal(0, 0.8, n) + 0.3 * group
    return (
        {"clinic": np.array(["w", "x", "y", "z"])[group], "dosage": x, "recovery": y},
        {"simpson_reversal"},
        {"clinic", "dosage", "recovery"},
    )


def _segment(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    plan, city = rng.choice(["basic", "plus", "pro"], n), rng.choice(["Oslo", "Rome", "Lima", "Bonn"], n)
    rate = np.where((plan == "plus") & (city == "Lima"), 0.65, 0.2)
    return (
        {"plan": plan, "city": city, "left": np.where(rng.random(n) < rate, "yes", "no")},
        {"unusual_segment", "interaction"},
        {"plan", "city", "left"},
    )


def _segment_number(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    age, shop = rng.uniform(18, 80, n), rng.choice(["web", "store"], n)
    spent = rng.normal(60, 15, n) + 25 * ((age > 64.5) & (shop == "web"))
    return {"age": age, "shop": shop, "spent": spent}, {"unusual_segment", "interaction"}, {"age", "shop", "spent"}


def _outliers(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    x = rng.normal(170, 10, n)
    k = max(3, n // 1000)
    x[rng.choice(n, min(k, 15), replace=False)] = rng.uniform(300, 700, min(k, 15))
    return {"size": x}, {"outliers"}, {"size"}


def _joint(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    x = rng.normal(0, 1, n)
    y = 0.97 * x + 0.24 * rng.normal(0, 1, n)
    k = max(4, min(15, n // 300))
    rows = rng.choice(n, k, replace=False)
    x[rows], y[rows] = rng.uniform(1.3, 2.0, k), rng.uniform(-2.0, -1.3, k)
    return {"inner": 20 + 3 * x, "outer": 60 + 8 * y}, {"unusual_rows"}, {"inner", "outer"}


def _spike(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    days = 400
    day = np.sort(rng.integers(0, days, n))
    when = pd.Timestamp("2022-01-01") + pd.to_timedelta(day, unit="D")
    values = 20 + 4 * np.sin(2 * np.pi * day / 365) + rng.normal(0, 1.0, n)
    values[np.isin(day, rng.choice(np.arange(20, 380), 2, replace=False))] += 12
    return {"date": when, "flow": values}, {"time_spike"}, {"date", "flow"}


def _copies(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    x = rng.normal(0, 1, n)
    return {"celsius": x, "fahrenheit": 32 + 1.8 * x}, {"copied_columns"}, {"celsius", "fahrenheit"}


def _determined(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    town = rng.integers(0, 12, n)
    return (
        {"town": np.array([f"town {k}" for k in range(12)])[town], "country": np.array(["N", "S", "E"])[town % 3]},
        {"determined_columns"},
        {"town", "country"},
    )


def _derived(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    a, b, c = rng.gamma(4, 10, n), rng.gamma(3, 8, n), rng.gamma(2, 5, n)
    return {"rent": a, "food": b, "rest": c, "total": a + b + c}, {"derived_columns"}, {"rent", "food", "rest", "total"}


def _derived_product(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    a, b = rng.uniform(1, 9, n), rng.uniform(10, 90, n)
    return {"pieces": a, "each": b, "amount": a * b}, {"derived_columns"}, {"pieces", "each", "amount"}


def _missing(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    age = rng.normal(45, 12, n)
    chance = 1 / (1 + np.exp(-(age - 58) / 5))
    return (
        {"years": age, "income": np.where(rng.random(n) < chance, np.nan, rng.normal(3000, 500, n))},
        {"missing_by_value"},
        {"years", "income"},
    )


def _missing_group(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    form = rng.choice(["paper", "web"], n)
    chance = np.where(form == "paper", 0.3, 0.04)
    return (
        {"form": form, "phone": np.where(rng.random(n) < chance, np.nan, rng.normal(0, 1, n))},
        {"missing_by_value"},
        {"form", "phone"},
    )


def _placeholder(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    mark = float(rng.choice([-999, 9999, -1, 99999]))
    x = np.where(rng.random(n) < 0.03, mark, rng.normal(40, 8, n).clip(5, 90))
    return {"reading": x}, {"placeholder_values"}, {"reading"}


def _placeholder_date(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    when = pd.Series(_dates(rng, n).floor("D"))
    when[rng.random(n) < 0.04] = pd.Timestamp("1900-01-01")
    return {"born": when.sample(frac=1, random_state=1).to_numpy()}, {"placeholder_values"}, {"born"}


def _heaped(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    x = rng.normal(140, 25, n)
    x = np.where(rng.random(n) < 0.4, 10 * np.round(x / 10), np.round(x))
    return {"blood": x.astype(int)}, {"heaping"}, {"blood"}


def _rare(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    return {"fault": np.where(rng.random(n) < 0.04, "yes", "no")}, {"rare_class"}, {"fault"}


def _drift(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    part = np.arange(n) / n
    return {"sensor": rng.normal(0, 1, n) + 0.9 * (part > 0.6)}, {"drift"}, {"sensor"}


def _identifier(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    numbers = rng.permutation(np.arange(100_000, 100_000 + 9 * n))[:n]
    return {"customer": [f"C{number}" for number in numbers]}, {"identifier_columns"}, {"customer"}


def _leak(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    left = rng.random(n) < 0.3
    refund = np.where(left, rng.uniform(5, 60, n), 0.0)
    return {"left": np.where(left, "yes", "no"), "refund": refund}, {"leaking_columns"}, {"left", "refund"}


def _tail(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    return {"turnover": rng.lognormal(3, 1.5, n)}, {"heavy_tail"}, {"turnover"}


def _mixture(rng: Generator, n: int) -> tuple[dict[str, Any], set[str], set[str]]:
    x = np.where(rng.random(n) < 0.35, rng.normal(3.6, 0.8, n), rng.normal(0, 1.0, n))
    return {"signal": x}, {"mixed_populations"}, {"signal"}


PATTERNS: dict[str, Pattern] = {
    "linear association": Pattern(_linear),
    "bent monotone association": Pattern(_monotone),
    "u-shape": Pattern(_u_shape),
    "wave": Pattern(_wave),
    "categories with categories": Pattern(_categories),
    "group means": Pattern(_means),
    "group spreads": Pattern(_spread),
    "interaction of numbers": Pattern(_interaction),
    "interaction with a group": Pattern(_interaction_groups),
    "trend in time": Pattern(_trend),
    "level shift in time": Pattern(_shift),
    "weekly season": Pattern(_weekly),
    "yearly season": Pattern(_monthly),
    "unknown period": Pattern(_period),
    "simpson reversal": Pattern(_simpson),
    "segment of categories": Pattern(_segment),
    "segment with a range": Pattern(_segment_number),
    "single outliers": Pattern(_outliers),
    "joint outliers": Pattern(_joint),
    "spike in time": Pattern(_spike),
    "copied column": Pattern(_copies),
    "determined column": Pattern(_determined),
    "sum of columns": Pattern(_derived),
    "product of columns": Pattern(_derived_product),
    "missing by a number": Pattern(_missing),
    "missing by a group": Pattern(_missing_group),
    "placeholder number": Pattern(_placeholder),
    "placeholder date": Pattern(_placeholder_date),
    "heaped digits": Pattern(_heaped),
    "repeated rows": Pattern(lambda _rng, _n: ({}, {"duplicate_rows"}, set())),
    "rare class": Pattern(_rare, target="fault"),
    "drift": Pattern(_drift),
    "identifier": Pattern(_identifier),
    "leak": Pattern(_leak, target="left"),
    "long tail": Pattern(_tail),
    "two populations": Pattern(_mixture),
}


def plant(key: str, *, seed: int, n_rows: int = 2_000, n_noise: int = 10) -> Planted:
    """The pattern ``key`` among columns of noise, in columns of any order."""
    rng = np.random.default_rng([seed, sum(map(ord, key))])
    pattern = PATTERNS[key]
    columns, kinds, important = pattern.make(rng, n_rows)
    # A clock of its own for patterns in time, so that noise is not asked over two times.
    columns = {**columns, **noise_columns(rng, n_rows, n_noise, with_dates=False)}
    order = rng.permutation(list(columns))
    frame = pd.DataFrame({name: columns[name] for name in order})
    if key == "repeated rows":
        copies = rng.choice(n_rows, max(6, n_rows // 100), replace=False)
        frame = pd.concat([frame, frame.iloc[copies]]).sample(frac=1, random_state=seed)
        important = set()
    return Planted(frame.reset_index(drop=True), frozenset(kinds), frozenset(important), pattern.target)


def noise_columns(rng: Generator, n: int, n_columns: int, *, with_dates: bool = True) -> dict[str, Any]:
    """Independent columns of every kind, some with cells that are missing at random."""
    found: dict[str, Any] = {}
    kinds = ["normal", "uniform", "gamma", "integer", "category", "flag", "student", "count", "many", "skewed_flag"]
    if with_dates:
        kinds += ["date", "moment"]
    for place in range(n_columns):
        kind = kinds[place % len(kinds)]
        values = _MAKERS[kind](rng, n)
        if rng.random() < 0.35 and kind not in ("flag", "skewed_flag"):
            gaps = rng.random(n) < rng.uniform(0.01, 0.3)
            values = pd.Series(values).mask(gaps)
        found[f"{kind} {place}"] = values
    return found


def _moments(rng: Generator, n: int) -> Any:
    return pd.Series(pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.uniform(0, 1200, n), unit="D")).dt.floor("s")


_MAKERS: dict[str, Callable[[Generator, int], Any]] = {
    "normal": lambda rng, n: rng.normal(rng.uniform(-50, 50), rng.uniform(0.1, 20), n),
    "uniform": lambda rng, n: rng.uniform(0, rng.uniform(1, 1000), n),
    "gamma": lambda rng, n: rng.gamma(2, rng.uniform(0.5, 30), n).round(3),
    "student": lambda rng, n: rng.standard_t(4, n),
    "integer": lambda rng, n: rng.integers(0, int(rng.integers(30, 5000)), n),
    "count": lambda rng, n: rng.poisson(rng.uniform(0.5, 6), n),
    "category": lambda rng, n: rng.choice([f"kind {k}" for k in range(int(rng.integers(2, 8)))], n),
    "many": lambda rng, n: rng.choice([f"code {k}" for k in range(int(rng.integers(20, 60)))], n),
    "flag": lambda rng, n: rng.random(n) < 0.5,
    "skewed_flag": lambda rng, n: rng.random(n) < 0.08,
    "date": lambda rng, n: _moments(rng, n).dt.floor("D"),
    "moment": _moments,
}


def noise(seed: int, *, n_rows: int = 2_000, n_columns: int = 16) -> pd.DataFrame:
    """A table in which nothing goes with anything."""
    rng = np.random.default_rng([seed, 77])
    return pd.DataFrame(noise_columns(rng, n_rows, n_columns))
