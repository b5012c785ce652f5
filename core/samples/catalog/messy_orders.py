"""Orders as they come out of three old systems: everything that has to be cleaned, and what is right underneath."""

import datetime as dt

import numpy as np

from core.samples.spec import Cell, SampleSpec, Table
from core.types import LearningTask

N_ORDERS = 960
N_DUPLICATES = 40
N_ROWS = N_ORDERS + N_DUPLICATES
N_OUTLIERS = 6
"""Amounts a hundred times too large: the decimal point went missing."""
START = dt.date(2024, 1, 1)
CITIES = {
    "Northport": ("Northport", "northport", "NORTHPORT", " Northport", "Nortport", "North Port"),
    "Lakeview": ("Lakeview", "lakeview", "Lake View", "Lakeveiw", "LAKEVIEW "),
    "Old Mill": ("Old Mill", "old mill", "OldMill", "Old  Mill", "Old Mil"),
    "Westbridge": ("Westbridge", "WESTBRIDGE", "West Bridge", "Westbrige", "westbridge "),
}
"""Four cities under twenty-one spellings; the first of each is the right one, and the most frequent."""
PLACEHOLDERS = ("N/A", "-", "unknown", "?")
CHANNELS = ("web", "shop", "phone")
RETURNED = {True: ("yes", "Yes", "Y"), False: ("no", "No", "N")}


def make(seed: int) -> Table:
    """Orders with typos, mixed dates and amounts, placeholders, outliers and exact copies of some rows.

    Underneath, orders by phone and late ones are returned more often.
    """
    rng = np.random.default_rng(seed)
    day = np.sort(rng.integers(0, 366, N_ORDERS))
    amount = np.round(rng.lognormal(4.0, 0.6, N_ORDERS), 2)
    channel = rng.choice(3, N_ORDERS, p=[0.6, 0.25, 0.15])
    delay = rng.poisson(3.0, N_ORDERS)
    log_odds = -2.4 + 1.0 * (channel == 2) + 0.3 * delay
    is_returned = rng.random(N_ORDERS) < 1 / (1 + np.exp(-log_odds))
    is_outlier = np.isin(np.arange(N_ORDERS), rng.choice(N_ORDERS, N_OUTLIERS, replace=False))
    rows: list[tuple[Cell, ...]] = []
    for index in range(N_ORDERS):
        quantity = int(rng.integers(1, 9))
        rating = int(rng.integers(1, 6))
        rows.append(
            (
                f"A-{1000 + index}",
                _date(START + dt.timedelta(days=int(day[index])), rng),
                _city(rng),
                CHANNELS[channel[index]] if rng.random() > 0.05 else _pick(PLACEHOLDERS, rng),
                _amount(float(amount[index]) * (100 if is_outlier[index] else 1), rng),
                -quantity if rng.random() < 0.01 else quantity,
                int(delay[index]) if rng.random() > 0.06 else None,
                99 if rng.random() < 0.08 else rating,
                "EUR",
                _pick(RETURNED[bool(is_returned[index])], rng),
            )
        )
    rows += [rows[int(each)] for each in rng.choice(N_ORDERS, N_DUPLICATES, replace=False)]
    names = ("order", "Order Date", "city ", "channel", "amount", "qty", "delay_days", "rating", "currency", "returned")
    order = rng.permutation(N_ROWS)
    return {name: [rows[int(each)][place] for each in order] for place, name in enumerate(names)}


def _pick(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _city(rng: np.random.Generator) -> str:
    spellings = CITIES[tuple(CITIES)[int(rng.integers(len(CITIES)))]]
    return spellings[0] if rng.random() < 0.7 else _pick(spellings[1:], rng)


def _date(day: dt.date, rng: np.random.Generator) -> str:
    """Mostly ISO, some with the day first, some in words."""
    kind = rng.random()
    if kind < 0.75:
        return day.isoformat()
    return day.strftime("%d/%m/%Y") if kind < 0.92 else f"{day.day} {day:%b %Y}"


def _amount(value: float, rng: np.random.Generator) -> str:
    """Mostly plain, some with a currency sign, some with a decimal comma, a few unknown."""
    kind = rng.random()
    if kind < 0.04:
        return _pick(PLACEHOLDERS, rng)
    if kind < 0.14:
        return f"€ {value:.2f}"
    return f"{value:.2f}".replace(".", ",") if kind < 0.22 else f"{value:.2f}"


SPEC = SampleSpec(
    key="messy_orders",
    label="Messy orders",
    description=(
        "960 orders of four cities, as three old systems wrote them: 40 rows twice, 21 spellings of the cities, "
        "three ways to write dates and amounts, placeholders for missing values (99 among the ratings), six amounts "
        "a hundred times too large, a constant column. Underneath, late orders and those by phone are returned more "
        "often."
    ),
    target="returned",
    task=LearningTask.CLASSIFICATION,
    n_rows=N_ROWS,
    n_columns=10,
    make=make,
    topic="Cleaning",
    lesson="Every kind of dirt once, with the clean truth told above: clean it, and check what you got.",
    icon="cleaning_services",
)
