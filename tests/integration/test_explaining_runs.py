"""Runs that a worker trained, explained by a worker: every kind, what is refused, and what stays locked."""

import json
from typing import Any

import numpy as np
import pytest

from core.errors import Conflict, NotFound, UserInputError
from core.records import Run
from core.types import ComputationStatus, RunStatus
from tests.stacks import SLOW_MODEL, Stack, wait_for

FOREST = {"model": "random_forest", "params": {"n_estimators": 20, "max_depth": 6}}
NUMBER = {"target": "weight", "model": "ridge", "preprocessing": {"exclude": ["kind"]}}


def explain(stack: Stack, run: Run, kind: str, **params: Any) -> Any:
    return stack.answer(kind, stack.wiring.services.explanations.params(run.id, kind, params))


def rows_of(stack: Stack, run: Run, part: str) -> Any:
    assert run.artifacts.split is not None
    with stack.storage.artifacts.local_file(run.artifacts.split) as path, np.load(path) as arrays:
        return arrays[part] + 1  # every row of this table has a target


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("permutation_importance", {}),
        ("permutation_importance", {"together": True, "part": "train"}),
        ("permutation_importance", {"of": "features", "metric": "accuracy"}),
        ("shap_values", {"class_name": "large"}),
        ("partial_dependence", {"column": "planted"}),
        ("partial_dependence", {"column": "height", "second": "colour"}),
        ("decision_boundary", {"first": "height", "second": "colour"}),
        ("tree_drawing", {"number": 20, "max_depth": 2}),
        ("learning_curve", {"n_points": 3}),
        ("validation_curve", {"parameter": "max_depth", "values": [3, 6]}),
    ],
)
def test_a_forest_is_explained_in_every_way(stack: Stack, kind: str, params: dict[str, Any]) -> None:
    answer = explain(stack, stack.finished(**FOREST), kind, **params)
    assert answer.sentence
    assert answer.drawings
    assert all(drawing.table for drawing in answer.drawings)
    json.dumps(answer.model_dump(mode="json"), allow_nan=False)


def test_a_linear_run_has_coefficients_in_the_units_of_the_table(stack: Stack) -> None:
    run = stack.finished(**NUMBER)
    found = explain(stack, run, "coefficients")
    effects = dict(zip(found.features, found.effects, strict=True))
    # The table was made with 0.5 and -0.8 kilogrammes for a centimetre; noise of 2 kg on some 400 rows.
    assert effects["height"] == pytest.approx(0.5, abs=0.06)
    assert effects["width"] == pytest.approx(-0.8, abs=0.1)


def test_contributions_add_up_and_one_row_is_the_same_as_in_the_sample(stack: Stack) -> None:
    run = stack.finished(**FOREST)
    sample = explain(stack, run, "shap_values", class_name="large")
    assert sample.largest_gap < 1e-9
    number = sample.row_numbers[0]
    single = explain(stack, run, "shap_values", class_name="large", row_number=number)
    assert single.row_numbers == (number,)
    by_column = dict(zip(sample.players, sample.contributions[0], strict=True))
    assert dict(zip(single.players, single.contributions[0], strict=True)) == pytest.approx(by_column)


def test_test_rows_stay_locked(stack: Stack) -> None:
    run = stack.finished(**FOREST)
    locked = set(rows_of(stack, run, "test").tolist())
    found = explain(stack, run, "shap_values")
    assert not locked & set(found.row_numbers)
    assert set(found.row_numbers) <= set(rows_of(stack, run, "validation").tolist())
    with pytest.raises(AssertionError, match="not among the validation rows"):
        explain(stack, run, "shap_values", row_number=min(locked))
    with pytest.raises(UserInputError, match="'part'"):
        explain(stack, run, "permutation_importance", part="test")


def test_the_last_point_of_a_learning_curve_is_the_run_itself(stack: Stack) -> None:
    run = stack.finished(**FOREST)
    found = explain(stack, run, "learning_curve", n_points=3, metric="accuracy")
    assert run.result is not None
    score = next(s for s in run.result.scores if s.metric == "accuracy" and s.split == "validation")
    assert found.x[-1] == run.result.n_samples["train"]  # type: ignore[index]
    assert found.validation[-1] == pytest.approx(score.value, abs=1e-12)
    assert found.low[-1] <= found.validation[-1] <= found.high[-1]


def test_a_value_out_of_bounds_is_refused_before_anything_is_learned(stack: Stack) -> None:
    run = stack.finished(**FOREST)
    with pytest.raises(AssertionError, match="max_depth"):
        explain(stack, run, "validation_curve", parameter="max_depth", values=[3, 5_000])
    with pytest.raises(UserInputError, match="'colour_of_leaves'"):
        explain(stack, run, "validation_curve", parameter="colour_of_leaves")


def test_what_cannot_be_explained_is_refused_by_name(stack: Stack) -> None:
    service = stack.wiring.services.explanations
    run = stack.finished(**FOREST)
    with pytest.raises(NotFound, match="'tea_leaves'"):
        service.start(run.id, "tea_leaves", {})
    with pytest.raises(AssertionError, match="no coefficients"):
        explain(stack, run, "coefficients")
    with pytest.raises(AssertionError, match="does not use a column 'kind'"):
        explain(stack, run, "partial_dependence", column="kind")
    with pytest.raises(AssertionError, match="no class 'huge'"):
        explain(stack, run, "shap_values", class_name="huge")
    waiting = stack.start_slow()
    with pytest.raises(Conflict, match="no model to explain"):
        service.start(waiting.id, "shap_values", {})
    stack.runs.stop(waiting.id)
    stack.wait_until(waiting.id, RunStatus.STOPPED, RunStatus.FINISHED)


def test_an_answer_is_kept_and_serves_again(stack: Stack) -> None:
    service, run = stack.wiring.services.explanations, stack.finished(**FOREST)
    first = service.start(run.id, "tree_drawing", {})
    stack.computations.wait(first.id, timeout_s=60)
    assert service.start(run.id, "tree_drawing", {}).id == first.id


def test_a_curve_can_be_stopped(stack: Stack) -> None:
    run = stack.finished(**SLOW_MODEL)
    computation = stack.wiring.services.explanations.start(run.id, "learning_curve", {"n_points": 12})
    wait_for(
        lambda: stack.computations.get(computation.id).status is ComputationStatus.RUNNING,
        what="the start of the curve",
    )
    stack.computations.cancel(computation.id)
    ended = stack.computations.wait(computation.id, timeout_s=60)
    assert ended.status is ComputationStatus.CANCELLED


def test_a_vote_of_runs_is_explained_by_the_raw_columns(stack: Stack) -> None:
    members = [stack.finished(**FOREST).id, stack.finished().id]
    run = stack.finished(model="voting", params={"runs": members})
    values = explain(stack, run, "shap_values", n_rows=10)
    assert set(values.players) == {"height", "width", "colour", "planted", "is_native", "weight"}
    assert values.largest_gap < 1e-9
    assert explain(stack, run, "permutation_importance", n_repeats=2).names[0] == "weight"
    with pytest.raises(AssertionError, match="not trained anew"):
        explain(stack, run, "learning_curve")
