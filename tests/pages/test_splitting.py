"""The Train form's split, cross-validation and leaks, and the folds on a run's page."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.records import Dataset, Run
from core.types import RunStatus
from tests import servers
from tests.pages.conftest import On
from tests.pages.showing import assert_well
from tests.stacks import Stack, run_stack

START = "FormSubmitter:train-settings-Start run"


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with a worker that lives."""
    home: Path = tmp_path_factory.mktemp("living") / "home"
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url) as stack:
        stack.worker()
        yield stack


def stays(stack: Stack) -> Dataset:
    """Stays of 60 patients whose outcome is their own, with a column that is filled in afterwards."""
    rng = np.random.default_rng(0)
    patient = rng.integers(0, 60, 600)
    is_back = (rng.random(60) < 0.4)[patient]
    frame = pd.DataFrame(
        {
            "patient_id": [f"P{number}" for number in patient],
            "age": rng.integers(20, 90, 600),
            "weight": rng.normal(80, 9, 600).round(1),
            "refund <b>": np.where(is_back, rng.gamma(2, 50, 600).round(2), np.nan),
            "back": np.where(is_back, "yes", "no"),
        }
    )
    return stack.ready(frame.to_csv(index=False))


def opened(stack: Stack, open_page: On, **query: str) -> AppTest:
    """The Train page once the leak check has answered."""
    dataset = stays(stack)
    stack.computations.wait(
        stack.wiring.services.leaks.start(stack.wiring.services.leaks.question(dataset.id, "back")).id, timeout_s=60
    )
    page = open_page(stack)("train", dataset=dataset.id, target="back", **query)
    assert_well(page)
    return page


def newest(stack: Stack) -> Run:
    return stack.runs.list_page(limit=1).items[0]


def said(page: AppTest) -> str:
    return " ".join(element.value for element in page.markdown)


def button(page: AppTest, label: str) -> object:
    return next(each for each in page.button if label in each.label)


def test_leaks_are_said_before_training_and_their_buttons_mend_them(living: Stack, open_page: On) -> None:
    page = opened(living, open_page)
    assert "2 possible leaks" in wait_for_answer(page)
    assert "refund \\<b\\>" in said(page)
    button(page, "Leave out").click().run()  # type: ignore[attr-defined]
    assert "1 possible leak" in wait_for_answer(page)
    button(page, "Keep groups of").click().run()  # type: ignore[attr-defined]
    assert_well(page)
    assert "No leak was found" in wait_for_answer(page)
    page.button(key=START).click().run()
    assert_well(page)
    config = newest(living).config
    assert (config.split.scheme, config.split.group) == ("grouped", "patient_id")
    assert config.preprocessing["exclude"] == ["refund <b>"]


def wait_for_answer(page: AppTest) -> str:
    """What the page says once the question that is under way is answered."""
    for _ in range(60):  # each run of the page waits half a second for it
        if "possible leak" in said(page) or "No leak was found" in said(page):
            break
        page.run()
    return said(page)


def test_a_scheme_brings_its_own_fields(living: Stack, open_page: On) -> None:
    page = opened(living, open_page)
    key = f"train-split-{stays(living).id}-back"
    page.segmented_control(key=f"{key}-scheme").set_value("time").run()
    assert_well(page)
    assert page.selectbox(key=f"{key}-time").options == ["age", "weight", "refund <b>"]
    assert page.number_input(key=f"{key}-gap").value == 0


def test_folds_are_asked_for_and_shown(living: Stack, open_page: On) -> None:
    page = opened(living, open_page, model="logistic_regression")
    page.segmented_control(key="train-resampling-4").set_value("kfold").run()
    page.slider(key="train-resampling-folds").set_value(3).run()
    assert "3 more trainings" in " ".join(caption.value for caption in page.caption)
    page.button(key=START).click().run()
    assert_well(page)
    run = living.wait_until(newest(living).id, RunStatus.FINISHED)
    assert run.config.resampling.folds == 3
    shown = open_page(living)("runs", run=run.id, view="resampling")
    assert_well(shown)
    assert "F1, mean of folds" in [metric.label for metric in shown.metric]
    assert "3 folds" in [metric.value for metric in shown.metric]


def test_a_run_without_folds_has_no_such_view(living: Stack, open_page: On) -> None:
    run = living.finished(dataset_id=stays(living).id, target="back")
    page = open_page(living)("runs", run=run.id)
    assert_well(page)
    assert "resampling" not in page.segmented_control(key="run-view").options
