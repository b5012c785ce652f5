"""What happens to work when processes die: nothing that was committed is lost, and the numbers stay the same."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.errors import Conflict
from core.ids import utc_now
from core.jobs import JobKind
from core.records import Run
from core.types import RunCommand, RunStatus
from tests.factories import make_csv, make_point, make_run
from tests.stacks import Stack, WorkerProcess, is_alive, wait_for
from workers.context import WorkerContext
from workers.worker import processor_seconds, vouch


@pytest.fixture
def worker(stack: Stack) -> Iterator[WorkerProcess]:
    """The only living worker, so that the test knows whose job it is."""
    yield stack.worker()
    stack.end_workers()


def kill_horse(worker: WorkerProcess) -> None:
    horse = wait_for(lambda: worker.horse_pid, what="the job's process")
    os.kill(horse, signal.SIGKILL)


def assert_same_end(stack: Stack, run: Run, undisturbed: Run) -> None:
    """Scores, curves and predictions are those of the training that nobody disturbed: no gap, nothing twice."""
    assert run.result is not None
    assert undisturbed.result is not None
    assert run.result.scores == undisturbed.result.scores
    assert stack.points(run.id) == stack.points(undisturbed.id)
    assert run.artifacts.evaluation == undisturbed.artifacts.evaluation
    assert (run.checkpoint_sha256, run.error, run.command) == (None, None, None)


def test_a_killed_job_goes_on_from_its_checkpoint_to_the_same_end(each_stack: Stack) -> None:
    stack = each_stack
    undisturbed = stack.undisturbed()
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    kill_horse(stack.worker())
    finished = stack.wait_until(run.id, RunStatus.FINISHED)
    assert (finished.attempt, finished.losses) == (2, 1)
    assert_same_end(stack, finished, undisturbed)
    log = stack.log_of(run.id)
    assert "The process of this job was ended from outside (SIGKILL)." in log
    assert "Taken up again from its last checkpoint (attempt 2)." in log
    assert finished.started_at == run.started_at


def test_a_job_killed_right_after_a_checkpoint_leaves_no_gap(stack: Stack, worker: WorkerProcess) -> None:
    undisturbed = stack.undisturbed()
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    horse = worker.horse_pid
    assert horse is not None
    wait_for(lambda: stack.runs.get(run.id).checkpoint_sha256 != run.checkpoint_sha256, what="the next checkpoint")
    os.kill(horse, signal.SIGKILL)
    assert_same_end(stack, stack.wait_until(run.id, RunStatus.FINISHED), undisturbed)


def test_a_killed_worker_takes_its_job_along_and_the_sweeper_brings_the_run_back(
    stack: Stack, worker: WorkerProcess
) -> None:
    undisturbed = stack.undisturbed()
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    horse = worker.horse_pid
    assert horse is not None
    worker.kill()
    wait_for(lambda: not is_alive(horse), patience_s=5, what="the end of the job's process")
    assert stack.runs.get(run.id).status is RunStatus.RUNNING
    stack.start_worker()
    finished = stack.wait_until(run.id, RunStatus.FINISHED, sweeping=True)
    assert (finished.attempt, finished.losses) == (2, 1)
    assert f"Worker {run.worker} disappeared." in stack.log_of(run.id)
    assert_same_end(stack, finished, undisturbed)


def test_a_run_that_kills_every_worker_stays_lost_with_an_explanation(stack: Stack, worker: WorkerProcess) -> None:
    undisturbed = stack.undisturbed()
    run = stack.start_slow()
    for attempt in (1, 2, 3):
        stack.wait_for_checkpoint(run.id, attempt=attempt)
        kill_horse(worker)
    lost = stack.wait_until(run.id, RunStatus.LOST)
    wait_for(lambda: stack.runs.get(run.id).losses == 3)
    stack.recovery.sweep()
    lost = stack.runs.get(run.id)
    assert (lost.status, lost.attempt, lost.losses) == (RunStatus.LOST, 3, 3)
    assert lost.error is not None
    assert lost.error.message == "The process of this job was ended from outside (SIGKILL)."
    assert lost.error.hint
    stack.runs.resume(run.id)
    assert_same_end(stack, stack.wait_until(run.id, RunStatus.FINISHED), undisturbed)


def test_a_worker_that_is_told_to_end_hands_its_run_to_the_next(stack: Stack, worker: WorkerProcess) -> None:
    undisturbed = stack.undisturbed()
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    assert worker.end() == 0
    queued = stack.runs.get(run.id)
    assert (queued.status, queued.attempt, queued.losses) == (RunStatus.QUEUED, 2, 0)
    assert queued.checkpoint_sha256 is not None
    stack.start_worker()
    finished = stack.wait_until(run.id, RunStatus.FINISHED, sweeping=True)
    assert_same_end(stack, finished, undisturbed)
    assert "The worker shuts down; the run goes on where it stands when a worker is back." in stack.log_of(run.id)


def test_a_worker_told_to_end_while_its_job_prepares_still_hands_it_on(stack: Stack, worker: WorkerProcess) -> None:
    undisturbed = stack.undisturbed()
    run = stack.start_slow()
    wait_for(lambda: stack.runs.get(run.id).status is RunStatus.RUNNING)
    assert worker.end() == 0
    queued = stack.runs.get(run.id)
    assert (queued.status, queued.losses) == (RunStatus.QUEUED, 0)
    stack.start_worker()
    assert_same_end(stack, stack.wait_until(run.id, RunStatus.FINISHED, sweeping=True), undisturbed)


def test_an_idle_worker_ends_at_once(stack: Stack) -> None:
    worker = stack.worker()
    stack.finished()
    started = time.monotonic()
    assert worker.end() == 0
    assert time.monotonic() - started < 5


def test_a_job_that_wakes_up_too_late_cannot_write_any_more(stack: Stack, worker: WorkerProcess) -> None:
    undisturbed = stack.undisturbed()
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    horse = worker.horse_pid
    assert horse is not None
    os.kill(horse, signal.SIGSTOP)
    try:
        stack.start_worker()
        finished = stack.wait_until(run.id, RunStatus.FINISHED, sweeping=True)
        points, log = stack.points(run.id), stack.log_of(run.id)
    finally:
        os.kill(horse, signal.SIGCONT)
    wait_for(lambda: not is_alive(horse), what="the end of the late job")
    assert stack.runs.get(run.id) == finished
    assert finished.attempt == 2
    assert (stack.points(run.id), stack.log_of(run.id)) == (points, log)
    assert_same_end(stack, finished, undisturbed)


def test_a_run_with_a_heartbeat_is_left_alone(stack: Stack, worker: WorkerProcess) -> None:
    del worker
    run = stack.wait_for_checkpoint(stack.start_slow().id)
    for _ in range(20):
        stack.recovery.sweep()
    assert stack.runs.get(run.id).attempt == 1
    assert stack.wait_until(run.id, RunStatus.FINISHED, sweeping=True).losses == 0


def add_silent(stack: Stack, **changes: object) -> Run:
    """A run whose worker has said nothing for an hour."""
    silent = {"status": RunStatus.RUNNING, "heartbeat_at": utc_now() - timedelta(hours=1), "worker": "gone:1"}
    config = stack.finished().config
    with stack.storage.write() as unit:
        return unit.runs.add(make_run(stack.ready(make_csv()), config=config, **{**silent, **changes}))


def test_several_sweepers_take_a_lost_run_up_once(stack: Stack, worker: WorkerProcess) -> None:
    del worker
    run = add_silent(stack)
    for _ in range(5):
        stack.recovery.recover(run)  # each read the row before any of the others acted
    finished = stack.wait_until(run.id, RunStatus.FINISHED)
    assert (finished.attempt, finished.losses) == (2, 1)


def test_a_worker_vouches_for_a_job_that_works_in_silence(stack: Stack) -> None:
    context = WorkerContext(settings=stack.settings, storage=stack.storage, queue=stack.wiring.queue, name="here")
    run = add_silent(stack, attempt=2)
    vouch(context, JobKind.TRAIN, run.id, 1)  # an attempt that was given up
    assert stack.runs.get(run.id).heartbeat_at == run.heartbeat_at
    vouch(context, JobKind.TRAIN, run.id, 2)
    stack.recovery.sweep()
    assert (stack.runs.get(run.id).status, stack.runs.get(run.id).attempt) == (RunStatus.RUNNING, 2)


def test_only_a_process_that_works_uses_the_processor() -> None:
    assert processor_seconds(os.getpid())[1] > 0
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert processor_seconds(gone.pid) == (gone.pid, 0.0)


def test_an_older_attempt_is_refused_every_write(stack: Stack) -> None:
    run = add_silent(stack, attempt=2)

    def write() -> None:
        with stack.storage.write() as unit:
            unit.metrics.append(run.id, [make_point()])
            unit.runs.update(run.id, expect=[RunStatus.RUNNING], at_attempt=1, heartbeat_at=utc_now())

    with pytest.raises(Conflict):
        write()
    assert stack.points(run.id) == []
    assert stack.runs.get(run.id) == run


def test_a_lost_run_that_was_asked_to_stop_gets_one_more_worker_and_not_any_number(stack: Stack) -> None:
    stopping = {"command": RunCommand.STOP, "commanded_at": utc_now()}
    scored = add_silent(stack, losses=2, **stopping)
    given_up = add_silent(stack, losses=3, **stopping)
    stack.end_workers()
    stack.recovery.sweep()
    assert stack.runs.get(scored.id).status is RunStatus.QUEUED
    assert stack.runs.get(given_up.id).status is RunStatus.LOST
    stack.recovery.sweep()
    assert stack.runs.get(given_up.id).status is RunStatus.LOST
    stack.worker()
    stack.wait_until(scored.id, RunStatus.STOPPED)
