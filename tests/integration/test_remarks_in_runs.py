"""Remarks that a worker makes on real trainings: durable, in REST and the log, the same however it was interrupted."""

import pytest

from core.records import Run
from core.types import RunStatus, Severity, Split
from tests.factories import make_csv
from tests.stacks import Stack


def keys(run: Run) -> list[str]:
    return [remark.key for remark in run.progress.remarks]


def test_a_long_training_on_few_rows_is_told_that_validation_gets_worse(stack: Stack) -> None:
    run = stack.undisturbed()
    (remark,) = [remark for remark in run.progress.remarks if remark.key == "validation_worse"]
    curve = {
        step: value for name, split, step, value in stack.points(run.id) if (name, split) == ("loss", Split.VALIDATION)
    }
    assert remark.step == min(curve, key=curve.__getitem__)
    assert remark.change is not None
    assert remark.change.params == {"epochs": max(10, remark.step)}
    first_sight = f"{remark.title}: Validation loss was lowest at epoch {remark.step} "
    assert [line for line in stack.log_of(run.id) if line.startswith(first_sight)]


def test_a_pause_changes_no_remark(stack: Stack) -> None:
    undisturbed = stack.undisturbed()
    run = stack.start_slow()
    stack.wait_for_checkpoint(run.id)
    stack.runs.pause(run.id)
    stack.wait_until(run.id, RunStatus.PAUSED)
    stack.runs.resume(run.id)
    finished = stack.wait_until(run.id, RunStatus.FINISHED)
    assert finished.progress.remarks == undisturbed.progress.remarks
    assert finished.progress.facts == undisturbed.progress.facts


def test_a_run_says_what_its_data_came_to(stack: Stack) -> None:
    facts = stack.undisturbed().progress.facts
    assert facts is not None
    assert (facts.n_columns, facts.n_classes, sum(facts.n_samples.values())) == (6, 3, 600)
    assert facts.planned_steps == 300


@pytest.mark.parametrize(
    ("model", "params"),
    [("logistic_regression", {}), ("random_forest", {"n_estimators": 30}), ("k_neighbors", {"n_neighbors": 15})],
)
def test_an_ordinary_training_gets_no_warning(stack: Stack, model: str, params: dict[str, object]) -> None:
    run = stack.finished(model=model, params=params, dataset_id=stack.ready(make_csv(900, seed=4)).id)
    severe = [remark for remark in run.progress.remarks if remark.severity is not Severity.INFO]
    assert severe == []


def test_a_column_that_gives_the_answer_away_looks_too_good(stack: Stack) -> None:
    lines = make_csv(600).splitlines()
    leaking = [f"{lines[0]},copy", *(f"{line},{len(line.rsplit(',', 1)[1])}" for line in lines[1:])]
    run = stack.finished(model="hist_gradient_boosting", dataset_id=stack.ready("\n".join(leaking) + "\n").id)
    assert "perfect_early" in keys(run)
