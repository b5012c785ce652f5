"""From a remark or a failure to a form with one setting changed; and the steps of a run."""

from typing import Any

import pytest

from app.services.live_views import explained, live_status
from app.services.proposing import change_after_failure, proposal, proposal_address, proposed_change
from app.services.workflow import workflow
from core.failures import FAILURES
from core.records import Change, ErrorRecord, Remark, Run, RunFacts, RunProgress
from core.types import RunStatus, Severity, Split, SplitParams
from models.registry import MODELS
from tests.factories import make_config, make_run

FACTS = RunFacts(
    n_columns=19,
    n_samples={Split.TRAIN: 4_930, Split.VALIDATION: 1_056, Split.TEST: 1_057},
    n_features=45,
    n_classes=2,
    planned_steps=200,
)


def failed_run(code: str, *, stage: str = "Training", **config: Any) -> Run:
    """A run that ended with this error."""
    model = config.get("model", "mlp")
    params = MODELS[model].params.model_validate(config.pop("params", {})).model_dump(mode="json")
    return make_run(
        config=make_config(**{"model": model, **config, "params": params}),
        status=RunStatus.FAILED,
        started_at="2026-01-01T00:00:00Z",
        progress=RunProgress(stage=stage, facts=FACTS),
        error=ErrorRecord(code=code, message="It broke at 'x'.", hint="Mend it."),
    )


@pytest.mark.parametrize(
    ("code", "config", "change"),
    [
        ("training_diverged", {"params": {"learning_rate": 0.1}}, {"params": {"learning_rate": 0.01}}),
        ("out_of_memory", {"model": "random_forest"}, {"params": {"n_estimators": 50}}),
        ("timeout", {"params": {"epochs": 100}}, {"params": {"epochs": 50}}),
        ("numerical_failure", {"params": {"alpha": 0.001}}, {"params": {"alpha": 0.01}}),
        ("one_class", {"split": SplitParams(scheme="random")}, {"split": {"scheme": "stratified"}}),
    ],
)
def test_a_failure_proposes_the_setting_that_is_to_blame(
    code: str, config: dict[str, Any], change: dict[str, Any]
) -> None:
    found = change_after_failure(failed_run(code, **config))
    assert found is not None
    assert found.model_dump(exclude={"label"}, exclude_defaults=True) == change
    assert "→" in found.label


@pytest.mark.parametrize("code", ["constant_target", "missing_library", "unexpected", "not_found"])
def test_what_no_setting_cures_proposes_none(code: str) -> None:
    run = failed_run(code)
    assert change_after_failure(run) is None
    assert proposal(run.id, proposed_change(run, "error")) == {"like": run.id}


def test_a_remark_is_found_by_its_key_and_becomes_an_address() -> None:
    change = Change(label="Depth 20 → 10", params={"max_depth": 10}, split={"scheme": "random"}, model="random_forest")
    remark = Remark(key="by_heart", severity=Severity.WARNING, title="t", step=3, seen="s", advice="a", change=change)
    run = make_run(progress=RunProgress(remarks=(remark,)))
    assert proposed_change(run, "by_heart") == change
    assert proposed_change(run, "plateau") is None
    assert proposal(run.id, change) == {
        "like": run.id,
        "params.max_depth": "10",
        "split.scheme": '"random"',
        "model": "random_forest",
    }
    assert proposal_address(run.id, change).startswith(f"train?like={run.id}&params.max_depth=10")


def test_a_failure_is_explained_with_cause_cure_and_a_way_on() -> None:
    run = failed_run("training_diverged", params={"learning_rate": 0.1})
    body = explained(run)
    assert body is not None
    assert (body["message"], body["hint"]) == ("It broke at 'x'.", "Mend it.")
    assert body["cause"] == FAILURES["training_diverged"].cause
    assert body["cure"] == FAILURES["training_diverged"].cure
    assert "params.learning_rate=0.01" in body["href"]


def test_a_code_that_nobody_knows_is_still_told() -> None:
    body = explained(failed_run("brand_new"))
    assert body is not None
    assert (body["message"], body["cause"]) == ("It broke at 'x'.", "")


def test_a_run_without_an_error_has_nothing_to_explain() -> None:
    assert explained(make_run()) is None


def test_an_overflowing_baseline_has_no_place_in_json() -> None:
    run = make_run(progress=RunProgress(baseline={"loss": float("inf"), "f1": 0.5}))
    assert live_status(run, heartbeat_timeout_s=10)["baseline"] == {"f1": 0.5}


@pytest.mark.parametrize(
    ("status", "stage", "states"),
    [
        (RunStatus.QUEUED, "Waiting for a worker", ["waiting"] * 6),
        (RunStatus.RUNNING, "Splitting", ["done", "now", "waiting", "waiting", "waiting", "waiting"]),
        (RunStatus.RUNNING, "Training", ["done", "done", "done", "now", "waiting", "waiting"]),
        (RunStatus.PAUSED, "Paused", ["done", "done", "done", "paused", "waiting", "waiting"]),
        (RunStatus.FAILED, "Preprocessing", ["done", "done", "failed", "waiting", "waiting", "waiting"]),
        (RunStatus.LOST, "Training", ["done", "done", "done", "failed", "waiting", "waiting"]),
        (RunStatus.RUNNING, "A stage of its own", ["done", "done", "done", "now", "waiting", "waiting"]),
    ],
)
def test_the_present_step_is_marked(status: RunStatus, stage: str, states: list[str]) -> None:
    started = None if status is RunStatus.QUEUED else "2026-01-01T00:00:00Z"
    run = make_run(status=status, started_at=started, progress=RunProgress(stage=stage, facts=FACTS))
    assert [step.state for step in workflow(run)] == states


def test_the_steps_speak_of_this_run() -> None:
    steps = {step.key: step for step in workflow(make_run(progress=RunProgress(facts=FACTS)))}
    assert steps["read"].technical == "7,043 rows with a known answer, 19 columns to learn from."
    assert "4,930 train, 1,056 validation and 1,057 test rows" in steps["split"].technical
    assert "19 columns became 45 features" in steps["preprocess"].technical
    assert all(step.technical and step.kitchen for step in steps.values())
