"""Sentences whose every number is known: what is said and what may be checked are one."""

import math
from typing import Any

from core.insights.spec import Action
from core.wording import NARROW_SPACE, short

SECONDS_OF_DAY = 86_400.0


class Telling:
    """Numbers and names of one statement. ``numbers`` holds each number as it is written."""

    def __init__(self) -> None:
        self.numbers: dict[str, float] = {}

    def number(self, key: str, value: float) -> str:
        """``value`` with three significant digits."""
        text = number_text(value)
        self.numbers[key] = float(text.replace(",", ""))
        return text

    def count(self, key: str, n: int, singular: str = "", plural: str = "") -> str:
        """A number of things, with their word if one is given."""
        self.numbers[key] = float(n)
        if not singular:
            return f"{n:,}"
        return f"{n:,} {singular if n == 1 else plural or singular + 's'}"

    def percent(self, key: str, share: float) -> str:
        """A share as a percentage with one decimal at most; never 0 for something, never 100 for less than all."""
        value = round(100 * share, 1)
        if value == 0 and share > 0:
            self.numbers[key] = 0.1
            return f"less than 0.1{NARROW_SPACE}%"
        if value == 100 and share < 1:
            self.numbers[key] = 99.9
            return f"more than 99.9{NARROW_SPACE}%"
        self.numbers[key] = value
        return f"{value:g}{NARROW_SPACE}%"

    def times(self, key: str, ratio: float) -> str:
        """A ratio with two significant digits: "3.2 times"."""
        text = number_text(ratio, digits=2)
        self.numbers[key] = float(text.replace(",", ""))
        return f"{text} times"

    def moment(self, key: str, seconds: float, *, with_time: bool = False) -> str:
        """A moment given in epoch seconds, as a date or with its minute; its parts are the numbers."""
        text = moment_text(seconds, with_time=with_time)
        for name, part in zip(("year", "month", "day", "hour", "minute"), _parts(text), strict=False):
            self.numbers[f"{key}_{name}"] = float(part)
        return text


def name(text: str) -> str:
    """A column or a category in a sentence: quoted, on one line."""
    return f"'{short(text)}'"


def names(texts: list[str] | tuple[str, ...], most: int = 4) -> str:
    """Some names with commas, the rest in words only, since their number is in the title's table."""
    shown = [name(text) for text in texts[:most]]
    if len(texts) > most:
        return f"{', '.join(shown)} and others"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def number_text(value: float, digits: int = 3) -> str:
    """A number with so many significant digits, thousands by commas.

    Example:
        >>> [number_text(value) for value in (0.12345, 1234.5, -3.0, 0.0, 2.5e-7, 1e21)]
        ['0.123', '1,230', '-3', '0', '2.5e-07', '1e+21']
    """
    if value == 0 or not math.isfinite(value):
        return "0"
    if not 1e-4 <= abs(value) < 1e15:
        return f"{value:.{digits}g}"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    rounded = (
        float(f"{value:.{digits}g}") if abs(value) < 1e6 else round(value, -(math.floor(math.log10(abs(value))) - 2))
    )
    text = f"{rounded:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment_text(seconds: float, *, with_time: bool = False) -> str:
    """A moment given in epoch seconds as ISO 8601, to the day or to the minute; years beyond the calendar as a year."""
    from datetime import UTC, datetime

    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return f"{1970 + seconds / SECONDS_OF_DAY / 365.2425:.0f}"
    return moment.strftime("%Y-%m-%d %H:%M" if with_time else "%Y-%m-%d")


def _parts(text: str) -> list[str]:
    return text.replace(" ", "-").replace(":", "-").strip("-").split("-")


def see_column(dataset_id: str, column: str) -> Action:
    """The button that opens a column's profile."""
    query = {"dataset": dataset_id, "view": "overview", "column": column}
    return Action(kind="open_page", label=f"See {short(column, 24)}", page="explore", query=query)


def draw_it(dataset_id: str) -> Action:
    """The button that opens the chart builder."""
    query = {"dataset": dataset_id, "view": "charts"}
    return Action(kind="open_page", label="Draw it", page="explore", query=query)


def test_it(dataset_id: str) -> Action:
    """The button that opens the statistical tests."""
    return Action(kind="open_page", label="Test it", page="statistics", query={"dataset": dataset_id})


def train_on(dataset_id: str, target: str) -> Action:
    """The button that opens a training of ``target``."""
    return Action(
        kind="open_page", label="Train a model", page="train", query={"dataset": dataset_id, "target": target}
    )


def mend(dataset_id: str, label: str, *steps: tuple[str, dict[str, Any]]) -> Action:
    """The button that adds steps to the dataset's recipe: ``(key, params)`` each."""
    request = {
        "dataset_id": dataset_id,
        "steps": [{"step": key, "params": params, "is_on": True} for key, params in steps],
    }
    return Action(
        kind="apply_recipe", label=label, page="explore", query={"dataset": dataset_id, "view": "fix"}, request=request
    )
