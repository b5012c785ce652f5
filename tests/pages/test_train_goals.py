"""The Train page for questions without a target, and for forecasts."""

from core.records import Dataset
from core.types import ColumnType, LearningTask
from tests.factories import make_column, make_dataset
from tests.pages.conftest import On
from tests.pages.showing import assert_well, sentences
from tests.stacks import Stack

START = "FormSubmitter:train-settings-Start run"


def add_dataset(stack: Stack, *, with_time: bool = True) -> Dataset:
    columns = (
        make_column("sold"),
        make_column("odd", ColumnType.STRING, n_distinct=2),
        make_column("shop", ColumnType.STRING, n_distinct=4),
        *((make_column("day", ColumnType.DATETIME),) if with_time else ()),
    )
    dataset = make_dataset(columns=columns)
    with stack.storage.write() as unit:
        unit.datasets.add(dataset)
    return dataset


def test_groups_are_asked_for_without_a_target(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id)
    page.segmented_control(key=f"train-goal-{dataset.id}").set_value("groups").run()
    assert_well(page)
    assert any("Nothing has to be known" in sentence for sentence in sentences(page))
    page.button(key=START).click().run()
    (run,) = empty_stack.runs.list_page().items
    assert (run.config.task, run.config.target, run.config.model) == (LearningTask.CLUSTERING, "", "k_means")
    assert run.config.split.scheme == "random"


def test_a_reference_for_anomalies_has_two_values(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, task="anomaly_detection")
    reference = page.selectbox(key=f"train-reference-{dataset.id}-anomaly_detection")
    assert reference.options == ["None: nothing is known", "odd"]
    reference.set_value("odd").run()
    assert_well(page)
    page.button(key=START).click().run()
    (run,) = empty_stack.runs.list_page().items
    assert (run.config.task, run.config.target) == (LearningTask.ANOMALY_DETECTION, "odd")
    assert run.config.model == "isolation_forest"


def test_a_forecast_has_a_time_column_a_horizon_and_a_season(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, task="forecasting")
    assert page.selectbox(key=f"train-value-{dataset.id}").options == ["sold"]
    assert page.selectbox(key=f"train-time-{dataset.id}-sold").options == ["day"]
    page.slider(key="train-series-horizon").set_value(7)
    page.number_input(key="train-series-season").set_value(14).run()
    assert_well(page)
    page.button(key=START).click().run()
    (run,) = empty_stack.runs.list_page().items
    assert run.config.series is not None
    assert (run.config.series.time, run.config.series.horizon, run.config.series.season) == ("day", 7, 14)
    assert (run.config.split.scheme, run.config.split.time) == ("time", "day")


def test_only_what_the_columns_allow_is_offered(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack, with_time=False)
    page = open_page(empty_stack)("train", dataset=dataset.id, task="forecasting")
    goals = page.segmented_control(key=f"train-goal-{dataset.id}")
    assert len(goals.options) == 3
    assert goals.value == "predict"
