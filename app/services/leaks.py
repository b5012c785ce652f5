"""The leak detector: what a training could know that it should not, said before it begins."""

from collections.abc import Sequence
from typing import Any, cast

from app.services.computations import ComputationService
from app.services.datasets import DatasetService, suggest_task
from core.errors import UserInputError
from core.leakage.asking import LeakQuestion
from core.leakage.findings import LeakReport
from core.params import validate_params
from core.profiling.asking import require_column
from core.records import Computation
from core.split_rules import settled_split
from core.types import SUPERVISED, LearningTask, SplitParams


class LeakService:
    """What can be asked about leaks."""

    def __init__(self, *, datasets: DatasetService, computations: ComputationService) -> None:
        self._datasets = datasets
        self._computations = computations

    def question(
        self,
        dataset_id: str,
        target: str,
        *,
        task: LearningTask | None = None,
        exclude: Sequence[str] = (),
        split: dict[str, Any] | None = None,
        seed: int = 7,
    ) -> LeakQuestion:
        """The question that a training of these settings raises; equal settings raise an equal one.

        Raises:
            NotFound: There is no such dataset.
            UserInputError: A column or a setting does not fit, or the task has no target to leak.
        """
        dataset = self._datasets.get(dataset_id)
        require_column(dataset, target)
        for name in exclude:
            require_column(dataset, name)
        task = task or suggest_task(dataset, target)
        if task not in SUPERVISED:
            raise UserInputError(
                f"Leaks are looked for before a classification or a regression, not before {task.value!r}.",
                hint="Choose one of those tasks.",
                field="task",
            )
        asked = dict(split or {})
        if task is LearningTask.REGRESSION:
            asked.setdefault("scheme", "random")
        params = settled_split(
            validate_params(SplitParams, asked, field="split"), columns=dataset.columns, target=target, task=task
        )
        return LeakQuestion(
            dataset_id=dataset_id,
            target=target,
            task=task,
            exclude=tuple(sorted(set(exclude) - {target})),
            split=params,
            seed=seed,
        )

    def start(self, question: LeakQuestion) -> Computation:
        """Have leaks looked for; the same question on the same data has one answer. Raises Conflict, UserInputError."""
        return self._computations.start("leak_check", question)

    def result(self, computation: Computation) -> LeakReport:
        """What was found. Raises Conflict while there is no answer."""
        return cast(LeakReport, self._computations.result(computation))
