"""What recommendations of models rest on: quick cross-validated probes of simple models on a sample of the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.computing.spec import ModelCard, TableFile, Workspace
from core.records import Run
from core.types import Column, LearningTask
from evaluation.insights.looking import Progress
from evaluation.insights.probing import Probes, probe
from evaluation.insights.targets import TargetGuess, guess_targets, task_for


@dataclass(frozen=True, kw_only=True)
class RecommendEvidence:
    """One dataset, and the column that is or may be predicted from it."""

    workspace: Workspace
    table: TableFile
    progress: Progress
    asked_target: str | None = None

    @cached_property
    def guesses(self) -> tuple[TargetGuess, ...]:
        """Columns that look like what is to be predicted, the likeliest first."""
        return guess_targets(self.table.dataset, self.runs)

    @property
    def target(self) -> str | None:
        """The column asked for, or the likeliest; None where none looks like it."""
        if self.asked_target is not None:
            return self.asked_target
        return self.guesses[0].column if self.guesses else None

    @property
    def column(self) -> Column:
        """The target's column; only where there is a target."""
        return next(column for column in self.table.dataset.columns if column.name == self.target)

    @property
    def task(self) -> LearningTask:
        """Classification or regression."""
        return task_for(self.column)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Runs on this dataset version."""
        return self.workspace.runs_on(self.table.dataset.id)

    @property
    def models(self) -> Mapping[str, ModelCard]:
        """Every model."""
        return self.workspace.models()

    @cached_property
    def probes(self) -> Probes | None:
        """Scores of the probes by fold; None where there is no target, or too few rows."""
        if self.target is None:
            return None
        return probe(self.table, target=self.target, task=self.task, report=self.progress.report)

    def request(self, model: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """The request for a run of ``model`` with its usual settings."""
        return {
            "dataset_id": self.table.dataset.id,
            "target": self.target,
            "task": self.task.value,
            "model": model,
            "params": params or {},
            "preprocessing": {},
            "split": {},
            "seed": 7,
        }
