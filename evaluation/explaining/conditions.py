"""A tree's questions in the words of the raw table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.wording import joined, short
from evaluation.explaining.answer import cell, words
from evaluation.explaining.columns import ColumnMap, ColumnProbe
from evaluation.explaining.trees import Tree

MOST_NAMES = 3
SMALL = 1e-9


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What is asked at a node; rows for which it holds go left."""

    text: str
    """Of those that go left: "age ≤ 41.5", "city is Oslo"."""
    opposite: str
    """Of those that go right."""
    column: str
    """The raw column, or the feature where several columns are behind it."""
    threshold: float | str | None
    """In raw units; None for names."""
    is_raw: bool
    """Whether the words speak of the raw table and not of a feature."""


def condition(tree: Tree, node: int, columns: ColumnMap) -> Condition:
    """The question of an inner node."""
    feature = int(tree.feature[node])
    probe = columns.source_of(feature)
    if node in tree.categories:
        return _of_codes(tree, node, feature, probe, columns)
    threshold = float(tree.threshold[node])
    if probe is not None:
        if not probe.is_ordered:
            if (found := _of_names(probe, feature, threshold, is_strict=tree.is_strict)) is not None:
                return found
        elif (raw := raw_threshold(probe, feature, threshold)) is not None:
            return _of_numbers(probe.column, raw, is_strict=tree.is_strict, is_raw=True)
    return _of_numbers(columns.features[feature], threshold, is_strict=tree.is_strict, is_raw=False)


def raw_threshold(probe: ColumnProbe, feature: int, threshold: float) -> float | str | None:
    """Where in raw units a feature crosses ``threshold``; None unless the feature rises or falls all the way.

    Between two values that occur, the line between them is followed: exact where preprocessing shifts and scales.
    """
    known = [place for place, value in enumerate(probe.values) if value is not None]
    raw = [probe.values[place] for place in known]
    moved = probe.features[known, feature]
    steps = np.diff(moved)
    if len(raw) < 2 or not (np.all(steps >= -SMALL) or np.all(steps <= SMALL)) or np.ptp(moved) <= 0:
        return None
    if moved[0] > moved[-1]:
        return None  # a falling feature would turn the question round
    import pandas as pd

    is_time = not isinstance(raw[0], int | float | np.number)
    numbers = np.array([pd.Timestamp(value).value if is_time else float(value) for value in raw], dtype=float)
    if is_time and not _is_line(numbers, moved):
        return None  # a month or a weekday rises and falls within the years
    if threshold < moved[0] or threshold > moved[-1]:
        slope = (numbers[-1] - numbers[0]) / (moved[-1] - moved[0])
        found = float(numbers[0] + (threshold - moved[0]) * slope)
    else:
        found = float(np.interp(threshold, moved, numbers))
    return str(cell(pd.Timestamp(int(found)).floor("s"))) if is_time else found


def _is_line(numbers: Any, moved: Any) -> bool:
    fitted = np.interp(numbers, [numbers[0], numbers[-1]], [moved[0], moved[-1]])
    return bool(np.abs(fitted - moved).max() <= 1e-2 * np.ptp(moved))


def _of_numbers(name: str, threshold: float | str, *, is_strict: bool, is_raw: bool) -> Condition:
    shown = threshold if isinstance(threshold, str) else _number(threshold)
    below, above = ("<", "≥") if is_strict else ("≤", ">")
    label = short(name, 28)
    return Condition(
        text=f"{label} {below} {shown}",
        opposite=f"{label} {above} {shown}",
        column=name,
        threshold=threshold,
        is_raw=is_raw,
    )


def _number(value: float) -> str:
    if value == 0 or abs(value) < 1e-20:
        return "0"
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def _of_names(probe: ColumnProbe, feature: int, threshold: float, *, is_strict: bool) -> Condition | None:
    values = probe.features[:, feature]
    is_left = values < threshold if is_strict else values <= threshold
    return _sides(
        probe.column,
        [words(cell(value)) for value, left in zip(probe.values, is_left, strict=True) if left],
        [words(cell(value)) for value, left in zip(probe.values, is_left, strict=True) if not left],
    )


def _of_codes(tree: Tree, node: int, feature: int, probe: ColumnProbe | None, columns: ColumnMap) -> Condition:
    codes = tree.categories[node]
    if probe is not None and not probe.is_ordered:
        inside = [
            float(code) in codes or int(code) in codes for code in np.nan_to_num(probe.features[:, feature], nan=-1)
        ]
        found = _sides(
            probe.column,
            [words(cell(value)) for value, left in zip(probe.values, inside, strict=True) if left],
            [words(cell(value)) for value, left in zip(probe.values, inside, strict=True) if not left],
        )
        if found is not None:
            return found
    listed = _listed([str(code) for code in sorted(codes)[:20]])
    name = columns.features[feature]
    return Condition(
        text=f"{short(name, 28)} in {listed}",
        opposite=f"{short(name, 28)} not in {listed}",
        column=name,
        threshold=None,
        is_raw=False,
    )


def _sides(column: str, left: Sequence[str], right: Sequence[str]) -> Condition | None:
    if not left or not right:
        return None
    name = short(column, 28)
    few, is_left_few = (left, True) if len(left) <= len(right) else (right, False)
    is_text = f"{name} is {_listed(few)}"
    is_not = f"{name} is not {_listed(few)}"
    return Condition(
        text=is_text if is_left_few else is_not,
        opposite=is_not if is_left_few else is_text,
        column=column,
        threshold=None,
        is_raw=True,
    )


def _listed(names: Sequence[str]) -> str:
    shown = [short(name, 18) for name in names[:MOST_NAMES]]
    if len(names) > MOST_NAMES:
        return f"{', '.join(shown)} or {len(names) - MOST_NAMES} more"
    return joined(shown).replace(" and ", " or ") if len(shown) > 1 else shown[0]
