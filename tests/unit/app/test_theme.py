"""The palette in Python, the theme of the pages and the style sheets of the components say the same."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.ui import theme
from app.ui.theme import DARK, LIGHT, Palette, plotly_layout
from core.types import Split

ROOT = Path(__file__).parents[3]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
PALETTES = {"light": LIGHT, "dark": DARK}
STYLE_SHEETS = sorted((ROOT / "app" / "ui").glob("*/*.css"))

both = pytest.mark.parametrize("name", ["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` by WCAG 2.2, 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@both
def test_the_theme_of_the_pages_is_the_palette(name: str) -> None:
    palette, configured = PALETTES[name], CONFIG["theme"][name]
    expected = {
        "primaryColor": palette.accent,
        "backgroundColor": palette.background,
        "textColor": palette.text,
        "linkColor": palette.accent,
        "orangeColor": palette.warm,
        "greenColor": palette.good,
        "yellowColor": palette.caution,
        "redColor": palette.bad,
        "blueColor": palette.accent,
        "chartCategoricalColors": list(palette.categorical),
    }
    assert {key: configured[key] for key in expected} == expected


@both
def test_words_can_be_read_on_the_page(name: str) -> None:
    palette = PALETTES[name]
    words = (palette.text, palette.muted, palette.accent, palette.warm, palette.dark)
    states = (palette.good, palette.caution, palette.bad)
    ratios = {colour: round(contrast(colour, palette.background), 2) for colour in (*words, *states)}
    assert {colour: ratio for colour, ratio in ratios.items() if ratio < 4.5} == {}


@both
def test_gray_words_can_be_read_on_cards_too(name: str) -> None:
    configured = CONFIG["theme"][name]
    assert contrast(configured["grayColor"], configured["secondaryBackgroundColor"]) >= 4.5


@both
def test_the_first_categorical_colours_are_those_of_train_and_validation(name: str) -> None:
    palette = PALETTES[name]
    assert palette.categorical[:2] == (palette.series[Split.TRAIN], palette.series[Split.VALIDATION])
    assert len(set(palette.categorical)) == len(palette.categorical) >= 6


@pytest.mark.parametrize("split", Split)
@both
def test_series_of_stored_figures_can_be_seen_in_both_themes(name: str, split: Split) -> None:
    # Lines and marks need a contrast of 3, words one of 4.5 (WCAG 2.2, 1.4.11 and 1.4.3).
    assert contrast(theme.SERIES[split], PALETTES[name].background) >= 3


@pytest.mark.parametrize("sheet", STYLE_SHEETS, ids=lambda path: path.stem)
def test_components_fall_back_to_the_light_palette(sheet: Path) -> None:
    """Where Streamlit's variables are missing, the components look like the light theme."""
    names = {
        "text-color": LIGHT.text,
        "background-color": LIGHT.background,
        "primary-color": LIGHT.accent,
        "orange-color": LIGHT.warm,
        "green-color": LIGHT.good,
        "yellow-color": LIGHT.caution,
        "red-color": LIGHT.bad,
    }
    found = re.findall(r"var\(--st-([a-z-]+-color), (#[0-9a-f]+)\)", sheet.read_text(encoding="utf-8"))
    used = {name: colour.replace("#fff", "#ffffff") if len(colour) == 4 else colour for name, colour in found}
    assert used
    assert {name: colour for name, colour in used.items() if names.get(name, colour) != colour} == {}


def test_figures_share_one_layout_that_suits_both_themes() -> None:
    layout = plotly_layout("Loss", "Epochs", "Loss (nats)", height=200)
    assert (layout["title"]["text"], layout["xaxis"]["title"]["text"], layout["height"]) == ("Loss", "Epochs", 200)
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert "color" not in layout["title"]["font"]


def test_a_figure_may_change_its_layout_without_changing_the_next_one() -> None:
    first: dict[str, Any] = plotly_layout("", "", "")
    first["xaxis"]["title"]["text"] = "changed"
    assert plotly_layout("", "", "")["xaxis"]["title"]["text"] == ""


def test_a_palette_names_every_split() -> None:
    assert [set(palette.series) for palette in (LIGHT, DARK)] == [set(Split), set(Split)]
    assert isinstance(LIGHT, Palette)
