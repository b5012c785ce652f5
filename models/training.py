"""The training loop and the two roles around it.

A ``Trainer`` knows how one kind of estimator learns step by step; a ``Callback`` reacts to steps and knows
nothing of how they come about. The loop between them stays the size of a textbook's.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from core.errors import OneClass, TrainingDiverged
from core.types import LearningTask, Split

FloatArray = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """Preprocessed rows. ``y`` holds class codes 0..n_classes-1, or floats for a regression.

    Where nothing is to be predicted (clustering, anomaly detection) it holds zeros: a reference is kept out of reach.
    For a forecast the rows are steps in time, the validation rows follow the training rows, and a NaN is an
    unknown value.
    """

    task: LearningTask
    X_train: FloatArray
    """Shape (n_train, n_features)."""
    y_train: npt.NDArray[Any]
    X_validation: FloatArray
    y_validation: npt.NDArray[Any]
    n_classes: int = 0
    """0 for a regression."""
    feature_names: tuple[str, ...] = ()
    """Names of the columns of ``X``; empty where nobody needs them."""
    categorical: tuple[int, ...] = ()
    """Columns of ``X`` that hold category codes for an estimator that handles them itself."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What an estimator says of some rows, beside the truth."""

    y_true: npt.NDArray[Any]
    """Shape (n_samples,)."""
    y_out: FloatArray
    """Probabilities of shape (n_samples, n_classes), predicted values of shape (n_samples,), or as ``core.outputs``."""
    X: FloatArray | None = None
    """The rows themselves, from a trainer whose task is scored by looking at them."""


class Trainer(ABC):
    """One training in progress.

    A pickled trainer is a checkpoint: it leaves out its rows and all that follows from them, and ``attach``
    gives it the same rows again. Values at a step depend on the seed and the rows alone, never on timing or
    on interruptions.
    """

    step_name: ClassVar[str]
    """What a step counts: "epoch", "trees", "iterations", "rows"."""
    can_resume: ClassVar[bool] = True
    """Whether a checkpoint saves work; otherwise a resumed training starts again."""

    step: int = 0
    """Where the training stands, in ``step_name`` units; 0 before the first ``advance``."""
    total: int
    """The step at which a training that nobody stops ends; falls when a method finds that it needs fewer."""
    data: TrainingData
    volatile: ClassVar[frozenset[str]] = frozenset({"data"})
    """Names of attributes that a checkpoint leaves out and ``attach`` restores."""

    def attach(self, data: TrainingData) -> None:
        """Give the trainer its rows: once after construction and once after each load of a checkpoint.

        Raises:
            OneClass: A classification whose training rows all belong to one class.
        """
        if data.task is LearningTask.CLASSIFICATION and (data.y_train == data.y_train[0]).all():
            raise OneClass(n_rows=len(data.y_train))
        self.data = data

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in self.volatile}

    @abstractmethod
    def advance(self) -> None:
        """Train up to the next point of the curve; ``step`` grows. Aims at well under a second a call."""

    @abstractmethod
    def outputs(self, split: Split) -> Outputs:
        """What the present state says of the train or validation rows (train: of the rows it has learned from)."""

    @abstractmethod
    def mark_best(self) -> None:
        """Remember the present state as the best so far; cheap enough to be called at every step."""

    @abstractmethod
    def best_estimator(self) -> Any:
        """The fitted estimator of the last ``mark_best``."""

    @abstractmethod
    def estimator(self) -> Any:
        """The fitted estimator of the present state."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to train."""
        return self.step >= self.total


@dataclass(kw_only=True)
class StepEnd:
    """What callbacks are told after each step."""

    trainer: Trainer
    step: int
    total: int
    scores: Mapping[tuple[Split, str], float]
    """Metric values by split and metric key; "loss" is always there."""
    stop_reason: str = field(default="", init=False)

    def request_stop(self, reason: str) -> None:
        """Ask the loop to end after this step; the first reason given is kept."""
        self.stop_reason = self.stop_reason or reason


class Callback:
    """Empty hooks. A callback overrides what it reacts to."""

    def on_train_begin(self, trainer: Trainer) -> None:
        """Before the first step; ``trainer.step`` is above 0 when a checkpoint is continued."""

    def on_step_end(self, end: StepEnd) -> None:
        """After each step, with its scores."""

    def on_train_end(self, trainer: Trainer, stop_reason: str) -> None:
        """After the last step; ``stop_reason`` is empty when the training ran to its end."""


def train(trainer: Trainer, score: Callable[[Outputs], Mapping[str, float]], callbacks: Sequence[Callback] = ()) -> str:
    """Run ``trainer`` to its end, or until a callback asks to stop.

    Args:
        trainer: Attached to its data; may stand in the middle of a training.
        score: Metric values by key for some outputs; must hold "loss".
        callbacks: Told of every step in this order.

    Returns:
        Why the training ended early; empty when it ran to its end.

    Raises:
        TrainingDiverged: The training loss is infinite or NaN.
    """
    for callback in callbacks:
        callback.on_train_begin(trainer)
    stop_reason = ""
    while not trainer.is_done and not stop_reason:
        trainer.advance()
        scores = {
            (split, name): value
            for split in (Split.TRAIN, Split.VALIDATION)
            for name, value in score(trainer.outputs(split)).items()
        }
        if not math.isfinite(scores[Split.TRAIN, "loss"]):
            raise TrainingDiverged(step_name=trainer.step_name, step=trainer.step)
        end = StepEnd(trainer=trainer, step=trainer.step, total=trainer.total, scores=scores)
        for callback in callbacks:
            callback.on_step_end(end)
        stop_reason = end.stop_reason
    for callback in callbacks:
        callback.on_train_end(trainer, stop_reason)
    return stop_reason
