"""The explanations of a run on its page: every kind, for names that would be obeyed rather than shown."""

import io
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.bootstrap import wiring
from core.records import Run
from tests import servers
from tests.factories import make_csv
from tests.pages.conftest import HOSTILE, MAIN
from tests.pages.showing import assert_well, text
from tests.stacks import Stack, as_environment, run_stack, wait_for


class OpenExplanation(Protocol):
    """Opens one explanation of one run."""

    def __call__(self, run: str, kind: str) -> AppTest:
        """The page once the answer is there."""
        ...


def make_table() -> str:
    frame = pd.read_csv(io.StringIO(make_csv(300)))
    frame["heavy"] = np.where(frame["weight"] > frame["weight"].median(), HOSTILE, "light")
    frame[HOSTILE] = np.random.default_rng(0).choice(["a", HOSTILE], len(frame))
    content: str = frame.drop(columns="kind").to_csv(index=False)
    return content


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("explaining") / "home"
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url) as running:
        yield running


@pytest.fixture(scope="module")
def runs(stack: Stack) -> dict[str, Run]:
    facts = {"dataset_id": stack.ready(make_table()).id}
    classes = facts | {"target": "heavy", "preprocessing": {"exclude": ["weight"]}}
    return {
        "tree": stack.finished(**classes, model="decision_tree"),
        "line": stack.finished(**classes, model="logistic_regression"),
        "number": stack.finished(**facts, target="weight", model="ridge", preprocessing={"exclude": ["heavy"]}),
    }


@pytest.fixture
def explain(stack: Stack, runs: dict[str, Run], monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenExplanation]:
    for name, value in as_environment(stack.settings).items():
        monkeypatch.setenv(name, value)
    wiring.cache_clear()

    def open_one(run: str, kind: str) -> AppTest:
        page = AppTest.from_file(str(MAIN), default_timeout=60)
        page.query_params["run"] = runs[run].id
        page.query_params["view"], page.query_params["explain"] = "explanations", kind
        page.switch_page("../pages/runs.py").run()
        assert_well(page)
        return page

    yield open_one
    wiring.cache_clear()


def with_answer(page: AppTest, words: str) -> AppTest:
    """The page as soon as it says ``words``."""

    def look() -> AppTest | None:
        if words in text(page):
            return page
        page.run()
        return None

    found = wait_for(look, what=f"{words!r} on the page")
    assert_well(found)
    return found


@pytest.mark.parametrize(
    ("run", "kind", "words"),
    [
        ("tree", "permutation_importance", "of the untouched rows"),
        ("tree", "shap_values", "add up to what the model says"),
        ("tree", "partial_dependence", "Over the values of"),
        ("tree", "decision_boundary", "Held still at their median"),
        ("tree", "tree_drawing", "its first question is"),
        ("line", "coefficients", "Strongest is"),
        ("number", "shap_values", "add up to what the model says"),
        ("number", "coefficients", "Strongest is"),
    ],
)
def test_each_explanation_says_what_it_found(explain: OpenExplanation, run: str, kind: str, words: str) -> None:
    page = with_answer(explain(run, kind), words)
    assert "the test rows stay locked" in text(page)


def test_only_what_suits_the_model_is_offered(explain: OpenExplanation) -> None:
    kinds = {run: explain(run, "partial_dependence").session_state["run-explain-kind"] for run in ("tree", "number")}
    assert set(kinds.values()) == {"partial_dependence"}
    # What does not suit a model is not among the choices, so a link to it opens the first one.
    assert explain("number", "tree_drawing").session_state["run-explain-kind"] == "permutation_importance"
    assert explain("tree", "coefficients").session_state["run-explain-kind"] == "permutation_importance"


def test_one_row_is_told_from_the_base_to_the_prediction(explain: OpenExplanation) -> None:
    page = with_answer(explain("tree", "shap_values"), "add up to what the model says")
    page.session_state["run-explain-shap-view"] = "row"
    page = with_answer(page.run(), "from the average to the prediction")
    assert "is what the model says of this row" in text(page)


def test_nothing_is_learned_anew_before_it_is_asked_for(explain: OpenExplanation) -> None:
    page = explain("number", "learning_curve")
    assert "6 trainings of this model" in text(page)
    button = next(each for each in page.button if each.label == "Draw the curve")
    with_answer(button.click().run(), "fits on training rows")


def test_a_test_row_is_refused_in_a_sentence(stack: Stack, runs: dict[str, Run], explain: OpenExplanation) -> None:
    run = runs["tree"]
    assert run.artifacts.split is not None
    with stack.storage.artifacts.local_file(run.artifacts.split) as path, np.load(path) as arrays:
        locked = int(arrays["test"][0]) + 1
    page = with_answer(explain("tree", "shap_values"), "add up to what the model says")
    page.session_state["run-explain-shap-view"] = "row"
    page.run()
    page.selectbox(key="run-explain-shap-row").select("other").run()
    page.number_input(key="run-explain-shap-number").set_value(locked).run()
    with_answer(page, "Test rows stay locked")
