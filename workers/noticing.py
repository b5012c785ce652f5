"""Looks at a training as it goes and says what there is to notice."""

import time
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from core.records import Remark, RunConfig, RunFacts
from core.types import LearningTask, MetricPoint, Split
from evaluation.registry import metrics_for
from evaluation.remarks.history import History, ModelFacts
from evaluation.remarks.registry import LOOKED_AT, remarks_on
from models.registry import MODELS
from models.training import StepEnd, Trainer
from workers.preparing.prepared import Prepared
from workers.reporter import RunReporter

INTERVAL_S = 0.5
"""How often a running training is looked at: as often as its progress is written."""


class Noticer:
    """Collects the points of one run over all attempts, and passes new remarks on to its reporter."""

    def __init__(
        self, prepared: Prepared, reporter: RunReporter, trainer: Trainer, *, earlier: Iterable[MetricPoint] = ()
    ) -> None:
        """Take up a training.

        Args:
            prepared: What it learns from.
            reporter: Where remarks go.
            trainer: At its beginning, or in the middle when a checkpoint is continued.
            earlier: The points up to there.
        """
        self._prepared = prepared
        self._reporter = reporter
        self._trainer = trainer
        self._series: dict[tuple[Split, str], list[tuple[int, float]]] = defaultdict(list)
        self._metrics = metrics_for(prepared.task)
        self._watched = {*LOOKED_AT, prepared.primary_metric}
        self._model = _model_facts(prepared.run.config)
        self._is_balanced = prepared.run.config.preprocessing.get("balance", "none") != "none"
        self._class_counts = _class_counts(prepared)
        for point in earlier:
            if point.step <= trainer.step and point.name in self._watched:
                self._series[point.split, point.name].append((point.step, point.value))
        facts = reporter.progress.facts if trainer.step else None
        self._facts = facts or _facts(prepared, planned_steps=trainer.total)
        self._remarks: tuple[Remark, ...] = reporter.progress.remarks if trainer.step else ()
        self._due = 0.0
        reporter.update(facts=self._facts, remarks=self._remarks)

    def add(self, end: StepEnd) -> None:
        """Take in a step; look at the whole if it is time to."""
        for (split, name), value in end.scores.items():
            if name in self._watched:
                self._series[split, name].append((end.step, value))
        now = time.monotonic()
        if now >= self._due:
            self._due = now + INTERVAL_S
            self.look()

    def look(self, *, is_over: bool = False, was_stopped: bool = False) -> None:
        """Say what there is to say now."""
        before = {remark.key for remark in self._remarks}
        self._remarks = remarks_on(self._history(is_over=is_over, was_stopped=was_stopped), self._remarks)
        self._reporter.update(remarks=self._remarks)
        for remark in self._remarks:
            if remark.key not in before:
                self._reporter.log(f"{remark.title}: {remark.seen}", remark.severity)

    def _history(self, *, is_over: bool, was_stopped: bool) -> History:
        return History(
            task=self._prepared.task,
            step_name=self._trainer.step_name,
            points=History.curves(self._series),
            planned=self._facts.planned_steps,
            is_over=is_over,
            was_stopped=was_stopped,
            baseline=self._reporter.progress.baseline,
            primary_metric=self._prepared.primary_metric,
            directions={metric.key: metric.direction for metric in self._metrics},
            labels={metric.key: metric.label for metric in self._metrics},
            n_samples=self._facts.n_samples,
            n_features=self._facts.n_features,
            class_counts=self._class_counts,
            is_balanced=self._is_balanced,
            model=self._model,
        )


def _model_facts(config: RunConfig) -> ModelFacts:
    spec = MODELS[config.model]
    schema = spec.params.model_json_schema().get("properties", {})
    return ModelFacts(key=spec.key, label=spec.label, params=config.params, schema=schema)


def _facts(prepared: Prepared, *, planned_steps: int) -> RunFacts:
    return RunFacts(
        n_columns=prepared.frame.shape[1],
        n_samples={split: len(rows) for split, rows in prepared.X.items()},
        n_features=len(prepared.features),
        n_classes=len(prepared.labels),
        planned_steps=planned_steps,
    )


def _class_counts(prepared: Prepared) -> dict[str, int]:
    if prepared.task is not LearningTask.CLASSIFICATION:
        return {}
    counts = np.bincount(prepared.data.y_train, minlength=len(prepared.labels))
    return {label: int(n) for label, n in zip(prepared.labels, counts, strict=True)}
