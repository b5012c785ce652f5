"""What may be asked of charts: filters, columns, figures of one's own; what is refused, and how."""

from pathlib import Path
from typing import Any

import pytest

from core.charts.pages import html_page, json_in_script
from core.charts.registry import CHARTS
from core.charts.rendering import check_params
from core.charts.suggesting import gallery, suggest_charts
from core.errors import NotFound, UserInputError
from core.types import ColumnType
from tests.charting import CATEGORY_ODD, StoredTable, mixed_table, store
from tests.factories import make_column


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> StoredTable:
    return store(mixed_table(), tmp_path_factory.mktemp("asking"))


def test_an_unknown_chart_or_column_names_the_closest_ones(mixed: StoredTable) -> None:
    with pytest.raises(NotFound, match="histogramm") as unknown:
        mixed.draw("histogramm", x="height")
    assert unknown.value.hint == "Did you mean histogram?"
    with pytest.raises(UserInputError, match="no column 'heigt'") as missing:
        mixed.draw("histogram", x="heigt")
    assert "'height'" in missing.value.hint
    with pytest.raises(UserInputError, match="takes whole numbers, numbers; 'group' holds texts"):
        mixed.draw("histogram", x="group")
    with pytest.raises(UserInputError, match="no column 'nowhere'"):
        mixed.draw("histogram", x="height", filters=[{"column": "nowhere", "operator": "missing"}])


def test_what_cannot_be_drawn_says_why(mixed: StoredTable) -> None:
    with pytest.raises(UserInputError, match="needs a column of numbers"):
        mixed.draw("bar", x="group", aggregate="mean")
    with pytest.raises(UserInputError, match="Shares need a colour"):
        mixed.draw("bar", x="group", mode="share")
    with pytest.raises(UserInputError, match="2,000 are allowed"):
        mixed.draw("time_series", x="day", every="hour")
    with pytest.raises(UserInputError, match="names a column twice"):
        mixed.draw("correlation", columns=["height", "height"])


def test_parts_of_a_whole_cannot_be_negative(tmp_path: Path) -> None:
    import pyarrow as pa

    stored = store(pa.table({"kind": ["a", "b"], "gain": [1.0, -5.0]}), tmp_path)
    for key, params in (("pie", {"x": "kind"}), ("treemap", {"path": ["kind"]})):
        with pytest.raises(UserInputError, match="negative"):
            stored.draw(key, value="gain", **params)


def test_values_too_large_for_arithmetic_are_refused_or_drawn(tmp_path: Path) -> None:
    import pyarrow as pa

    stored = store(pa.table({"a": [1e308, -1e308, 1.0], "b": [1.0, 2.0, 3.0]}), tmp_path)
    for key, params in (("histogram", {"x": "a"}), ("density_heatmap", {"x": "a", "y": "b"})):
        with pytest.raises(UserInputError, match="too large"):
            stored.draw(key, **params)


TRACE = {"type": "scatter", "x": {"column": "height"}, "y": [1, 2]}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"data": []}, "0 traces"),
    ({"data": [TRACE] * 21}, "21 traces"),
    ({"data": "x"}, "a list 'data'"),
    ({"data": [TRACE], "frames": []}, "nothing else"),
    ({"data": [{"type": "scattergeo"}]}, "'scattergeo'"),
    ({"data": [{"type": "image", "source": "x"}]}, "'image'"),
    ({"data": [{**TRACE, "xsrc": "a:1"}]}, "data.0.xsrc"),
    ({"data": [{**TRACE, "name": "<a href=x>"}]}, "data.0.name is"),
    ({"data": [{**TRACE, "hovertemplate": "https://evil.example"}]}, "evil"),
    ({"data": [{**TRACE, "text": ["javascript:alert(1)"]}]}, "javascript"),
    ({"data": [TRACE], "layout": {"images": [{"source": "x"}]}}, "'images'"),
    ({"data": [TRACE], "layout": {"updatemenus": []}}, "'updatemenus'"),
    ({"data": [TRACE], "layout": {"template": {}}}, "'template'"),
    ({"data": [TRACE], "layout": {"height": 90_000}}, "90000 pixels"),
    ({"data": [TRACE], "layout": {"mapbox": {"style": "x"}}}, "'mapbox'"),
    ({"data": [{**TRACE, "text": "x" * 60_000}]}, "larger than 50 kB"),
    ({"data": [{**TRACE, "name": "\ud800"}]}, "half of a surrogate pair"),
    ({"data": [{"type": ["bar"]}]}, "is of the type"),
    ({"data": [{"type": {"column": "lat"}}]}, "is of the type"),
    ({"data": [{**TRACE, "x": [10**5_000]}]}, "too long a number"),
]


@pytest.mark.parametrize(("figure", "words"), REFUSED)
def test_a_figure_of_ones_own_that_could_fetch_or_run_something_is_refused(
    mixed: StoredTable, figure: dict[str, Any], words: str
) -> None:
    with pytest.raises(UserInputError, match=words):
        check_params(CHARTS["custom"], {"figure": figure}, mixed.columns)


def test_a_figure_that_plotly_does_not_know_is_refused_with_its_reason(mixed: StoredTable) -> None:
    with pytest.raises(UserInputError, match=r"Plotly does not accept the figure: .*markr"):
        mixed.draw("custom", figure={"data": [{**TRACE, "markr": {}}]})
    with pytest.raises(UserInputError, match="no column 'nowhere'"):
        mixed.draw("custom", figure={"data": [{"x": {"column": "nowhere"}}]})


def test_columns_of_a_figure_of_ones_own_are_capped(tmp_path: Path) -> None:
    stored = store(mixed_table(7_000), tmp_path)
    drawn = stored.draw("custom", figure={"data": [{"x": {"column": "lat"}, "y": {"column": "lon"}}]})
    assert (len(drawn.figure["data"][0]["x"]), drawn.n_shown, drawn.n_used) == (5_000, 5_000, 7_000)


def test_a_page_of_a_chart_holds_everything_and_may_fetch_nothing(mixed: StoredTable) -> None:
    drawn = mixed.draw("bar", x=CATEGORY_ODD)
    page = html_page(drawn, title="<script>x</script>", note="A note & more")
    assert "default-src 'none'" in page
    assert "<script>x</script>" not in page
    assert "<script>alert(1)</script>" not in page
    assert 'src="http' not in page
    assert "A note &amp; more" in page
    assert json_in_script({"a": "</script><b>&"}) == '{"a":"\\u003c/script\\u003e\\u003cb\\u003e\\u0026"}'


def test_suggestions_fit_the_columns_and_come_with_reasons() -> None:
    number, other = make_column("price"), make_column("weight")
    kind = make_column("kind", ColumnType.STRING, n_distinct=4)
    day = make_column("day", ColumnType.DATETIME)
    assert suggest_charts([number])[0].chart == "histogram"
    assert suggest_charts([kind])[0].chart == "bar"
    assert suggest_charts([day, number])[0].chart == "time_series"
    assert suggest_charts([number, other])[0].chart == "scatter"
    assert suggest_charts([number, kind])[0].chart == "box"
    places = [make_column("lat"), make_column("lon")]
    assert suggest_charts(places)[0].chart == "map_points"
    assert all(each.reason.endswith(".") and 0 < each.score <= 1 for each in suggest_charts([number, kind]))


def test_a_gallery_has_the_cheap_charts_first_and_leaves_out_what_says_nothing() -> None:
    columns = [
        make_column("id", ColumnType.INTEGER, is_identifier=True),
        make_column("same", is_constant=True),
        *(make_column(f"n{place}") for place in range(4)),
        make_column("kind", ColumnType.STRING, n_distinct=4),
        make_column("size", ColumnType.STRING, n_distinct=3),
        make_column("day", ColumnType.DATETIME),
    ]
    ideas = gallery(columns)
    costs = [CHARTS[idea.chart].cost for idea in ideas]
    assert costs == sorted(costs)
    assert len(ideas) >= 6
    assert not any("'id'" in str(idea.params) or "'same'" in str(idea.params) for idea in ideas)
    assert gallery([make_column("same", is_constant=True)]) == ()
