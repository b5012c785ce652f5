"""What a person asks for when a run is to start, and the complete configuration that it stands for."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.services.datasets import suggest_task
from core.errors import UserInputError
from core.params import validate_params
from core.preprocessing.params import PreprocessingParams
from core.records import Dataset, RunConfig
from core.types import LearningTask, SplitParams
from models.registry import MODELS

MAX_CLASSES = 200
"""Beyond it most classes have too few rows to be learned or judged, and free text is the likelier explanation."""


class StartRun(BaseModel):
    """What a person or a program asks for when it starts a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset_id: str
    target: str
    model: str
    params: dict[str, Any] = Field(default_factory=dict)
    task: LearningTask | None = None
    """Inferred from the target when absent."""
    preprocessing: dict[str, Any] = Field(default_factory=dict)
    split: dict[str, Any] = Field(default_factory=dict)
    seed: int = Field(default=7, ge=0, le=2**32 - 1)
    name: str = Field(default="", max_length=200)


def make_config(request: StartRun, dataset: Dataset) -> RunConfig:
    """The complete configuration that ``request`` stands for, with every default written out.

    Raises:
        NotFound: No such model.
        UserInputError: The target, the task or a parameter does not fit.
    """
    suggested = suggest_task(dataset, request.target)
    task = request.task or suggested
    column = next(column for column in dataset.columns if column.name == request.target)
    if task is LearningTask.REGRESSION and not column.type.is_numeric:
        raise UserInputError(
            f"{request.target!r} holds {column.type.value} values, which a regression cannot predict.",
            hint="Choose classification, or a numeric target.",
            field="task",
        )
    if column.is_constant:
        raise UserInputError(
            f"{request.target!r} has the same value in every row.",
            hint="Choose a target that varies; there is nothing to learn from a constant.",
            field="target",
        )
    if task is LearningTask.CLASSIFICATION and column.n_distinct > MAX_CLASSES:
        raise UserInputError(
            f"{request.target!r} has {column.n_distinct:,} different values; a classification takes at most "
            f"{MAX_CLASSES} classes.",
            hint="Choose a target with fewer values, or a regression if it is a quantity.",
            field="target",
        )
    spec = MODELS[request.model]
    if task not in spec.tasks:
        able = [key for key, other in MODELS.items() if task in other.tasks]
        raise UserInputError(
            f"{spec.label} does not do {task.value}.", hint=f"Models that do: {', '.join(able)}.", field="model"
        )
    split = validate_params(SplitParams, request.split, field="split")
    if task is LearningTask.REGRESSION and "scheme" not in request.split:
        split = split.model_copy(update={"scheme": "random"})
    if split.validation + split.test >= 0.95:
        raise UserInputError(
            f"Validation {split.validation:g} and test {split.test:g} leave nothing to train on.",
            hint="Their sum must stay below 0.95.",
            field="split",
        )
    return RunConfig(
        target=request.target,
        task=task,
        model=spec.key,
        params=validate_params(spec.params, request.params).model_dump(mode="json"),
        preprocessing=validate_params(PreprocessingParams, request.preprocessing, field="preprocessing").model_dump(
            mode="json"
        ),
        split=split,
        seed=request.seed,
    )
