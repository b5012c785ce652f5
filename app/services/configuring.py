"""What a person asks for when a run is to start, and the complete configuration that it stands for."""

import contextlib
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.services.datasets import find_target, suggest_task
from core.errors import ConstantTarget, EmptyTarget, TooManyClasses, UnsuitableData, UserInputError
from core.params import validate_params
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.planning import plan_run
from core.records import Dataset, RunConfig
from core.split_rules import TIME_TYPES, settled_resampling, settled_split
from core.types import (
    SUPERVISED,
    UNLABELLED,
    Column,
    LearningTask,
    ResamplingParams,
    SeriesParams,
    SplitParams,
)
from models.registry import MODELS
from models.spec import ModelSpec

MAX_CLASSES = 200
"""Beyond it most classes have too few rows to be learned or judged, and free text is the likelier explanation."""


class StartRun(BaseModel):
    """What a person or a program asks for when it starts a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset_id: str
    target: str = ""
    """What is predicted. Clustering and anomaly detection need none; there it is a reference that only judges."""
    model: str
    params: dict[str, Any] = Field(default_factory=dict)
    task: LearningTask | None = None
    """Inferred from the target and the model when absent."""
    preprocessing: dict[str, Any] = Field(default_factory=dict)
    split: dict[str, Any] = Field(default_factory=dict)
    resampling: dict[str, Any] = Field(default_factory=dict)
    """Cross-validation on the train and validation rows; none when empty."""
    series: dict[str, Any] = Field(default_factory=dict)
    """For a forecast: the time column, how far ahead, and the season length."""
    seed: int = Field(default=7, ge=0, le=2**32 - 1)
    name: str = Field(default="", max_length=200)


def make_config(request: StartRun, dataset: Dataset) -> RunConfig:
    """The complete configuration that ``request`` stands for, with every default written out.

    Raises:
        NotFound: No such model.
        UserInputError: The target, the task, the series or a parameter does not fit.
    """
    spec = MODELS[request.model]
    task = _task(request, dataset, spec)
    column = find_target(dataset, request.target) if request.target else None
    series = _series(request, dataset, task)
    _check_target(column, task)
    if task not in spec.tasks:
        able = [key for key, other in MODELS.items() if task in other.tasks]
        raise UserInputError(
            f"{spec.label} does not do {task.value.replace('_', ' ')}.",
            hint=f"Models that do: {', '.join(able)}.",
            field="model",
        )
    split = validate_params(SplitParams, request.split, field="split")
    if "scheme" not in request.split and task is LearningTask.REGRESSION:
        split = split.model_copy(update={"scheme": "random"})
    if task in UNLABELLED and split.scheme == "stratified":  # there are no classes to keep the shares of
        split = split.model_copy(update={"scheme": "random"})
    if series is not None:  # what comes later cannot be learned from
        if request.split.get("scheme", "time") != "time":
            raise UserInputError(
                f"A forecast is judged on its latest steps, so its split is by time, not {split.scheme}.",
                hint="Leave the scheme out, or choose time.",
                field="split.scheme",
            )
        split = split.model_copy(update={"scheme": "time", "time": series.time, "gap": 0.0})
    split = settled_split(split, columns=dataset.columns, target=request.target, task=task)
    resampling = validate_params(ResamplingParams, request.resampling, field="resampling")
    config = RunConfig(
        target=request.target,
        task=task,
        model=spec.key,
        params=validate_params(spec.params, request.params).model_dump(mode="json"),
        preprocessing=validate_params(PreprocessingParams, request.preprocessing, field="preprocessing").model_dump(
            mode="json"
        ),
        split=split,
        seed=request.seed,
        resampling=settled_resampling(resampling, split=split, task=task),
        series=series,
    )
    if task is not LearningTask.FORECASTING:  # its features are steps of the series itself
        with contextlib.suppress(UnsuitableData):  # that nothing is left to learn from is for the run to say
            plan_run(dataset, config, spec)
    return config


def _task(request: StartRun, dataset: Dataset, spec: ModelSpec) -> LearningTask:
    """The task asked for; else that of the model where it has only one kind, else that of the target."""
    if request.task is not None:
        return request.task
    if not spec.tasks & SUPERVISED:
        return min(spec.tasks)
    if not request.target:
        raise UserInputError(
            f"{spec.label} needs a target to predict.",
            hint="Name a column as the target, or choose a model for clustering or anomaly detection.",
            field="target",
        )
    return suggest_task(dataset, request.target)


def _check_target(column: Column | None, task: LearningTask) -> None:
    """Refuse a target that the task cannot work with."""
    if column is None:
        if task in UNLABELLED:
            return
        raise UserInputError(
            f"{task.value.capitalize()} needs a target.", hint="Name the column to predict.", field="target"
        )
    if task in (LearningTask.REGRESSION, LearningTask.FORECASTING) and not column.type.is_numeric:
        raise UserInputError(
            f"{column.name!r} holds {column.type.value} values, which a {_NOUN[task]} cannot predict.",
            hint="Choose classification, or a numeric target.",
            field="task",
        )
    if column.n_missing and not column.n_distinct:
        raise EmptyTarget(column.name)
    if column.is_constant:
        raise ConstantTarget(column.name)
    if task is LearningTask.CLASSIFICATION and column.n_distinct > MAX_CLASSES:
        raise TooManyClasses(column.name, n_classes=column.n_distinct, most=MAX_CLASSES)
    if task in UNLABELLED:
        _check_reference(column, task)


_NOUN = {LearningTask.REGRESSION: "regression", LearningTask.FORECASTING: "forecast"}


def _check_reference(column: Column, task: LearningTask) -> None:
    """Refuse a column that names no groups, or for anomaly detection not just normal and odd."""
    if task is LearningTask.ANOMALY_DETECTION and column.n_distinct != 2:
        raise UserInputError(
            f"The reference {column.name!r} has {column.n_distinct:,} values; two are needed, normal and odd.",
            hint="Choose a column with two values, or none.",
            field="target",
        )
    if column.n_distinct > MAX_CLASSES:
        raise UserInputError(
            f"The reference {column.name!r} has {column.n_distinct:,} different values, too many to be groups.",
            hint="Choose a column with fewer values, or none.",
            field="target",
        )


def _series(request: StartRun, dataset: Dataset, task: LearningTask) -> SeriesParams | None:
    """The series of a forecast.

    Raises:
        UserInputError: The time column is missing, unknown or holds no order; or there is one without a forecast.
    """
    if task is not LearningTask.FORECASTING:
        if request.series:
            raise UserInputError(
                f"A series was given, which {task.value.replace('_', ' ')} has no use for.",
                hint="Leave it out, or ask for forecasting.",
                field="series",
            )
        return None
    series = validate_params(SeriesParams, request.series, field="series")
    column = next((column for column in dataset.columns if column.name == series.time), None)
    if column is None:
        able = [column.name for column in dataset.columns if column.type in TIME_TYPES]
        hint = f"Columns that could: {', '.join(able[:20])}." if able else "Turn a column into dates first."
        raise UserInputError(f"{dataset.name!r} has no column {series.time!r}.", hint=hint, field="series.time")
    if column.type not in TIME_TYPES:
        raise UserInputError(
            f"The time column {column.name!r} holds {column.type.value} values, which have no order in time.",
            hint="Choose a date or a number, or turn the column into dates first.",
            field="series.time",
        )
    if column.name == request.target:
        raise UserInputError(
            f"{column.name!r} is what is forecast; it cannot be the time as well.",
            hint="Choose another column.",
            field="series.time",
        )
    return series
