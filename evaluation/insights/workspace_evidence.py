"""What finders of the workspace look at: every dataset that is ready, and the newest runs."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from core.computing.spec import ModelCard, Workspace
from core.records import Dataset, Run
from core.types import Direction, Split
from evaluation.registry import METRICS


@dataclass(frozen=True, kw_only=True)
class WorkspaceEvidence:
    """The workspace as it stands."""

    workspace: Workspace

    @cached_property
    def datasets(self) -> tuple[Dataset, ...]:
        """Ready ones, newest first."""
        return self.workspace.datasets()

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Newest first, whatever their state."""
        return self.workspace.runs_on()

    @cached_property
    def newest_versions(self) -> tuple[Dataset, ...]:
        """The newest version of each dataset."""
        newest: dict[str, Dataset] = {}
        for dataset in self.datasets:
            known = newest.get(dataset.family_id)
            if known is None or dataset.version > known.version:
                newest[dataset.family_id] = dataset
        return tuple(newest.values())

    @cached_property
    def runs_by_dataset(self) -> dict[str, list[Run]]:
        """Runs by dataset version."""
        found: dict[str, list[Run]] = defaultdict(list)
        for run in self.runs:
            found[run.dataset_id].append(run)
        return found

    def model_label(self, run: Run) -> str:
        """What the model of a run is called."""
        card: ModelCard | None = self.workspace.models().get(run.config.model)
        return card.label if card else run.config.model


def primary(run: Run) -> tuple[str, float, float, float, float] | None:
    """Deciding metric, validation score, its interval and the baseline's score; None without a result."""
    if run.result is None:
        return None
    for score in run.result.scores:
        if score.metric == run.result.primary_metric and score.split is Split.VALIDATION:
            return score.metric, score.value, score.low, score.high, score.baseline
    return None


def better(metric: str, value: float) -> float:
    """``value`` so that higher is better."""
    return value if METRICS[metric].direction is Direction.HIGHER else -value
