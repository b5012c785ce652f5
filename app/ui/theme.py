"""The palette and what every Plotly figure shares.

Widgets and the live components take their colours from ``.streamlit/config.toml``; the values here are the same ones,
for figures that are built in Python. Colour never speaks alone: an icon, a word or a line style says it too.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.types import Split


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours of one theme. Text and series keep a contrast of at least 4.5 against ``background``."""

    background: str
    text: str
    muted: str
    """Captions, ticks and everything at rest."""
    grid: str
    accent: str
    """The one accent; the train series."""
    warm: str
    """Whatever is live; the validation series."""
    dark: str
    """The test series: near the text colour, light on a dark page."""
    good: str
    caution: str
    bad: str
    categorical: tuple[str, ...]
    """Told apart with every kind of colour blindness; the first two are ``accent`` and ``warm``."""

    @property
    def series(self) -> dict[Split, str]:
        """Colour of a series by split, the same on every page."""
        return {Split.TRAIN: self.accent, Split.VALIDATION: self.warm, Split.TEST: self.dark}


LIGHT = Palette(
    background="#ffffff",
    text="#16232b",
    muted="#5b6b75",
    grid="#e3eaee",
    accent="#0e7490",
    warm="#c2570c",
    dark="#16232b",
    good="#1f7a4d",
    caution="#96690a",
    bad="#c02b32",
    categorical=("#0e7490", "#c2570c", "#8d4bd6", "#43281c", "#31207f", "#a8665a"),
)
DARK = Palette(
    background="#11181d",
    text="#e6edf1",
    muted="#93a3ad",
    grid="#26323a",
    accent="#4fb8cf",
    warm="#f2995a",
    dark="#e6edf1",
    good="#62c38f",
    caution="#e0b84c",
    bad="#f2777a",
    categorical=("#4fb8cf", "#f2995a", "#9a6bea", "#cbe5c5", "#ee4d8f", "#e6d64a"),
)

SERIES = MappingProxyType({Split.TRAIN: "#1b8fae", Split.VALIDATION: "#d9691a", Split.TEST: "#66757f"})
"""Series colours that read on white and on the dark page alike, for figures that are stored once for both."""

SERIES_DASH = MappingProxyType({Split.TRAIN: "solid", Split.VALIDATION: "solid", Split.TEST: "dot"})
SERIES_WIDTH = MappingProxyType({Split.TRAIN: 1.75, Split.VALIDATION: 2.75, Split.TEST: 2.25})
BASELINE_LINE = MappingProxyType({"color": "#7d8b94", "width": 1.5, "dash": "dot"})
"""How a baseline is drawn everywhere; reads on both themes."""

_NEUTRAL_GRID = "rgba(125, 139, 148, 0.22)"


def current_palette() -> Palette:
    """The palette of the theme in which the person sees the page; light until the browser has told."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def plotly_layout(title: str, x_title: str, y_title: str, *, height: int = 340) -> dict[str, Any]:
    """The layout that every figure starts from, as a plain dict: transparent, calm, and right in light and dark.

    Text has no colour of its own, so that ``st.plotly_chart`` gives it the theme's.

    Args:
        title: What the figure shows, with its unit, in sentence case. Empty leaves no room for one.
        x_title: Axis title with unit.
        y_title: Axis title with unit.
        height: Pixels.
    """
    axis = {
        "gridcolor": _NEUTRAL_GRID,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": True,
        "fixedrange": True,
    }
    return {
        "title": {"text": title, "x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 15}},
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 44 if title else 12, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(SERIES.values()),
        "separators": ".\u202f",
        "hovermode": "closest",
        "showlegend": False,
        "xaxis": {**axis, "title": {"text": x_title}, "showgrid": False},
        "yaxis": {**axis, "title": {"text": y_title}},
    }
