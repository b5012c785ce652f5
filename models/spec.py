"""What a model declares. One file under ``models/catalog`` is one model."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.errors import UnsuitableData
from core.params import Params
from core.types import LearningTask
from models.training import Trainer, TrainingData

Estimator = Any
"""Something with scikit-learn's ``fit`` and ``predict``; the library has no type for it."""


class Cost(StrEnum):
    """How the time to train grows with the rows, for the person who chooses."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """Facts about a model and the two functions that make it; listing specs imports no learning library."""

    key: str
    label: str
    family: str
    """Group in the chooser: "Linear", "Trees", "Neighbours", "Neural"."""
    tasks: frozenset[LearningTask]
    params: type[Params]
    build: Callable[[Any, LearningTask, int, int], Estimator]
    """``(params, task, random_state, n_jobs)`` to an unfitted estimator whose plain ``fit`` defines the model."""
    trainer: Callable[[Estimator, TrainingData], Trainer]
    """Trains what ``build`` made step by step; its last state equals a plain ``fit`` with the same seed."""
    live: str
    """What the curve's points are, in a sentence for the person who watches."""
    cost: Cost
    needs_scaling: bool
    handles_missing: bool = False
    """Whether the estimator itself takes NaN: preprocessing may then leave missing numbers where they are."""
    handles_categories: bool = False
    """Whether the estimator splits category codes as categories, given their columns in ``TrainingData``."""
    uses_gpu: bool = False
    """Whether it trains on a GPU when its worker has one."""
    combines_runs: bool = False
    """Whether it is made of finished runs, whose ids its field ``runs`` holds."""
    max_rows: int | None = None
    """Most training rows that it can take in reasonable time and memory; more are refused by name."""
    max_classes: int | None = None
    """Most classes that it can take in reasonable time, where it learns each of them against the others."""
    summary: str
    """One line for the chooser: what it is good for, and for whom."""
    technical: str
    """How it learns, in three or four sentences."""
    kitchen: str
    """The same as a scene from a kitchen."""
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    source: str
    """Where the method was published."""

    def refuse_too_many(self, n_rows: int, n_classes: int = 0) -> None:
        """Refuse more training rows or classes than the method can take.

        Raises:
            UnsuitableData: ``n_rows`` is above ``max_rows``, or ``n_classes`` above ``max_classes``.
        """
        if self.max_classes is not None and n_classes > self.max_classes:
            raise UnsuitableData(
                f"{self.label} learns each class against the others and takes at most {self.max_classes} classes; "
                f"there are {n_classes:,}.",
                hint="Join rare classes, or choose a model that takes more.",
                field="model",
            )
        if self.max_rows is not None and n_rows > self.max_rows:
            raise UnsuitableData(
                f"{self.label} takes at most {self.max_rows:,} training rows; there are {n_rows:,}.",
                hint="Train on a sample of the rows, or choose a model that takes more.",
                field="model",
            )
