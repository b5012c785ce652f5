"""The callback that tells the world how a training goes, and tells the training what people ask of it."""

import math
import time
from collections.abc import Callable
from enum import StrEnum

from core.errors import Unavailable
from core.records import Best
from core.resampling import FoldScores
from core.types import MetricPoint, RunCommand, Severity, Split
from models.training import Callback, StepEnd, Trainer
from workers.checkpoints import Checkpoint, CheckpointKeeper
from workers.noticing import Noticer
from workers.reporter import RunReporter


class StopReason(StrEnum):
    """Why a training ended before its last step."""

    STOPPED = "stopped by a person"
    PAUSED = "paused"
    SUSPENDED = "the worker shuts down"
    DISPLACED = "another attempt took over"


class Follower(Callback):
    """Reports every step, remembers the best one, saves checkpoints and passes commands on.

    The best step is the one with the lowest validation loss: the number that every task has, and that moves before
    accuracy does.
    """

    def __init__(
        self,
        reporter: RunReporter,
        keeper: CheckpointKeeper,
        *,
        noticer: Noticer,
        trainer: Trainer,
        primary_metric: str,
        checkpoint: Checkpoint | None,
        is_suspended: Callable[[], bool],
    ) -> None:
        self._reporter = reporter
        self._keeper = keeper
        self._noticer = noticer
        self._primary_metric = primary_metric
        self._lowest_loss = float("inf") if checkpoint is None else checkpoint.lowest_loss
        self._elapsed_before_s = 0.0 if checkpoint is None else checkpoint.elapsed_s
        self._started = time.monotonic()
        self._first_step = trainer.step
        self._is_suspended = is_suspended
        self.trainer = trainer
        self.best: Best | None = None if checkpoint is None else checkpoint.best
        self.folds: tuple[FoldScores, ...] = () if checkpoint is None else checkpoint.folds

    @property
    def elapsed_s(self) -> float:
        """Time spent training, over all attempts."""
        return self._elapsed_before_s + time.monotonic() - self._started

    def checkpoint(self) -> Checkpoint:
        """The present state."""
        return Checkpoint(
            trainer=self.trainer,
            best=self.best,
            lowest_loss=self._lowest_loss,
            elapsed_s=self.elapsed_s,
            folds=self.folds,
        )

    def on_step_end(self, end: StepEnd) -> None:
        """Report the step, then look for reasons to end."""
        self._note_best(end)
        self._reporter.add_points(
            [
                MetricPoint(step=end.step, name=name, split=split, value=value)
                for (split, name), value in end.scores.items()
            ]
        )
        spent_s = time.monotonic() - self._started
        steps_left = end.total - end.step
        steps_done = max(end.step - self._first_step, 1)
        self._reporter.update(
            step=end.step,
            total_steps=end.total,
            fraction=end.step / end.total,
            eta_s=round(spent_s / steps_done * steps_left, 1),
            elapsed_s=round(self.elapsed_s, 2),
            best=self.best,
        )
        self._noticer.add(end)
        self._pass_commands_on(end)
        if not end.stop_reason and self.trainer.can_resume and self._keeper.is_due:
            self._save_checkpoint()

    def on_train_end(self, trainer: Trainer, stop_reason: str) -> None:
        """Look at the whole once more, unless it goes on later or elsewhere."""
        del trainer
        if stop_reason in ("", StopReason.STOPPED):
            self._noticer.look(is_over=True, was_stopped=bool(stop_reason))

    def on_fold(self, folds: tuple[FoldScores, ...]) -> None:
        """Remember what the cross-validation has done, and save it when it is time to."""
        self.folds = folds
        if self.trainer.can_resume and self._keeper.is_due:
            self._save_checkpoint()

    def interruption(self) -> str:
        """Why work after the training has to end now; empty to go on."""
        if self._reporter.is_displaced:
            return StopReason.DISPLACED
        if self._reporter.command is RunCommand.STOP:
            return StopReason.STOPPED
        if self._reporter.command is RunCommand.PAUSE and self.trainer.can_resume:
            return StopReason.PAUSED
        return StopReason.SUSPENDED if self._is_suspended() else ""

    def _save_checkpoint(self) -> None:
        try:
            # A training that goes on from here does not tell its earlier points again.
            self._reporter.flush()
            self._keeper.save(self.checkpoint())
        except Unavailable as error:
            # The training itself is well; only the way back is longer if it dies now.
            self._keeper.put_off()
            self._reporter.log(f"No checkpoint: {error.message} The training goes on.", Severity.WARNING)

    def _note_best(self, end: StepEnd) -> None:
        loss = end.scores[Split.VALIDATION, "loss"]
        value = end.scores[Split.VALIDATION, self._primary_metric]
        if not (math.isfinite(loss) and math.isfinite(value)):
            return
        if loss < self._lowest_loss or self.best is None:
            self._lowest_loss = loss
            self.trainer.mark_best()
            self.best = Best(metric=self._primary_metric, step=end.step, value=value)

    def _pass_commands_on(self, end: StepEnd) -> None:
        if self._reporter.is_displaced:
            end.request_stop(StopReason.DISPLACED)
        elif self._reporter.command is RunCommand.STOP:
            end.request_stop(StopReason.STOPPED)
        elif end.step >= end.total:
            return  # nothing is left to pause
        elif self._reporter.command is RunCommand.PAUSE and self.trainer.can_resume:
            end.request_stop(StopReason.PAUSED)
        elif self._is_suspended():
            end.request_stop(StopReason.SUSPENDED)
