"""The training job: an id in, nothing out. Everything it learns goes into the run's row, metrics, log and artifacts."""

import logging
import signal
import warnings
from typing import Any

from core.errors import Conflict, NotFound
from core.ids import utc_now
from core.records import TRAINING_STAGE, ErrorRecord, Run, RunArtifacts
from core.resampling import Resampling
from core.types import MetricPoint, RunCommand, RunStatus, Severity
from core.wording import steps
from models.training import train
from workers.checkpoints import Checkpoint, CheckpointKeeper, delete_checkpoint
from workers.conclusion import conclude
from workers.context import WorkerContext, current
from workers.edge import Displaced, Suspended, run_to_the_edge
from workers.following import Follower, StopReason
from workers.noticing import Noticer
from workers.preparing import prepare
from workers.preparing.prepared import Prepared
from workers.recovery import Recovery
from workers.reporter import RunReporter
from workers.resampling import CrossValidator, Plan, plan_folds, with_resampling

logger = logging.getLogger(__name__)


def run_training(run_id: str, attempt: int) -> None:
    """Train the run if it waits for this delivery; a second delivery finds it taken and changes nothing."""
    context = current()
    try:
        with context.storage.write() as unit:
            run = unit.runs.get(run_id)
            run = unit.runs.update(
                run_id,
                expect=[RunStatus.QUEUED],
                at_attempt=attempt,
                status=RunStatus.RUNNING,
                worker=context.name,
                heartbeat_at=utc_now(),
                commanded_at=None,  # patience with a stop begins when somebody is there to hear it
                started_at=run.started_at or utc_now(),
            )
    except Conflict:
        return
    except NotFound as error:
        logger.warning("job dropped: %s", error.message)
        return
    run_to_the_edge(
        lambda: _Training(context, run).execute(),
        fail=lambda error: _fail(context, run, error),
        try_again=lambda error: Recovery.of(context).recover(run, reason=error, at_once=False),
        what=f"run {run_id}",
    )


class _Training:
    """One attempt of one run, from its row to its end."""

    def __init__(self, context: WorkerContext, run: Run) -> None:
        self._context = context
        self._run = run
        self._keeper = CheckpointKeeper(context.storage, run, interval_s=context.settings.checkpoint_interval_s)
        self._is_suspended = False

    def execute(self) -> None:
        # A worker that shuts down asks its job to save and to go back into the queue.
        signal.signal(signal.SIGUSR1, self._suspend)
        with RunReporter(self._context.storage, self._run) as reporter, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            checkpoint = self._load_checkpoint(reporter)
            if checkpoint is None and reporter.command is RunCommand.STOP:
                self._leave(reporter, RunStatus.STOPPED)
                return
            prepared = prepare(self._context, self._run, reporter)
            plan = plan_folds(prepared)  # what cannot be divided is refused before anything is trained
            stop_reason, follower = self._train(prepared, checkpoint, reporter)
            _log_warnings(caught, reporter)
            resampling = None
            if plan is not None and not stop_reason:
                stop_reason, resampling = self._cross_validate(prepared, plan, follower, reporter)
                _log_warnings(caught, reporter)
            if stop_reason in (StopReason.PAUSED, StopReason.SUSPENDED):
                reporter.flush()
                self._keeper.save(follower.checkpoint())
                self._leave(reporter, RunStatus.PAUSED if stop_reason == StopReason.PAUSED else RunStatus.QUEUED)
            else:
                self._finish(prepared, follower, stop_reason, reporter, resampling)

    def _load_checkpoint(self, reporter: RunReporter) -> Checkpoint | None:
        """The checkpoint; one that cannot be opened any more only costs the time to start again."""
        try:
            return self._keeper.load()
        except (NotFound, AttributeError, ImportError, TypeError, ValueError, EOFError) as error:
            reason = error.message if isinstance(error, NotFound) else "It was written by another version."
            reporter.log(f"The checkpoint cannot be used: {reason} Starting again.", Severity.WARNING)
            return None

    def _suspend(self, *_: object) -> None:
        self._is_suspended = True

    def _train(self, prepared: Prepared, checkpoint: Checkpoint | None, reporter: RunReporter) -> tuple[str, Follower]:
        if checkpoint is None:
            trainer = prepared.new_trainer()
        else:
            trainer = checkpoint.trainer
            trainer.attach(prepared.data)
        reporter.update(
            stage=TRAINING_STAGE, step_name=trainer.step_name, total_steps=trainer.total, can_resume=trainer.can_resume
        )
        follower = Follower(
            reporter,
            self._keeper,
            noticer=Noticer(prepared, reporter, trainer, earlier=self._points_before(trainer.step)),
            trainer=trainer,
            primary_metric=prepared.primary_metric,
            checkpoint=checkpoint,
            is_suspended=lambda: self._is_suspended,
        )
        if reporter.command is RunCommand.STOP and checkpoint is not None and not trainer.is_done:
            return StopReason.STOPPED, follower
        stop_reason = train(trainer, prepared.score, [follower])
        if stop_reason == StopReason.DISPLACED:
            raise Displaced
        return stop_reason, follower

    def _points_before(self, step: int) -> tuple[MetricPoint, ...]:
        """What an earlier attempt has told of the curves, if this one goes on from there."""
        if not step:
            return ()
        with self._context.storage.read() as unit:
            return unit.metrics.list_since(self._run.id)

    def _cross_validate(
        self, prepared: Prepared, plan: Plan, follower: Follower, reporter: RunReporter
    ) -> tuple[str, Resampling | None]:
        """Why the run has to leave now, or the result; a person who stops here keeps the folds that are done."""
        validator = CrossValidator(
            prepared,
            plan,
            reporter,
            n_jobs=self._context.settings.n_jobs,
            done=follower.folds,
            interruption=follower.interruption,
            on_fold=follower.on_fold,
        )
        reason = validator.run()
        if reason == StopReason.DISPLACED:
            raise Displaced
        if reason in (StopReason.PAUSED, StopReason.SUSPENDED):
            return reason, None
        if reason:
            reporter.log(f"Cross-validation stopped after {len(validator.done)} of {len(plan.folds)} folds.")
        return "", validator.result(is_stopped=bool(reason))

    def _finish(
        self,
        prepared: Prepared,
        follower: Follower,
        stop_reason: str,
        reporter: RunReporter,
        resampling: Resampling | None,
    ) -> None:
        stopped = stop_reason == StopReason.STOPPED
        trainer = follower.trainer
        keeps_best = stopped and follower.best is not None
        estimator = trainer.best_estimator() if keeps_best else trainer.estimator()
        step = follower.best.step if keeps_best and follower.best else trainer.step
        result, artifacts = conclude(
            self._context,
            prepared,
            estimator=estimator,
            step=step,
            stop_reason=stop_reason,
            reporter=reporter,
            duration_s=follower.elapsed_s,
        )
        if resampling is not None:
            result, artifacts = with_resampling(self._context, resampling, result, artifacts)
        reporter.update(stage="Stopped" if stopped else "Finished", fraction=1.0, eta_s=None)
        reached = steps(step, trainer.step_name)
        reporter.log(f"Stopped; the best state, after {reached}, is kept." if stopped else f"Finished after {reached}.")
        reporter.close()
        self._end(
            RunStatus.STOPPED if stopped else RunStatus.FINISHED,
            result=result,
            artifacts=artifacts,
            provenance=prepared.provenance,
        )

    def _leave(self, reporter: RunReporter, status: RunStatus) -> None:
        """End this attempt without a result: paused, suspended, or stopped before there was anything to keep."""
        if status is RunStatus.QUEUED:
            reporter.log("The worker shuts down; the run goes on where it stands when a worker is back.")
            reporter.close()
            run = self._run_now()
            if run.attempt != self._run.attempt:
                raise Displaced
            with self._context.storage.write() as unit:
                unit.runs.requeue(run, expect=[RunStatus.RUNNING])
            raise Suspended
        if status is RunStatus.PAUSED:
            reporter.update(stage="Paused", eta_s=None)
            reporter.log("Paused.")
        else:
            reporter.update(stage="Stopped", eta_s=None)
            reporter.log("Stopped before the first point; nothing was learned.", Severity.WARNING)
        reporter.close()
        if status is RunStatus.PAUSED:
            self._pause()
        else:
            self._end(status)

    def _pause(self) -> None:
        """Pause, unless a person has pressed Stop meanwhile: then the next attempt scores what was just saved."""
        try:
            self._end(RunStatus.PAUSED, unless_command=RunCommand.STOP)
        except Conflict:
            run = self._run_now()
            if run.attempt != self._run.attempt or run.command is not RunCommand.STOP:
                raise
            with self._context.storage.write() as unit:
                unit.runs.requeue(run, expect=[RunStatus.RUNNING])

    def _run_now(self) -> Run:
        with self._context.storage.read() as unit:
            return unit.runs.get(self._run.id)

    def _end(self, status: RunStatus, **changes: Any) -> None:
        """The last write of this attempt: from here on the row says what happened."""
        is_over = status.is_terminal
        checkpoint = self._run_now().checkpoint_sha256
        if is_over:
            changes["checkpoint_sha256"] = None
        with self._context.storage.write() as unit:
            unit.runs.update(
                self._run.id,
                expect=[RunStatus.RUNNING],
                at_attempt=self._run.attempt,
                status=status,
                command=None,
                commanded_at=None,
                finished_at=utc_now() if is_over else None,
                error=None,
                **changes,
            )
        if is_over and checkpoint:
            delete_checkpoint(self._context.storage, checkpoint)


def _fail(context: WorkerContext, run: Run, error: ErrorRecord) -> None:
    try:
        with context.storage.write() as unit:
            checkpoint = unit.runs.get(run.id).checkpoint_sha256
            unit.runs.update(
                run.id,
                expect=[RunStatus.RUNNING],
                at_attempt=run.attempt,
                status=RunStatus.FAILED,
                command=None,
                error=error,
                artifacts=RunArtifacts(),
                checkpoint_sha256=None,
                finished_at=utc_now(),
            )
            unit.logs.append(run.id, error.message, level=Severity.SERIOUS)
    except Conflict:
        return
    if checkpoint:
        delete_checkpoint(context.storage, checkpoint)


def _log_warnings(caught: list[warnings.WarningMessage], reporter: RunReporter) -> None:
    for text in dict.fromkeys(str(warning.message).split("\n")[0] for warning in caught):
        reporter.log(text[:500], Severity.WARNING)
    caught.clear()
