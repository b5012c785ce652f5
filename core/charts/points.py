"""Single rows as dots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.charts.groups import Grouping, named, width

SMALLEST, LARGEST = 4.0, 26.0
"""Diameters of dots, in pixels."""


def point_data(
    groupings: Sequence[Grouping | None], found: Sequence[tuple[Any, ...]], names: Sequence[str]
) -> dict[str, list[Any]]:
    """Rows that start with what ``group_sql`` gave, as columns; times as ISO texts."""
    start = width(groupings)
    labels = [named(groupings, row) for row in found]
    data: dict[str, list[Any]] = {
        grouping.name: [label[grouping.name] for label in labels] for grouping in groupings if grouping
    }
    for number, name in enumerate(names):
        data[name] = [plain_value(row[start + number]) for row in found]
    return data


def plain_value(value: Any) -> Any:
    """A cell as JSON knows it."""
    return value.isoformat() if isinstance(value, datetime) else value


def sizes(values: Sequence[float], largest: float) -> list[float]:
    """Diameters whose areas go with the values."""
    if not largest:
        return [SMALLEST] * len(values)
    return [SMALLEST + (LARGEST - SMALLEST) * (abs(value) / largest) ** 0.5 for value in values]
