"""Voting and stacking of runs that real workers trained, and the queue that a model with a GPU is sent to."""

import subprocess
import sys
from typing import Any

import joblib
import numpy as np
import pytest

from app.services.configuring import StartRun
from core.deliveries import training_job
from core.errors import Conflict, NotFound, UserInputError
from core.jobs import QueueName
from core.records import Run
from core.tables.preview import read_frame
from core.types import LearningTask, RunStatus, Split
from models.routing import training_queue
from tests.stacks import SLOW_MODEL, Stack, wait_for

TARGETS = {LearningTask.CLASSIFICATION: "kind", LearningTask.REGRESSION: "weight"}
TASKS = tuple(TARGETS)


def members(stack: Stack, task: LearningTask) -> tuple[Run, Run]:
    linear = "ridge" if task is LearningTask.REGRESSION else "logistic_regression"
    return (
        stack.finished(model=linear, target=TARGETS[task]),
        stack.finished(model="xgboost", target=TARGETS[task], params={"n_estimators": 20}),
    )


def combined(stack: Stack, key: str, task: LearningTask) -> Run:
    ids = [run.id for run in members(stack, task)]
    params: dict[str, Any] = {"runs": ids} | ({"weights": [1.0, 3.0]} if key == "voting" else {"folds": 3})
    return stack.finished(model=key, target=TARGETS[task], params=params)


def predict(pipeline: Any, frame: Any, task: LearningTask) -> Any:
    return pipeline.predict(frame) if task is LearningTask.REGRESSION else pipeline.predict_proba(frame)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("key", ["voting", "stacking"])
def test_a_combination_predicts_from_raw_columns_what_it_was_scored_by(
    stack: Stack, key: str, task: LearningTask
) -> None:
    run = combined(stack, key, task)
    assert run.result is not None
    _, path, _ = stack.runs.model_file(run.id)
    stored = joblib.load(path)
    dataset = stack.datasets.get(run.dataset_id)
    assert dataset.content_sha256 is not None
    frame = read_frame(stack.storage.artifacts.verified_file(dataset.content_sha256))
    assert run.artifacts.split is not None
    with np.load(stack.storage.artifacts.verified_file(run.artifacts.split)) as split:
        rows = frame.iloc[split["test"]].drop(columns=TARGETS[task])
    said = predict(stored["pipeline"], rows, task)
    assert run.artifacts.evaluation is not None
    with np.load(stack.storage.artifacts.verified_file(run.artifacts.evaluation)) as evaluation:
        np.testing.assert_allclose(said, evaluation["test/y_out"], rtol=1e-12)
    if key == "voting":
        pipelines = [joblib.load(stack.runs.model_file(each.id)[1])["pipeline"] for each in members(stack, task)]
        expected = np.average([predict(each, rows, task) for each in pipelines], axis=0, weights=[1.0, 3.0])
        np.testing.assert_allclose(said, expected, rtol=1e-6)  # one member answers in single precision
    steps = sorted({step for _, _, step, _ in stack.points(run.id)})
    assert steps == list(range(1, (2 if key == "voting" else 6) + 1))
    first = members(stack, task)[0]
    assert (run.config.split, run.config.seed) == (first.config.split, first.config.seed)
    assert run.provenance.split_sha256 == first.provenance.split_sha256


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("key", ["voting", "stacking"])
def test_the_script_of_a_combination_trains_its_members_to_the_same_scores(
    stack: Stack, key: str, task: LearningTask, tmp_path: Any
) -> None:
    run = combined(stack, key, task)
    assert run.result is not None
    (tmp_path / "script.py").write_text(stack.runs.script(run.id), encoding="utf-8")
    _, dataset = stack.datasets.export(run.dataset_id)
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "script.py", str(dataset)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    metric = "accuracy" if task is LearningTask.CLASSIFICATION else "rmse"
    values = {score.split: score.value for score in run.result.scores if score.metric == metric}
    assert [line for line in done.stdout.splitlines() if f" {metric} " in line] == [
        f"{split} {metric} {values[split]:.6f}" for split in (Split.VALIDATION, Split.TEST)
    ]


def test_runs_that_do_not_fit_are_refused_by_name(stack: Stack) -> None:
    first, second = members(stack, LearningTask.CLASSIFICATION)
    other_seed = stack.finished(model="logistic_regression", target="kind", seed=8, name="Another seed")
    other_split = stack.finished(model="logistic_regression", target="kind", split={"test": 0.2}, name="Another split")
    of_weight = stack.finished(model="ridge", target="weight", name="Of the weight")
    vote = combined(stack, "voting", LearningTask.CLASSIFICATION)
    refused: list[tuple[list[str], dict[str, Any], str]] = [
        ([], {}, "0 runs to combine; at least 2 are needed."),
        ([first.id], {}, "1 run to combine; at least 2 are needed."),
        ([first.id, first.id], {}, f"Run '{first.name}' is named twice."),
        ([first.id, other_seed.id], {}, "Run 'Another seed' divides the rows by another seed than run"),
        ([first.id, other_split.id], {}, "Run 'Another split' divides the rows in another way"),
        ([first.id, of_weight.id], {}, "Run 'Of the weight' predicts another target"),
        ([first.id, vote.id], {}, f"Run '{vote.name}' is a combination itself."),
        ([first.id, second.id], {"seed": 9}, f"Run '{first.name}' has the seed 7, not 9."),
        ([first.id, second.id], {"split": {"test": 0.3}}, f"Run '{first.name}' has another 'test' in its split."),
        ([first.id, second.id], {"target": "weight"}, f"Run '{first.name}' predicts 'kind', not 'weight'."),
    ]
    for ids, changes, message in refused:
        with pytest.raises(UserInputError) as caught:
            stack.start(model="voting", params={"runs": ids}, **changes)
        assert caught.value.message.startswith(message)
        assert caught.value.field == "params.runs"
    with pytest.raises(UserInputError, match="There are 3 weights for 2 runs"):
        stack.start(model="voting", params={"runs": [first.id, second.id], "weights": [1, 1, 1]})
    with pytest.raises(UserInputError, match="'runs' is not a list of run ids"):
        stack.start(model="stacking", params={"runs": 7})
    with pytest.raises(NotFound):
        stack.start(model="stacking", params={"runs": [first.id, "nobody"]})


def test_a_run_that_is_not_finished_is_no_member(stack: Stack) -> None:
    first, _ = members(stack, LearningTask.CLASSIFICATION)
    slow = stack.start(**SLOW_MODEL)
    with pytest.raises(Conflict, match="only finished runs can be combined"):
        stack.start(model="voting", params={"runs": [first.id, slow.id]})
    stack.runs.stop(slow.id)
    stack.wait_until(slow.id, RunStatus.STOPPED)


def test_members_are_offered_where_they_fit(stack: Stack) -> None:
    first, second = members(stack, LearningTask.CLASSIFICATION)
    vote = combined(stack, "voting", LearningTask.CLASSIFICATION)
    dataset = stack.datasets.get(first.dataset_id)
    offered = stack.runs.possible_members(dataset, target="kind", task=LearningTask.CLASSIFICATION)
    ids = {run.id for run in offered}
    assert {first.id, second.id} <= ids
    assert vote.id not in ids
    assert all(run.config.target == "kind" for run in offered)


# --- The queue of a model that uses a GPU ----------------------------------------------------------------------------


def test_a_model_that_uses_a_gpu_goes_to_a_gpu_worker_while_one_is_alive(stack: Stack) -> None:
    queue = stack.wiring.queue
    first, _ = members(stack, LearningTask.CLASSIFICATION)
    assert training_queue("xgboost", queue) is QueueName.CPU
    worker = stack.start_worker("gpu")
    wait_for(lambda: queue.count_workers(QueueName.GPU), what="the GPU worker")
    assert training_queue("xgboost", queue) is QueueName.GPU
    assert training_queue("random_forest", queue) is QueueName.CPU
    assert training_queue("a model that is gone", queue) is QueueName.CPU
    dataset_id = first.dataset_id
    stack.end_all_but(worker)
    run = stack.runs.start(StartRun(dataset_id=dataset_id, target="kind", model="xgboost", params={"n_estimators": 20}))
    finished = stack.wait_until(run.id, RunStatus.FINISHED)
    assert finished.worker is not None
    on_cpu = members(stack, LearningTask.CLASSIFICATION)[1]
    assert finished.result is not None
    assert on_cpu.result is not None
    # There is no GPU here: the worker's process trains on the processor, to the same scores.
    assert finished.result.scores == on_cpu.result.scores
    assert worker.end() == 0
    wait_for(lambda: training_queue("xgboost", queue) is QueueName.CPU, what="the end of the GPU worker")


def test_a_run_that_waits_for_a_gpu_worker_that_goes_is_trained_by_another(stack: Stack) -> None:
    first, _ = members(stack, LearningTask.CLASSIFICATION)
    run = stack.runs.start(
        StartRun(dataset_id=first.dataset_id, target="kind", model="xgboost", params={"n_estimators": 21})
    )
    # As it was left by a GPU worker that is gone: in the other queue, and in none that anybody serves.
    stack.wiring.queue.enqueue(training_job(run, stack.settings, queue=QueueName.GPU))
    stack.worker()
    finished = stack.wait_until(run.id, RunStatus.FINISHED, sweeping=True)
    assert finished.status is RunStatus.FINISHED
