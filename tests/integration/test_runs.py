"""Trainings in real workers, from the request to what they leave behind."""

import io
import itertools
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import joblib
import numpy as np
import pytest
import redis
import rq
from rq.serializers import JSONSerializer

from app.services.runs import RunService
from core.deliveries import training_job
from core.errors import Conflict, UserInputError
from core.ids import new_id, utc_now
from core.jobs import Job, JobKind, QueueName
from core.records import Run, RunArtifacts, RunProgress
from core.tables.preview import read_frame
from core.types import SUPERVISED, LearningTask, RunStatus, Split
from evaluation.registry import charts_for, live_metrics_for, metrics_for
from models.registry import MODELS
from tests import servers
from tests.factories import make_csv, make_run
from tests.stacks import SLOW_EPOCHS, SLOW_MODEL, Stack, wait_for
from workers.queues import RQJobQueue

TARGETS = {LearningTask.CLASSIFICATION: "kind", LearningTask.REGRESSION: "weight"}
QUICK = {"mlp": {"epochs": 12}, "random_forest": {"n_estimators": 30}, "hist_gradient_boosting": {"max_iter": 30}}

EVERY_MODEL = [
    (spec.key, task)
    for spec in MODELS.values()
    if not spec.combines_runs  # test_combinations.py
    for task in sorted(spec.tasks & SUPERVISED)
]


def trained(stack: Stack, model: str, task: LearningTask) -> Run:
    return stack.finished(model=model, target=TARGETS[task], params=QUICK.get(model, {}))


# --- What a training leaves ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "task"), EVERY_MODEL)
def test_a_training_leaves_curves_scores_and_files(stack: Stack, model: str, task: LearningTask) -> None:
    run = trained(stack, model, task)
    metrics = {spec.key for spec in live_metrics_for(task)}
    assert run.result is not None
    assert run.result.stop_reason == ""
    assert run.config.task is task
    scored = {score.metric for score in run.result.scores}
    assert metrics < scored <= {spec.key for spec in metrics_for(task)}
    assert {(score.metric, score.split) for score in run.result.scores} == set(
        itertools.product(scored, (Split.VALIDATION, Split.TEST))
    )
    for score in run.result.scores:
        assert score.low <= score.high
        assert np.isfinite([score.value, score.low, score.high, score.baseline]).all()
        assert score.n_samples == run.result.n_samples[score.split] == 90
    assert run.result.n_samples == {Split.TRAIN: 420, Split.VALIDATION: 90, Split.TEST: 90}
    primary = {s.split: s for s in run.result.scores if s.metric == run.result.primary_metric}
    sign = 1 if task is LearningTask.CLASSIFICATION else -1
    if run.config.model == "dummy":
        assert all(score.value == pytest.approx(score.baseline) for score in primary.values())
    else:
        assert all(sign * score.value > sign * score.baseline for score in primary.values())

    series: dict[tuple[str, Split], list[int]] = {}
    for name, split, step, _ in stack.points(run.id):
        series.setdefault((name, split), []).append(step)
    assert set(series) == set(itertools.product(metrics, (Split.TRAIN, Split.VALIDATION)))
    assert len({tuple(steps) for steps in series.values()}) == 1
    steps = next(iter(series.values()))
    assert steps == sorted(set(steps))
    assert len(steps) >= 1
    assert steps[-1] == run.progress.step == run.progress.total_steps == run.result.final_step
    assert (run.progress.stage, run.progress.fraction) == ("Finished", 1.0)

    figures = stack.runs.figures(run.id)
    assert {(f["key"], f["split"]) for f in figures} == set(
        itertools.product((c.key for c in charts_for(task, n_classes=3)), ("validation", "test"))
    )
    assert all(f["title"] and f["alt"] and f["table"] and f["figure"]["data"] for f in figures)
    assert run.checkpoint_sha256 is None
    assert run.provenance.dataset_sha256 == stack.datasets.get(run.dataset_id).content_sha256
    assert {"scikit-learn", "numpy", "pandas"} <= set(run.provenance.libraries)


@pytest.mark.parametrize(("model", "task"), EVERY_MODEL)
def test_the_stored_model_gives_the_stored_scores_again(stack: Stack, model: str, task: LearningTask) -> None:
    run = trained(stack, model, task)
    assert run.result is not None
    assert run.artifacts.split is not None
    _, path, sha256 = stack.runs.model_file(run.id)
    assert sha256 == run.artifacts.model
    stored = joblib.load(path)
    with np.load(io.BytesIO(stack.storage.artifacts.load_bytes(run.artifacts.split))) as split:
        rows = split["test"]
        assert sorted(np.concatenate(list(split.values())).tolist()) == list(range(600))
    content_sha256 = stack.datasets.get(run.dataset_id).content_sha256
    assert content_sha256 is not None
    frame = read_frame(stack.storage.artifacts.verified_file(content_sha256)).iloc[rows]
    predicted = stored["pipeline"].predict(frame)
    scores = {score.metric: score.value for score in run.result.scores if score.split is Split.TEST}
    if task is LearningTask.CLASSIFICATION:
        assert stored["labels"] == run.result.labels == ("large", "medium", "small")
        hits = np.array(stored["labels"])[predicted] == frame["kind"]
        assert hits.mean() == pytest.approx(scores["accuracy"], abs=1e-12)
    else:
        error = np.sqrt(np.mean((predicted - frame["weight"]) ** 2))
        assert error == pytest.approx(scores["rmse"], rel=1e-12)  # float summation order


_RUN_SCRIPTS = """
import contextlib, os, runpy, sys
import sklearn.ensemble, sklearn.neural_network
for folder in sys.argv[2:]:
    if os.fork() == 0:
        sys.argv = ["script.py", sys.argv[1]]
        with open(folder + "/out", "w") as out, contextlib.redirect_stdout(out):
            runpy.run_path(folder + "/script.py", run_name="__main__")
        os._exit(0)
    if os.wait()[1]:
        sys.exit("failed: " + folder)
"""
"""One fresh interpreter that sees the standard places alone; the scripts share its imports and nothing else."""


@pytest.fixture(scope="module")
def script_outputs(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, LearningTask], str]:
    """What the downloadable script of each model prints, far from Praxis."""
    folder = tmp_path_factory.mktemp("elsewhere")
    runs = {(model, task): trained(stack, model, task) for model, task in EVERY_MODEL}
    _, dataset = stack.datasets.export(next(iter(runs.values())).dataset_id)
    for number, run in enumerate(runs.values()):
        (folder / str(number)).mkdir()
        (folder / str(number) / "script.py").write_text(stack.runs.script(run.id), encoding="utf-8")
    folders = [str(folder / str(number)) for number in range(len(runs))]
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "-c", _RUN_SCRIPTS, str(dataset), *folders],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {key: (Path(where) / "out").read_text() for key, where in zip(runs, folders, strict=True)}


@pytest.mark.parametrize(("model", "task"), EVERY_MODEL)
def test_the_script_prints_the_scores_of_the_run(
    stack: Stack, script_outputs: dict[tuple[str, LearningTask], str], model: str, task: LearningTask
) -> None:
    run = trained(stack, model, task)
    assert run.result is not None
    value = {(score.split, score.metric): score.value for score in run.result.scores}
    printed = ("accuracy", "f1") if task is LearningTask.CLASSIFICATION else ("rmse", "r2")
    assert script_outputs[model, task].splitlines() == [
        f"{split} {metric} {value[split, metric]:.6f}"
        for split, metric in itertools.product((Split.VALIDATION, Split.TEST), printed)
    ]


def test_the_same_request_gives_the_same_numbers_again(stack: Stack) -> None:
    first = trained(stack, "random_forest", LearningTask.CLASSIFICATION)
    again = stack.wait_until(stack.runs.retry(first.id).id, RunStatus.FINISHED)
    assert first.result is not None
    assert again.result is not None
    assert again.result.scores == first.result.scores
    assert again.provenance.split_sha256 == first.provenance.split_sha256
    assert (again.parent_id, again.config) == (first.id, first.config)
    assert again.artifacts.evaluation == first.artifacts.evaluation


def test_the_storage_has_no_say_in_the_scores(stack: Stack, each_stack: Stack) -> None:
    here, there = stack.undisturbed(), each_stack.undisturbed()
    assert here.result is not None
    assert there.result is not None
    assert here.result.scores == there.result.scores
    assert stack.points(here.id) == each_stack.points(there.id)
    assert here.artifacts.model == there.artifacts.model


# --- Steering --------------------------------------------------------------------------------------------------------


def test_a_stopped_run_ends_within_three_seconds_and_keeps_its_best(each_stack: Stack) -> None:
    stack = each_stack
    stack.undisturbed()  # the worker is warm
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    asked = utc_now()
    stack.runs.stop(run.id)
    stopped = stack.wait_until(run.id, RunStatus.STOPPED)
    assert stopped.finished_at is not None
    assert (stopped.finished_at - asked).total_seconds() < 3
    assert stopped.result is not None
    assert stopped.progress.best is not None
    assert stopped.result.stop_reason == "stopped by a person"
    assert stopped.result.final_step == stopped.progress.best.step <= stopped.progress.step < SLOW_EPOCHS
    assert (stopped.command, stopped.checkpoint_sha256) == (None, None)
    _, path, _ = stack.runs.model_file(run.id)
    frame = read_frame(stack.storage.artifacts.verified_file(run.provenance.dataset_sha256))
    assert joblib.load(path)["pipeline"].predict(frame).shape == (600,)
    with pytest.raises(Conflict):
        stack.runs.stop(run.id)


def test_the_best_of_a_stopped_run_scores_as_its_point_did(stack: Stack) -> None:
    stack.worker()
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    stack.runs.stop(run.id)
    stopped = stack.wait_until(run.id, RunStatus.STOPPED)
    assert stopped.result is not None
    scores = {score.metric: score.value for score in stopped.result.scores if score.split is Split.VALIDATION}
    at_best = {
        name: value
        for name, split, step, value in stack.points(run.id)
        if split is Split.VALIDATION and step == stopped.result.final_step
    }
    assert {"loss", "f1", "accuracy"} <= at_best.keys() <= scores.keys()
    assert {name: scores[name] for name in at_best} == pytest.approx(at_best, abs=1e-9)


def test_a_run_stopped_in_the_queue_never_starts(stack: Stack) -> None:
    stack.worker()
    busy = stack.wait_for_checkpoint(stack.start_slow().id)
    waiting = stack.start()
    stopped = stack.runs.stop(waiting.id)
    assert (stopped.status, stopped.result, stopped.started_at) == (RunStatus.STOPPED, None, None)
    stack.runs.stop(busy.id)
    stack.wait_until(busy.id, RunStatus.STOPPED)
    assert stack.wait_until(stack.start().id, RunStatus.FINISHED)  # its job went by in between
    assert stack.runs.get(waiting.id) == stopped
    assert stack.points(waiting.id) == []


def test_a_paused_run_frees_its_worker_and_goes_on_at_the_same_step(each_stack: Stack) -> None:
    stack = each_stack
    undisturbed = stack.undisturbed()
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    stack.runs.pause(run.id)
    paused = stack.wait_until(run.id, RunStatus.PAUSED)
    assert paused.checkpoint_sha256 is not None
    points = stack.points(run.id)
    assert max(step for _, _, step, _ in points) == paused.progress.step < SLOW_EPOCHS
    assert stack.wait_until(stack.start().id, RunStatus.FINISHED)
    assert stack.runs.get(run.id) == paused
    stack.runs.resume(run.id)
    finished = stack.wait_until(run.id, RunStatus.FINISHED)
    assert_same_end(stack, finished, undisturbed)
    assert (finished.attempt, finished.losses) == (2, 0)
    assert finished.progress.elapsed_s > paused.progress.elapsed_s


def test_a_paused_run_can_be_stopped_and_keeps_its_best(stack: Stack) -> None:
    stack.worker()
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    stack.runs.pause(run.id)
    paused = stack.wait_until(run.id, RunStatus.PAUSED)
    stack.runs.stop(run.id)
    stopped = stack.wait_until(run.id, RunStatus.STOPPED)
    assert stopped.result is not None
    assert paused.progress.best is not None
    assert stopped.result.final_step == paused.progress.best.step
    assert stack.runs.model_file(run.id)


def test_a_learning_curve_cannot_be_paused(stack: Stack) -> None:
    with stack.storage.write() as unit:
        run = unit.runs.add(
            make_run(
                stack.ready(make_csv()),
                config=make_run().config.model_copy(update={"model": "k_neighbors"}),
                status=RunStatus.RUNNING,
                heartbeat_at=utc_now(),
                progress=RunProgress(can_resume=False),
            )
        )
    with pytest.raises(Conflict) as caught:
        stack.runs.pause(run.id)
    assert caught.value.message == "Nearest neighbours is trained in pieces that cannot be paused."
    assert stack.runs.get(run.id) == run
    with stack.storage.write() as unit:
        unit.runs.update(run.id, expect=[RunStatus.RUNNING], status=RunStatus.FAILED)


@pytest.mark.parametrize("action", ["stop", "pause", "resume"])
def test_a_finished_run_cannot_be_steered(stack: Stack, action: str) -> None:
    run = stack.finished()
    with pytest.raises(Conflict):
        getattr(stack.runs, action)(run.id)
    assert stack.runs.get(run.id) == run


# --- Deliveries ------------------------------------------------------------------------------------------------------


def test_a_second_delivery_trains_nothing(stack: Stack) -> None:
    run = stack.finished()
    points, log = stack.points(run.id), stack.log_of(run.id)
    stack.wiring.queue.enqueue(training_job(run, stack.settings))
    wait_for(lambda: not stack.wiring.queue.is_waiting(training_job(run, stack.settings)))
    assert stack.wait_until(stack.start().id, RunStatus.FINISHED)
    assert stack.runs.get(run.id) == run
    assert (stack.points(run.id), stack.log_of(run.id)) == (points, log)


def test_a_delivery_during_the_training_changes_nothing(stack: Stack) -> None:
    undisturbed = stack.undisturbed()
    second = stack.start_worker()
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    stack.wiring.queue.enqueue(training_job(run, stack.settings))
    with redis.Redis.from_url(stack.settings.redis_url.get_secret_value()) as client:
        cpu = rq.Queue("cpu", connection=client, serializer=JSONSerializer)
        assert cpu.count == 0  # the queue itself knows better; a broken one might not
        cpu.enqueue_call("workers.train.run_training", args=(run.id, run.attempt), result_ttl=0)
        wait_for(lambda: cpu.count == 0, what="the second delivery")
    finished = stack.wait_until(run.id, RunStatus.FINISHED)
    assert_same_end(stack, finished, undisturbed)
    assert (finished.attempt, finished.worker) == (1, run.worker)
    assert Counter(stack.log_of(run.id))[f"Finished after {SLOW_EPOCHS} epochs."] == 1
    second.end()


def test_a_job_without_a_row_does_no_harm(stack: Stack) -> None:
    worker = stack.worker()
    for kind in JobKind:
        job = Job(kind=kind, subject_id=new_id(), attempt=1, queue=QueueName.CPU, timeout_s=60)
        stack.wiring.queue.enqueue(job)
    assert stack.wait_until(stack.start().id, RunStatus.FINISHED)
    assert "Traceback" not in worker.log


def test_a_submission_while_redis_is_away_is_kept_and_delivered_later(stack: Stack) -> None:
    stack.worker()
    request = stack.request()
    away = RQJobQueue(f"redis://127.0.0.1:{servers.free_port()}/0")
    run = RunService(storage=stack.storage, queue=away, settings=stack.settings).start(request)
    assert stack.runs.get(run.id).status is RunStatus.QUEUED
    assert stack.wait_until(run.id, RunStatus.FINISHED, sweeping=True).attempt == 1


def test_a_job_that_redis_forgot_is_delivered_again(stack: Stack) -> None:
    request = stack.request()
    worker = stack.worker()
    os.kill(worker.process.pid, 19)  # SIGSTOP: nobody takes the job
    run = stack.runs.start(request)
    with redis.Redis.from_url(stack.settings.redis_url.get_secret_value()) as client:
        client.delete("rq:queue:cpu", f"rq:job:{training_job(run, stack.settings).id}")
    os.kill(worker.process.pid, 18)
    assert stack.wait_until(run.id, RunStatus.FINISHED, sweeping=True).attempt == 1


# --- Failing well ----------------------------------------------------------------------------------------------------


def fail(stack: Stack, csv: str, *, target: str, **changes: object) -> Run:
    run = stack.start(dataset_id=stack.ready(csv).id, target=target, **changes)
    return stack.wait_until(run.id, RunStatus.FAILED)


def test_a_class_of_one_row_fails_with_its_name_and_leaves_no_files(stack: Stack) -> None:
    csv = make_csv(60) + "170,60,red,2020-01-01,True,40.5,huge\n"
    run = fail(stack, csv, target="kind")
    assert run.error is not None
    assert run.error.code == "unsuitable_data"
    assert run.error.message == "The class 'huge' has 1 row; the stratified split needs at least 3, one for each part."
    assert run.error.hint
    assert (run.artifacts, run.result, run.checkpoint_sha256) == (RunArtifacts(), None, None)
    assert stack.points(run.id) == []
    assert stack.log_of(run.id)[-1] == run.error.message


def test_a_table_of_prose_fails_with_an_explanation(stack: Stack) -> None:
    rows = "\n".join(f"note number {i} says {i * 7919 % 1_000_003} things,{'ab'[i % 2]}" for i in range(200))
    run = fail(stack, f"text,kind\n{rows}\n", target="kind")
    assert run.error is not None
    assert (run.error.code, run.error.message) == ("unsuitable_data", "No column is left to predict 'kind' from.")
    assert run.artifacts == RunArtifacts()


def test_a_constant_target_is_refused_at_once_and_by_the_worker(stack: Stack) -> None:
    csv = make_csv(60).replace("small", "large").replace("medium", "large")
    dataset = stack.ready(csv)
    with pytest.raises(UserInputError, match="'kind' has the same value in every row"):
        stack.start(dataset_id=dataset.id)
    config = stack.finished().config
    with stack.storage.write() as unit:
        run = unit.runs.add(make_run(dataset, config=config, heartbeat_at=utc_now()))
    stack.wiring.queue.enqueue(training_job(run, stack.settings))
    failed = stack.wait_until(run.id, RunStatus.FAILED)
    assert failed.error is not None
    assert failed.error.message == "The target 'kind' has the same value 'large' in every row."
    assert failed.artifacts == RunArtifacts()


def test_a_run_that_takes_too_long_is_ended_with_an_explanation(stack: Stack) -> None:
    stack.worker()
    hurried = stack.settings.model_copy(update={"train_timeout_s": 1})
    service = RunService(storage=stack.storage, queue=stack.wiring.queue, settings=hurried)
    run = service.start(stack.request(**{**SLOW_MODEL, "params": {"layers": "large", "epochs": 500, "batch_size": 8}}))
    failed = stack.wait_until(run.id, RunStatus.FAILED)
    assert failed.error is not None
    assert failed.error.code == "timeout"
    assert failed.error.message == "The work took longer than it may and was ended."
    assert (failed.artifacts, failed.checkpoint_sha256) == (RunArtifacts(), None)
    assert stack.wait_until(stack.start().id, RunStatus.FINISHED)


# --- The GPU queue ---------------------------------------------------------------------------------------------------


def test_a_worker_for_gpus_starts_a_new_interpreter_for_each_job(stack: Stack) -> None:
    undisturbed = stack.undisturbed()
    away = RQJobQueue(f"redis://127.0.0.1:{servers.free_port()}/0")
    run = RunService(storage=stack.storage, queue=away, settings=stack.settings).start(stack.request(**SLOW_MODEL))
    job = training_job(run, stack.settings)
    worker = stack.start_worker("gpu")
    stack.wiring.queue.enqueue(Job(**{**vars(job), "queue": QueueName.GPU}))
    horse = wait_for(lambda: worker.horse_pid, what="the job's process")
    wait_for(lambda: b"horse" in Path(f"/proc/{horse}/cmdline").read_bytes().split(b"\0"), what="a new interpreter")
    finished = stack.wait_until(run.id, RunStatus.FINISHED)
    assert_same_end(stack, finished, undisturbed)
    assert worker.end() == 0


def assert_same_end(stack: Stack, run: Run, undisturbed: Run) -> None:
    """Scores, curves and predictions are those of the training that nobody disturbed."""
    assert run.result is not None
    assert undisturbed.result is not None
    assert run.result.scores == undisturbed.result.scores
    assert run.result.final_step == undisturbed.result.final_step
    assert run.artifacts.evaluation == undisturbed.artifacts.evaluation
    assert stack.points(run.id) == stack.points(undisturbed.id)
