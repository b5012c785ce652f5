"""What finders of one run look at: its files, scores, curves and neighbours, each read once and only if wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.computing.spec import ModelCard, RunFiles, Workspace
from core.records import Change, Run, RunResult
from core.types import Direction, LearningTask, MetricPoint, Score, Split
from evaluation.insights.looking import Progress
from evaluation.registry import METRICS
from evaluation.remarks.history import Curve, History, ModelFacts
from evaluation.spec import FloatArray, MetricSpec, Predictions

if TYPE_CHECKING:
    from evaluation.computations.slices import SliceReport
    from evaluation.explaining.importance_answer import PermutationImportances
    from evaluation.explaining.refitting import RefittedCurve

AFFORDABLE_S = 60.0
"""Training time that looking at a learning curve may cost."""
CURVE_COST = 2.2
"""Fits of a learning curve, in trainings on all rows."""
N_CURVE = 6
IMPORTANCE_ROWS = 2_000


@dataclass(frozen=True, kw_only=True)
class RunEvidence:
    """One run with a result, and what surrounds it."""

    workspace: Workspace
    files: RunFiles
    progress: Progress
    """Told how far inner computations are."""
    is_deep: bool = True
    """Whether what trains or scores anew may be asked for."""

    @property
    def run(self) -> Run:
        """The run."""
        return self.files.run

    @property
    def result(self) -> RunResult:
        """What it concluded."""
        assert self.run.result is not None, "a run with files has a result"
        return self.run.result

    @property
    def task(self) -> LearningTask:
        """What it learned."""
        return self.run.config.task

    @property
    def is_binary(self) -> bool:
        """Whether it tells two classes apart."""
        return self.task is LearningTask.CLASSIFICATION and len(self.result.labels) == 2

    @cached_property
    def metric(self) -> MetricSpec:
        """The deciding metric."""
        return METRICS[self.result.primary_metric]

    @property
    def sign(self) -> float:
        """1 where higher is better, -1 where lower is."""
        return 1.0 if self.metric.direction is Direction.HIGHER else -1.0

    def score(self, metric: str | None = None, split: Split = Split.VALIDATION) -> Score | None:
        """A final score, or None where there is none."""
        wanted = metric or self.metric.key
        return next((one for one in self.result.scores if one.metric == wanted and one.split is split), None)

    @cached_property
    def predictions(self) -> Predictions:
        """Truth and outputs of the validation rows."""
        from evaluation.run_rows import read_predictions

        return read_predictions(self.files, Split.VALIDATION)

    def replicates(self, metric: str | None = None) -> FloatArray:
        """Bootstrap replicates of a validation score."""
        with np.load(self.files.evaluation, allow_pickle=False) as arrays:
            found: FloatArray = arrays[f"{Split.VALIDATION.value}/replicates/{metric or self.metric.key}"]
        return found

    @cached_property
    def points(self) -> tuple[MetricPoint, ...]:
        """The curves."""
        return self.workspace.metrics(self.run.id)

    @cached_property
    def curves(self) -> dict[str, Curve]:
        """Train beside validation by metric, where both were recorded."""
        series: dict[tuple[Split, str], list[tuple[int, float]]] = {}
        for point in self.points:
            series.setdefault((point.split, point.name), []).append((point.step, point.value))
        return History.curves(series)

    @property
    def is_learning_curve(self) -> bool:
        """Whether its steps are fits on more rows."""
        return self.run.progress.step_name.rstrip("s") == "row"

    @cached_property
    def train_score(self) -> float | None:
        """The deciding metric on training rows at the final step, if its curve was recorded."""
        curve = self.curves.get(self.metric.key)
        if curve is None:
            return None
        at = int(np.argmin(np.abs(curve.steps - self.result.final_step)))
        return float(curve.train[at])

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Every run on the same dataset, this one among them."""
        return self.workspace.runs_on(self.run.dataset_id)

    @cached_property
    def siblings(self) -> tuple[Run, ...]:
        """Runs with a result that saw the same rows for the same target, this one among them; best first."""
        mine = self.run
        same = [
            run
            for run in self.runs
            if run.result is not None
            and run.config.target == mine.config.target
            and run.config.task is mine.config.task
            and run.provenance.split_sha256 == mine.provenance.split_sha256
        ]
        if mine.id not in {run.id for run in same}:
            same.append(mine)
        return tuple(sorted(same, key=self._place))

    def _place(self, run: Run) -> float:
        value = self.value_of(run)
        return np.inf if value is None else -self.sign * value

    def value_of(self, run: Run) -> float | None:
        """The deciding validation score of another run."""
        return _primary(run, self.metric.key)

    @cached_property
    def card(self) -> ModelCard | None:
        """The model, if this version of Praxis knows it."""
        return self.workspace.models().get(self.run.config.model)

    @cached_property
    def model(self) -> ModelFacts:
        """What the levers need of the model."""
        card = self.card
        return ModelFacts(
            key=self.run.config.model,
            label=card.label if card else self.run.config.model,
            params=self.run.config.params,
            schema=card.properties if card else {},
        )

    def is_new(self, change: Change) -> bool:
        """Whether no run has this run's configuration with ``change``."""
        from evaluation.insights.requests import changed_request, is_known

        return not is_known(changed_request(self.run, change), self.runs, self.workspace.models())

    @property
    def can_refit(self) -> bool:
        """Whether its model may be trained anew on parts of the rows in reasonable time."""
        cost = self.result.duration_s * CURVE_COST
        is_one_model = self.card is not None and not self.card.needs_members and not self.card.needs_gpu
        return self.is_deep and is_one_model and cost <= AFFORDABLE_S

    @cached_property
    def learning_curve(self) -> "RefittedCurve | None":
        """The deciding score by the number of training rows; None where that would take too long."""
        if not self.can_refit:
            return None
        from evaluation.computations import learning_curve

        params = learning_curve.LearningCurveParams(run_id=self.run.id, n_points=N_CURVE, metric=self.metric.key)
        return learning_curve.run(params, self.progress.inside(self.workspace))

    @cached_property
    def importances(self) -> "PermutationImportances | None":
        """What shuffling each column costs; None where that is not looked at."""
        if not self.is_deep:
            return None
        from evaluation.computations import permutation_importance

        params = permutation_importance.PermutationImportanceParams(
            run_id=self.run.id, n_rows=IMPORTANCE_ROWS, together=True
        )
        return permutation_importance.run(params, self.progress.inside(self.workspace))

    @cached_property
    def slices(self) -> "SliceReport":
        """Scores on parts of the validation rows."""
        from evaluation.computations import slices

        return slices.run(
            slices.SlicesParams(run_id=self.run.id, correction="fdr"), self.progress.inside(self.workspace)
        )

    @property
    def columns(self) -> Sequence[str]:
        """Every column of the dataset."""
        return tuple(column.name for column in self.files.table.dataset.columns)


def _primary(run: Run, metric: str) -> float | None:
    if run.result is None:
        return None
    scores = (one for one in run.result.scores if one.metric == metric and one.split is Split.VALIDATION)
    return next((one.value for one in scores), None)
