"""Checkpoints: where a training stood, kept as one artifact that replaces the last."""

import io
import time
from dataclasses import dataclass
from typing import Any

import joblib

from core.errors import Conflict
from core.records import Best, Run
from core.resampling import FoldScores
from core.types import RunStatus
from models.training import Trainer
from storage.storage import Storage

COST_SHARE = 0.05
"""At most this part of the training time goes into checkpoints."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A training at the end of a step."""

    trainer: Trainer
    """Without its data."""
    best: Best | None
    lowest_loss: float
    """Validation loss of the best step."""
    elapsed_s: float
    folds: tuple[FoldScores, ...] = ()
    """Of the cross-validation after the training, those that are done."""


class CheckpointKeeper:
    """Saves and loads the checkpoint of one attempt of one run."""

    def __init__(self, storage: Storage, run: Run, *, interval_s: float) -> None:
        self._storage = storage
        self._run_id = run.id
        self._attempt = run.attempt
        self._sha256 = run.checkpoint_sha256
        self._interval_s = interval_s
        self._last = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether enough time has passed since the last one, given what it cost."""
        return time.monotonic() - self._last >= self._interval_s

    def save(self, checkpoint: Checkpoint) -> None:
        """Keep ``checkpoint`` instead of the last one.

        Raises:
            Conflict: Another attempt owns the run.
            Unavailable: There is no room; the last one stays.
        """
        started = time.monotonic()
        buffer = io.BytesIO()
        joblib.dump(checkpoint, buffer)
        sha256 = self._storage.artifacts.save_bytes(buffer.getvalue())
        previous, self._sha256 = self._sha256, sha256
        try:
            with self._storage.write() as unit:
                unit.runs.update(
                    self._run_id, expect=[RunStatus.RUNNING], at_attempt=self._attempt, checkpoint_sha256=sha256
                )
        except Conflict:
            delete_checkpoint(self._storage, sha256)
            raise
        if previous and previous != sha256:
            delete_checkpoint(self._storage, previous)
        self._last = time.monotonic()
        self._interval_s = max(self._interval_s, (self._last - started) / COST_SHARE)

    def put_off(self) -> None:
        """Try again after a while: there was no room."""
        self._last = time.monotonic()
        self._interval_s = max(2 * self._interval_s, 1.0)

    def load(self) -> Checkpoint | None:
        """The last checkpoint, its hash verified before it is opened; None when there is none.

        Raises:
            NotFound: The file is missing or damaged.
        """
        if self._sha256 is None:
            return None
        content = self._storage.artifacts.load_bytes(self._sha256)
        checkpoint: Any = joblib.load(io.BytesIO(content))
        assert isinstance(checkpoint, Checkpoint), "the hash in the run row is that of a checkpoint"
        return checkpoint


def delete_checkpoint(storage: Storage, sha256: str) -> None:
    """Remove the file unless a run still refers to it."""
    with storage.read() as unit:
        if unit.runs.checkpoint_in_use(sha256):
            return
    storage.artifacts.delete(sha256)
