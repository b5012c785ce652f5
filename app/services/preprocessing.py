"""Preprocessing before it has met a row: what it would do to which column, for which model."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.services.configuring import StartRun, make_config
from app.services.datasets import DatasetService, require_ready
from core.preprocessing.describing import Description, describe
from core.preprocessing.planning import plan_run
from core.preprocessing.registries import METHODS
from core.records import Dataset, RunConfig
from core.types import LearningTask, Value
from models.registry import MODELS


class DescribePreprocessing(BaseModel):
    """What preprocessing is asked about."""

    model_config = ConfigDict(extra="forbid")

    target: str = ""
    """The column to predict; empty for tasks without one."""
    model: str
    task: LearningTask | None = None
    """Inferred from the target and the model when absent."""
    preprocessing: dict[str, Any] = Field(default_factory=dict)
    split: dict[str, Any] = Field(default_factory=dict)
    series: dict[str, Any] = Field(default_factory=dict)


class MethodInfo(Value):
    """One method of preprocessing."""

    setting: str
    """The setting in which it is chosen."""
    key: str
    label: str
    summary: str


class PreprocessingService:
    """What can be asked about preprocessing."""

    def __init__(self, *, datasets: DatasetService) -> None:
        self._datasets = datasets

    def methods(self) -> tuple[MethodInfo, ...]:
        """Every method, the plainest first, by the setting in which it is chosen."""
        return tuple(
            MethodInfo(setting=setting, key=spec.key, label=spec.label, summary=spec.summary)
            for setting, registry in METHODS.items()
            for spec in sorted(registry.values(), key=lambda spec: spec.rank)
        )

    def describe(self, dataset_id: str, request: DescribePreprocessing) -> Description:
        """What would be done to the columns of a dataset; reads no row.

        Raises:
            NotFound: There is no such dataset or model.
            Conflict: The dataset is not ready.
            UserInputError: The target, the task or a setting does not fit.
        """
        dataset = require_ready(self._datasets.get(dataset_id))
        config = make_config(StartRun(dataset_id=dataset_id, **request.model_dump()), dataset)
        return self.describe_config(dataset, config)

    def describe_config(self, dataset: Dataset, config: RunConfig) -> Description:
        """What a run of ``config`` does, or did, to the columns of ``dataset``. Raises UserInputError as above."""
        return describe(plan_run(dataset, config, MODELS[config.model]))
