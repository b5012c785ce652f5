"""What finders of a comparison look at: runs that saw the same rows, their scores and what they say of each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.computing.spec import RunFiles, Workspace
from core.errors import UserInputError
from core.records import Run
from core.types import Direction, LearningTask, Score, Split
from evaluation.comparison import PairedTest, paired_difference
from evaluation.insights.looking import Progress
from evaluation.registry import METRICS
from evaluation.run_rows import read_predictions
from evaluation.spec import FloatArray, MetricSpec, Predictions


@dataclass(frozen=True, kw_only=True)
class ComparisonEvidence:
    """Runs with results on the same rows, the best first."""

    workspace: Workspace
    files: Sequence[RunFiles]
    progress: Progress
    left_out: tuple[str, ...] = ()
    """Names of runs that saw other rows."""

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs, the best first."""
        return tuple(one.run for one in self.files)

    @property
    def task(self) -> LearningTask:
        """What they learned."""
        return self.files[0].run.config.task

    @cached_property
    def metric(self) -> MetricSpec:
        """The deciding metric."""
        result = self.files[0].run.result
        assert result is not None
        return METRICS[result.primary_metric]

    @property
    def sign(self) -> float:
        """1 where higher is better, -1 where lower is."""
        return 1.0 if self.metric.direction is Direction.HIGHER else -1.0

    def score(self, place: int) -> Score:
        """The deciding validation score of a run."""
        return score_of(self.files[place].run, self.metric.key)

    def predictions(self, place: int) -> Predictions:
        """What a run says of the validation rows."""
        return read_predictions(self.files[place], Split.VALIDATION)

    @cached_property
    def replicates(self) -> list[FloatArray]:
        """Bootstrap replicates of the deciding score, run by run on the same draws."""
        return [_replicates(one, self.metric.key) for one in self.files]

    @cached_property
    def against_best(self) -> list[PairedTest]:
        """How much better the first run is than each of the others."""
        best = self.replicates[0]
        return [paired_difference(best, other, self.metric.direction) for other in self.replicates[1:]]

    @cached_property
    def alike(self) -> list[int]:
        """Places of the runs that cannot be told apart from the first, which is among them."""
        return [0, *(place for place, test in enumerate(self.against_best, start=1) if not test.is_distinguishable)]


def gather(run_ids: Sequence[str], workspace: Workspace, progress: Progress) -> ComparisonEvidence:
    """The largest group of these runs that saw the same rows.

    Raises:
        UserInputError: Fewer than two of them did.
        NotFound: A run does not exist.
        Conflict: A run has no result.
    """
    groups: dict[tuple[str, ...], list[RunFiles]] = {}
    for run_id in run_ids:
        files = workspace.run(run_id)
        run = files.run
        key = (run.dataset_id, run.config.target, run.config.task.value, str(run.provenance.split_sha256))
        groups.setdefault(key, []).append(files)
    chosen = max(groups.values(), key=len)
    if len(chosen) < 2:
        raise UserInputError(
            "No two of these runs saw the same rows, so there is nothing to compare.",
            hint="Choose runs on one dataset version, target, split and seed.",
            field="run_ids",
        )
    left_out = tuple(one.run.name for group in groups.values() if group is not chosen for one in group)
    result = chosen[0].run.result
    assert result is not None
    metric = METRICS[result.primary_metric]
    sign = 1.0 if metric.direction is Direction.HIGHER else -1.0
    ordered = sorted(chosen, key=lambda one: (-sign * score_of(one.run, metric.key).value, one.run.id))
    return ComparisonEvidence(workspace=workspace, files=ordered, progress=progress, left_out=left_out)


def score_of(run: Run, metric: str) -> Score:
    """The validation score of a run that has one. Raises UserInputError."""
    scores = run.result.scores if run.result else ()
    found = next((one for one in scores if one.metric == metric and one.split is Split.VALIDATION), None)
    if found is None:
        raise UserInputError(f"{run.name!r} was not scored by {METRICS[metric].label}.", hint="Choose other runs.")
    return found


def _replicates(files: RunFiles, metric: str) -> FloatArray:
    with np.load(files.evaluation, allow_pickle=False) as arrays:
        found: FloatArray = arrays[f"{Split.VALIDATION.value}/replicates/{metric}"]
    return found
