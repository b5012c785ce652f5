"""Every chart: drawn from tables of every kind, told in words, and repeated by the script that it exports."""

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.charts.drawing import TEMPLATES
from core.charts.registry import CHARTS
from core.charts.rendering import check_params, draw_chart
from core.charts.spec import GROUP_LABELS
from core.types import ColumnType
from tests.charting import CATEGORY_ODD, ODD, StoredTable, mixed_table, store

VARIANTS: dict[str, list[dict[str, Any]]] = {
    "area": [
        {"x": "day"},
        {"x": "day", "y": "amount", "color": "group", "every": "month", "mode": "share"},
        {"x": "day", "every": "quarter", "facet": "group"},
    ],
    "bar": [
        {"x": CATEGORY_ODD, "top": 4},
        {"x": CATEGORY_ODD, "y": ODD, "aggregate": "median", "color": "group", "facet": "is_new", "show_missing": True},
        {"x": "count", "y": "amount", "aggregate": "sum", "color": "is_new", "mode": "share"},
        {"x": "group", "y": "amount", "aggregate": "deviation", "sort": "name", "direction": "horizontal"},
        {"x": "group", "y": "count", "aggregate": "distinct", "sort": "frequency"},
        {"x": "is_new", "y": "amount", "aggregate": "minimum", "log_value": True},
        {"x": "is_new", "y": "amount", "aggregate": "maximum"},
    ],
    "box": [
        {"y": ODD},
        {"y": ODD, "x": CATEGORY_ODD, "top": 3, "color": "is_new", "show_missing": True},
        {"y": "amount", "x": "group", "facet": "is_new", "log_y": True},
    ],
    "correlation": [
        {"columns": ["height", ODD, "amount", "count"]},
        {"columns": ["height", ODD, "amount"], "method": "spearman"},
    ],
    "custom": [
        {
            "figure": {
                "data": [{"type": "box", "x": {"column": "group"}, "y": {"column": ODD}}],
                "layout": {"title": {"text": "Mine"}},
            }
        },
        {"figure": {"data": [{"x": [1, 2], "y": [3, 4]}], "layout": {}}},
    ],
    "density": [
        {"x": ODD},
        {"x": "amount", "color": "group", "facet": "is_new", "smoothing": 0.5, "show_missing": True},
    ],
    "density_heatmap": [{"x": "height", "y": ODD}, {"x": "height", "y": ODD, "facet": "group", "logarithmic": True}],
    "ecdf": [{"x": ODD}, {"x": "count", "color": "group", "facet": "is_new"}, {"x": "amount", "log_x": True}],
    "heatmap": [
        {"x": "group", "y": CATEGORY_ODD},
        {"x": "count", "y": "group", "value": ODD, "aggregate": "mean", "show_missing": True, "top": 3},
        {"x": "is_new", "y": "group", "facet": "count"},
    ],
    "histogram": [
        {"x": ODD},
        {"x": "count", "color": CATEGORY_ODD, "facet": "group", "show": "share"},
        {"x": "amount", "log_x": True, "show": "density", "color": "group", "show_missing": True, "mode": "overlaid"},
    ],
    "line": [
        {"x": "count", "y": ODD},
        {"x": "height", "y": ODD, "color": "group", "aggregate": "median"},
        {"x": "count", "aggregate": "count", "facet": "group", "markers": True},
    ],
    "map_points": [
        {"latitude": "lat", "longitude": "lon"},
        {"latitude": "lat", "longitude": "lon", "color": "group", "size": "amount"},
    ],
    "pair_plot": [{"columns": ["height", ODD, "amount"]}, {"columns": ["height", ODD, "count"], "color": CATEGORY_ODD}],
    "parallel_coordinates": [
        {"columns": ["height", ODD, "amount"]},
        {"columns": ["height", ODD], "color": CATEGORY_ODD},
    ],
    "pie": [{"x": CATEGORY_ODD, "top": 3}, {"x": "is_new", "value": "amount", "show_missing": True, "hole": False}],
    "scatter": [
        {"x": "height", "y": ODD, "trend": True},
        {"x": "day", "y": ODD, "color": CATEGORY_ODD, "size": "amount", "facet": "group"},
        {"x": "height", "y": ODD, "dots": "density", "trend": True, "facet": "is_new"},
    ],
    "sunburst": [
        {"path": ["group", CATEGORY_ODD]},
        {"path": ["is_new", "group"], "value": "amount", "show_missing": True},
    ],
    "time_series": [
        {"x": "day"},
        {"x": "day", "y": ODD, "aggregate": "mean", "every": "week", "rolling": 4, "color": "group"},
        {"x": "day", "y": "amount", "aggregate": "sum", "every": "month", "facet": "is_new", "show_missing": True},
        {"x": "day", "y": "amount", "aggregate": "median", "every": "day", "rolling": 7},
    ],
    "treemap": [{"path": [CATEGORY_ODD], "top": 3}, {"path": ["group", "is_new", "count"], "value": "amount"}],
    "violin": [{"y": ODD}, {"y": ODD, "x": CATEGORY_ODD, "top": 3, "facet": "group", "show_missing": True}],
}
FILTERS = [
    {"column": "height", "operator": "between", "value": [150, 185.5]},
    {"column": "group", "operator": "one_of", "value": ["x", "y"]},
    {"column": "day", "operator": "at_least", "value": "2024-02-02"},
]
CASES = [
    pytest.param(key, params, id=f"{key}-{number}")
    for key, some in VARIANTS.items()
    for number, params in enumerate(some)
]
FIRST = [pytest.param(key, some[0], id=key) for key, some in VARIANTS.items()]
each_case = pytest.mark.parametrize(("key", "params"), CASES)
each_chart = pytest.mark.parametrize(("key", "params"), FIRST)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> StoredTable:
    return store(mixed_table(), tmp_path_factory.mktemp("mixed"))


def test_every_chart_is_walked() -> None:
    assert set(VARIANTS) == set(CHARTS)


@pytest.mark.parametrize("spec", CHARTS.values(), ids=lambda spec: spec.key)
def test_a_chart_says_what_it_is_and_what_it_takes(spec: Any) -> None:
    assert spec.label
    assert spec.summary.endswith(".")
    assert spec.when.endswith(".")
    assert spec.group in GROUP_LABELS
    for part in spec.roles.values():
        assert part.title
        assert part.types
        assert set(part.types) <= set(ColumnType)


@each_case
def test_a_chart_draws_a_figure_that_plotly_accepts_and_json_carries(
    key: str, params: dict[str, Any], mixed: StoredTable
) -> None:
    chart = mixed.draw(key, **params)
    assert not chart.is_empty
    json.dumps(chart.model_dump(mode="json"), allow_nan=False)
    go.Figure(chart.figure)
    assert len(chart.alt) > 40
    assert "nan" not in chart.alt.lower()
    assert chart.table
    assert 0 < chart.n_used <= chart.n_filtered == chart.n_rows


@each_case
def test_no_name_from_the_data_reaches_a_figure_as_a_tag(key: str, params: dict[str, Any], mixed: StoredTable) -> None:
    assert [
        text for text in texts(mixed.draw(key, **params).figure) if "<script" in text or "<b>" in text or "<i>" in text
    ] == []


def texts(value: Any, *, is_template: bool = False) -> list[str]:
    """Every text that Plotly could obey; in templates, after our own tags."""
    if isinstance(value, str):
        return [value.replace("<br>", "").replace("<extra>", "") if is_template else value]
    if isinstance(value, dict):
        return [text for name, each in value.items() for text in texts(each, is_template=name in TEMPLATES)]
    return [text for each in value for text in texts(each)] if isinstance(value, list | tuple) else []


@each_case
def test_the_script_gives_the_numbers_of_the_chart(
    key: str, params: dict[str, Any], mixed: StoredTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_script_agrees(mixed, key, {**params, "filters": FILTERS}, tmp_path, monkeypatch)
    assert_script_agrees(mixed, key, params, tmp_path, monkeypatch)


def assert_script_agrees(
    stored: StoredTable, key: str, values: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = CHARTS[key]
    params = check_params(spec, values, stored.columns)
    with stored.opened() as table:
        frame = spec.compute(params, table)
    with stored.engine() as engine:
        script = draw_chart(spec, params, engine, stored.path, columns=stored.columns, n_rows=stored.n_rows).script
    path = folder / "chart.py"
    path.write_text(script, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["chart.py", str(stored.path)])
    monkeypatch.setattr(go.Figure, "write_html", lambda self, _: self.to_json())
    result = runpy.run_path(str(path))["result"]
    assert len(result) == frame.n
    ours = pd.DataFrame(frame.data)
    theirs = result[list(frame.data)].copy()
    keys = [name for name in frame.data if theirs[name].dtype.name == "category"]
    for name in keys:
        assert list(theirs[name].cat.categories) == list(frame.facts[f"{name}_order"])
        theirs[name] = theirs[name].astype(str)
    order = [*keys, *(name for name in ("x", "y", "low", "a", "b") if name in frame.data)]
    if frame.n_shown is None:
        ours, theirs = (each.sort_values(order, kind="stable") for each in (ours, theirs))
    for name in frame.data:
        assert_same(ours[name].tolist(), theirs[name].tolist(), name)


def assert_same(ours: list[Any], theirs: list[Any], name: str) -> None:
    if any(isinstance(value, str) for value in ours):
        texts_ = [each.isoformat() if isinstance(each, pd.Timestamp) else str(each) for each in theirs]
        assert [str(each) if isinstance(each, str) else "<NA>" for each in ours] == texts_, name
        return
    left, right = (np.array([np.nan if pd.isna(each) else float(each) for each in some]) for some in (ours, theirs))
    # Sums are added in another order, which moves the last digits.
    np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-12, err_msg=name)


@each_chart
def test_a_chart_without_rows_says_so(key: str, params: dict[str, Any], mixed: StoredTable) -> None:
    nothing = [{"column": "height", "operator": "more", "value": 1e9}]
    chart = mixed.draw(key, **params, filters=nothing)
    assert chart.is_empty
    assert chart.table == []
    assert "No row is left to draw." in chart.alt
    assert chart.caption.startswith("Drawn from 0 rows. Filters leave out 800 rows.")
    go.Figure(chart.figure)


@each_case
def test_a_chart_of_one_row_is_drawn_or_says_why_not(key: str, params: dict[str, Any], tmp_path: Path) -> None:
    chart = store(mixed_table(1), tmp_path).draw(key, **params)
    assert chart.n_used == 1
    assert chart.alt
    go.Figure(chart.figure)


@each_chart
def test_a_chart_of_columns_that_never_vary_is_drawn_or_says_why_not(
    key: str, params: dict[str, Any], mixed: StoredTable
) -> None:
    spec = CHARTS[key]
    for name, part in spec.roles.items():
        constant = "same" if ColumnType.NUMBER in part.types else "same text"
        if name not in params or ColumnType.DATETIME in part.types:
            continue
        values = [constant, *params[name][1:]] if part.is_many else constant
        chart = mixed.draw(key, **{**params, name: values})
        assert chart.n_used > 0
        json.dumps(chart.model_dump(mode="json"), allow_nan=False)
        go.Figure(chart.figure)


@each_chart
def test_a_chart_is_suggested_by_itself_with_parameters_that_it_takes(
    key: str, params: dict[str, Any], mixed: StoredTable
) -> None:
    spec = CHARTS[key]
    used = [
        name
        for part in spec.roles
        if part in params
        for name in (params[part] if isinstance(params[part], list | tuple) else [params[part]])
    ]
    answer = spec.suggest([mixed.columns[name] for name in used])
    if answer is not None:
        score, reason, suggested = answer
        assert 0 < score <= 1
        assert reason.endswith(".")
        check_params(spec, suggested, mixed.columns)
