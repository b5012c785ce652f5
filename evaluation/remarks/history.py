"""What a remark may look at: the curves so far and a few facts about data and model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import Direction, LearningTask, Split

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One metric over the steps, train beside validation."""

    steps: Steps
    """Ascending, shape (n_points,)."""
    train: Floats
    validation: Floats

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What remarks need to know of the model that is trained."""

    key: str
    label: str
    params: Mapping[str, Any]
    """The run's values."""
    schema: Mapping[str, Mapping[str, Any]]
    """JSON schema of each parameter, with its bounds."""


@dataclass(frozen=True, kw_only=True)
class History:
    """A training so far. Remarks depend on nothing else, so that the same training always gets the same remarks."""

    task: LearningTask
    step_name: str
    points: Mapping[str, Curve]
    """Curves by metric; only steps at which both values are finite."""
    planned: int
    """The last step that was planned when the training began."""
    is_over: bool
    was_stopped: bool = False
    """Whether a person ended it before its last step."""
    baseline: Mapping[str, float]
    """Validation scores of a dummy, by metric; empty where there is none."""
    primary_metric: str
    directions: Mapping[str, Direction]
    labels: Mapping[str, str] = field(default_factory=dict)
    """What metrics are called."""
    n_samples: Mapping[Split, int]
    n_features: int
    class_counts: Mapping[str, int] = field(default_factory=dict)
    """Training rows by class; empty unless the task has classes."""
    is_balanced: bool = False
    """Whether preprocessing already makes up for rare classes."""
    model: ModelFacts

    @property
    def is_learning_curve(self) -> bool:
        """Whether a step is a fit on more rows, and not more of one training."""
        return self.step_name.rstrip("s") == "row"

    @property
    def loss(self) -> Curve:
        """The curve that every training has; empty before the first point."""
        return self.points.get("loss", _EMPTY)

    @property
    def primary(self) -> Curve:
        """The curve of the deciding metric."""
        return self.points.get(self.primary_metric, _EMPTY)

    @property
    def last_step(self) -> int:
        """Where the training stands; 0 before the first point."""
        return int(self.loss.steps[-1]) if len(self.loss) else 0

    @cached_property
    def scale(self) -> float:
        """Loss of the dummy: what there is to win. 0 where it is unknown, and then no remark on losses is made."""
        value = float(self.baseline.get("loss", 0.0))
        return value if np.isfinite(value) and value > 0 else 0.0

    @property
    def is_descent(self) -> bool:
        """Whether a step is one downhill on the loss, whose length is the learning rate."""
        return self.step_name.rstrip("s") in ("epoch", "iteration")

    @property
    def length(self) -> int:
        """Steps of the whole training: as planned, or as many as it has had where they were not known beforehand."""
        return max(self.planned, self.last_step)

    @property
    def is_well_under_way(self) -> bool:
        """Whether enough of it is done to judge its result: half of the steps, or all."""
        return self.is_over or (len(self.loss) >= 10 and self.last_step >= self.length / 2)

    def name_of(self, metric: str) -> str:
        """What ``metric`` is called inside a sentence: "F1", "accuracy", "loss"."""
        label = self.labels.get(metric, metric)
        return label if label[:2].isupper() or label[1:2].isdigit() else label[:1].lower() + label[1:]

    def at(self, step: int) -> str:
        """A step in words: "tree 120", "epoch 3", "1,200 rows"."""
        if self.is_learning_curve:
            return f"{step:,} rows"
        return f"{self._one} {step:,}"

    def steps_word(self, n: int) -> str:
        """A number of steps in words: "1 epoch", "20 trees"."""
        many = self.step_name if self.step_name.endswith("s") else f"{self._one}s"
        return f"{n:,} {self._one if n == 1 else many}"

    @property
    def _one(self) -> str:
        return "leaf" if self.step_name == "leaves" else self.step_name.removesuffix("s") or "step"

    def learned(self, metric: str, values: Floats | float) -> Floats:
        """How much better than the dummy, as a share: 0 is no better, 1 is perfect, below 0 is worse.

        NaN where the dummy's score is unknown or leaves nothing to win.
        """
        start = float(self.baseline.get(metric, np.nan))
        best = 0.0 if self.directions.get(metric, Direction.LOWER) is Direction.LOWER else 1.0
        room = best - start
        if not np.isfinite(room) or abs(room) < 1e-12:
            return np.full(np.shape(values), np.nan)
        return np.asarray((np.asarray(values, dtype=float) - start) / room)

    @classmethod
    def curves(cls, series: Mapping[tuple[Split, str], Sequence[tuple[int, float]]]) -> dict[str, Curve]:
        """Points by split and metric as curves: what both splits have, in order of step."""
        found = {}
        for metric in {name for _, name in series}:
            train, validation = (
                dict(series.get((Split.TRAIN, metric), ())),
                dict(series.get((Split.VALIDATION, metric), ())),
            )
            steps = [
                step
                for step in sorted(train.keys() & validation.keys())
                if np.isfinite([train[step], validation[step]]).all()
            ]
            if steps:
                found[metric] = Curve(
                    steps=np.array(steps, dtype=np.int64),
                    train=np.array([train[step] for step in steps], dtype=float),
                    validation=np.array([validation[step] for step in steps], dtype=float),
                )
        return found


_EMPTY = Curve(steps=np.array([], dtype=np.int64), train=np.array([]), validation=np.array([]))
