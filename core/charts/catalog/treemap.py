"""Treemap: parts within parts."""

from collections.abc import Sequence
from typing import Any

from core.charts.drawing import Figure
from core.charts.shares import (
    LevelsParams,
    draw_levels,
    frame_of_levels,
    levels_alt,
    levels_code,
    levels_title,
    suggest_levels,
)
from core.charts.spec import ChartSpec, Columns, Frame, Script
from core.types import Column


class TreemapParams(LevelsParams):
    """What to divide, level by level."""


def draw(params: TreemapParams, frame: Frame) -> Figure:
    """Nested parts."""
    return draw_levels(params, frame, "treemap")


def code(params: TreemapParams, known: Columns) -> Script:
    """Groupby on the levels."""
    return levels_code(params, known, "treemap")


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Two or three categories."""
    return suggest_levels(chosen, 0.6)


SPEC = ChartSpec(
    key="treemap",
    label="Treemap",
    icon="view_quilt",
    group="share",
    summary="Each rectangle is a part; its area is its size, and it lies in the part it belongs to.",
    when="For many parts in one to three levels.",
    params=TreemapParams,
    compute=frame_of_levels,
    draw=draw,
    title=levels_title,
    alt=levels_alt,
    code=code,
    suggest=suggest,
)
