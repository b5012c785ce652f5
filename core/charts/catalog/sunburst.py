"""Sunburst: parts within parts."""

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


class SunburstParams(LevelsParams):
    """What to divide, level by level."""


def draw(params: SunburstParams, frame: Frame) -> Figure:
    """Nested parts."""
    return draw_levels(params, frame, "sunburst")


def code(params: SunburstParams, known: Columns) -> Script:
    """Groupby on the levels."""
    return levels_code(params, known, "sunburst")


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Two or three categories."""
    return suggest_levels(chosen, 0.55)


SPEC = ChartSpec(
    key="sunburst",
    label="Sunburst",
    icon="brightness_7",
    group="share",
    summary="Each ring is a level, each arc a part; arcs lie outside the part they belong to.",
    when="For few parts in two or three levels. For many take a treemap.",
    params=SunburstParams,
    compute=frame_of_levels,
    draw=draw,
    title=levels_title,
    alt=levels_alt,
    code=code,
    suggest=suggest,
)
