"""The views of a run that judge it: figures with rows behind them, scores, threshold, slices, groups."""

import io
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.bootstrap import wiring
from app.ui import numbers
from core.records import Run
from core.types import RunStatus, Split
from tests import servers
from tests.factories import make_csv
from tests.pages.conftest import HOSTILE, MAIN
from tests.pages.showing import assert_well, text
from tests.stacks import Stack, as_environment, run_stack


def make_table() -> str:
    frame = pd.read_csv(io.StringIO(make_csv(400)))
    frame["heavy"] = np.where(frame["weight"] > frame["weight"].median(), HOSTILE, "light")
    frame[HOSTILE] = np.random.default_rng(0).choice(["a", HOSTILE], len(frame))
    content: str = frame.to_csv(index=False)
    return content


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("views") / "home"
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url) as running:
        yield running


@pytest.fixture(scope="module")
def runs(stack: Stack) -> dict[str, Run]:
    dataset = stack.ready(make_table())
    facts = {"dataset_id": dataset.id}
    two = stack.start(**facts, target="heavy", preprocessing={"exclude": ["weight"]})
    return {
        "two classes": stack.wait_until(two.id, RunStatus.FINISHED),
        "three classes": stack.finished(**facts, target="kind"),
        "numbers": stack.finished(**facts, target="weight", model="ridge"),
    }


@pytest.fixture
def open_view(stack: Stack, runs: dict[str, Run], monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    for name, value in as_environment(stack.settings).items():
        monkeypatch.setenv(name, value)
    wiring.cache_clear()

    def open_one(run: str, view: str) -> AppTest:
        page = AppTest.from_file(str(MAIN), default_timeout=60)
        page.query_params["run"], page.query_params["view"] = runs[run].id, view
        page.switch_page("../pages/runs.py").run()
        assert_well(page)
        return page

    yield open_one
    wiring.cache_clear()


@pytest.mark.parametrize(("run", "arrow"), [("numbers", "down"), ("three classes", "up")])
def test_better_than_the_baseline_is_green_whichever_way_better_lies(open_view, runs, run: str, arrow: str) -> None:  # type: ignore[no-untyped-def]
    page = open_view(run, "scores")
    result = runs[run].result
    gains = [score.value - score.baseline for score in result.scores if score.metric == result.primary_metric]
    assert all(gain < 0 if arrow == "down" else gain > 0 for gain in gains)  # an error fell, or a score rose
    shown = [metric.proto for metric in page.metric if "against the baseline" in metric.delta]
    assert [metric.color for metric in shown] == [shown[0].MetricColor.GREEN] * 2
    directions = {"up": shown[0].MetricDirection.UP, "down": shown[0].MetricDirection.DOWN}
    assert [metric.direction for metric in shown] == [directions[arrow]] * 2


VIEWS = {
    "two classes": ("figures", "scores", "threshold", "slices", "fairness"),
    "three classes": ("figures", "scores", "slices", "fairness"),
    "numbers": ("figures", "scores", "slices", "fairness"),
}


@pytest.mark.parametrize(("run", "view"), [(run, view) for run, views in VIEWS.items() for view in views])
def test_each_view_opens_and_shows_names_as_text(open_view, run: str, view: str) -> None:  # type: ignore[no-untyped-def]
    page = open_view(run, view)
    assert page.segmented_control(key="run-view").value == view
    assert not page.error


def test_a_threshold_is_offered_for_two_classes_only(open_view) -> None:  # type: ignore[no-untyped-def]
    options = {run: open_view(run, "figures").segmented_control(key="run-view").options for run in VIEWS}
    assert {run: "Threshold" in labels for run, labels in options.items()} == {
        "two classes": True,
        "three classes": False,
        "numbers": False,
    }


def test_choosing_a_cell_lists_its_rows(open_view, stack: Stack, runs: dict[str, Run]) -> None:  # type: ignore[no-untyped-def]
    page = open_view("three classes", "figures")
    figures = stack.runs.figures(runs["three classes"].id)
    matrix = next(f["table"] for f in figures if f["key"] == "confusion_matrix" and f["split"] == "validation")
    cell = max(matrix, key=lambda row: row["count"])
    key = "run-figure-confusion_matrix-validation"
    page.selectbox(key=f"{key}-true").set_value(cell["true"])
    page.selectbox(key=f"{key}-predicted").set_value(cell["predicted"]).run()
    assert_well(page)
    rows = page.dataframe[0].value
    assert set(rows["Truth"]) == {cell["true"]}
    assert set(rows["Prediction"]) == {cell["predicted"]}
    assert len(rows) == min(cell["count"], 50)
    assert {"height", "colour"} <= set(rows.columns)


def test_every_score_of_the_run_is_listed_once(open_view, runs: dict[str, Run]) -> None:  # type: ignore[no-untyped-def]
    page = open_view("numbers", "scores")
    result = runs["numbers"].result
    assert result is not None
    table = page.dataframe[0].value.set_index("Metric")
    score = next(s for s in result.scores if s.metric == "median_ae" and s.split is Split.TEST)
    expected = numbers.score_with_interval(score.value, score.low, score.high)
    assert table.loc["Median absolute error", "Test"] == expected
    assert table.index.is_unique
    assert "Loss" not in table.index


def test_a_threshold_is_moved_tested_and_kept(open_view, stack: Stack, runs: dict[str, Run]) -> None:  # type: ignore[no-untyped-def]
    run_id = runs["two classes"].id
    page = open_view("two classes", "threshold")
    page.number_input(key="run-threshold-false_negative").set_value(-20.0).run()
    before = stack.runs.get(run_id).test_looks
    page.button(key="run-threshold-best").click().run()
    threshold = page.slider(key=f"run-threshold-at-{run_id}").value
    assert threshold < 0.5
    assert "Test rows" not in text(page)
    page.button(key="run-threshold-test").click().run()
    assert_well(page)
    assert "this look was counted" in text(page)
    assert stack.runs.get(run_id).test_looks == before + 1
    page.button(key="run-threshold-keep").click().run()
    assert_well(page)
    result = stack.runs.get(run_id).result
    assert result is not None
    assert result.threshold is not None
    assert (result.threshold.threshold, result.threshold.values["false_negative"]) == (threshold, -20.0)
    assert f"Kept with this run, and in its report: {threshold:.2f}." in text(page)


def test_groups_are_compared_once_a_column_is_chosen(open_view) -> None:  # type: ignore[no-untyped-def]
    page = open_view("two classes", "fairness")
    assert "Choose the column" in " ".join(info.value for info in page.info)
    page.selectbox(key="run-fairness-column").set_value("is_native").run()
    assert_well(page)
    assert set(page.dataframe[0].value["Group"]) == {"True", "False"}
    assert "do not say why groups differ" in text(page)
