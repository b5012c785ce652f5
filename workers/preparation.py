"""From a run's row to arrays that a trainer can learn from: read, split, preprocess."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import UnsuitableData
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.pipeline import build_preprocessor, feature_names
from core.preprocessing.roles import assign_roles
from core.records import Dataset, Provenance, Run
from core.splits import RowSplit, make_split
from core.tables.preview import read_frame
from core.types import LearningTask, Notice, Severity, Split
from core.version import code_version
from evaluation.baseline import baseline_predictions
from evaluation.registry import primary_metric
from evaluation.scoring import score_outputs
from evaluation.spec import Predictions
from models.registry import MODELS
from models.training import Outputs, Trainer, TrainingData
from workers.context import WorkerContext
from workers.reporter import RunReporter
from workers.script import training_script


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Everything a training of one run needs, and what its evaluation needs afterwards."""

    run: Run
    preprocessor: Any
    """Fitted on the training rows."""
    data: TrainingData
    new_trainer: Callable[[], Trainer]
    """Starts a training from nothing; a checkpoint may take its place."""
    split: RowSplit
    split_artifact: str
    script_artifact: str
    X: dict[Split, npt.NDArray[Any]]
    y: dict[Split, npt.NDArray[Any]]
    labels: tuple[str, ...]
    """Class names by code; empty for a regression."""
    features: tuple[str, ...]
    notices: tuple[Notice, ...]
    primary_metric: str
    provenance: Provenance

    @property
    def task(self) -> LearningTask:
        """What is learned."""
        return self.data.task

    def predictions(self, split: Split, y_out: npt.NDArray[Any]) -> Predictions:
        """Some outputs for the rows of ``split`` beside their truth."""
        return Predictions(task=self.task, y_true=self.y[split], y_out=y_out, n_classes=len(self.labels))

    def baseline(self, split: Split) -> Predictions:
        """What a dummy says of the rows of ``split``."""
        return baseline_predictions(self.data.y_train, self.y[split], task=self.task, n_classes=len(self.labels))

    @property
    def score(self) -> Callable[[Outputs], Mapping[str, float]]:
        """All metrics of the task, for the training loop."""
        return lambda outputs: score_outputs(
            Predictions(task=self.task, y_true=outputs.y_true, y_out=outputs.y_out, n_classes=len(self.labels))
        )


def prepare(context: WorkerContext, run: Run, reporter: RunReporter) -> Prepared:
    """Read, split and preprocess the run's data. Depends on the run's config and seed alone, so it repeats exactly.

    Raises:
        UnsuitableData: The data cannot be learned from as asked.
    """
    config = run.config
    reporter.update(stage="Reading the data")
    with context.storage.read() as unit:
        dataset = unit.datasets.get(run.dataset_id)
    params = PreprocessingParams.model_validate(config.preprocessing)
    roles = assign_roles(dataset.columns, target=config.target, n_rows=dataset.n_rows or 0, exclude=params.exclude)
    frame, notices = _read_rows(context, dataset, config.target, list(roles.used))
    y, labels = encode_target(frame[config.target], config.task)
    frame = frame.drop(columns=config.target)

    reporter.update(stage="Splitting")
    split = make_split(y, params=config.split, seed=config.seed, task=config.task, labels=labels)
    parts = {Split.TRAIN: split.train, Split.VALIDATION: split.validation, Split.TEST: split.test}
    notices += _target_copies(frame.iloc[split.train], y[split.train], config.task)

    reporter.update(stage="Preprocessing")
    preprocessor = build_preprocessor(roles, params)
    X = {Split.TRAIN: _dense(preprocessor.fit_transform(frame.iloc[split.train]))}
    for part in (Split.VALIDATION, Split.TEST):
        X[part] = _dense(preprocessor.transform(frame.iloc[parts[part]]))

    spec = MODELS[config.model]
    data = TrainingData(
        task=config.task,
        X_train=X[Split.TRAIN],
        y_train=y[split.train],
        X_validation=X[Split.VALIDATION],
        y_validation=y[split.validation],
        n_classes=len(labels),
    )
    model_params = spec.params.model_validate(config.params)
    estimator = spec.build(model_params, config.task, config.seed, context.settings.n_jobs)
    prepared = Prepared(
        run=run,
        preprocessor=preprocessor,
        data=data,
        new_trainer=lambda: spec.trainer(estimator, data),
        split=split,
        split_artifact=_save_split(context, split),
        script_artifact=context.storage.artifacts.save_bytes(
            training_script(run, dataset, roles=roles, estimator=estimator).encode()
        ),
        X=X,
        y={part: y[rows] for part, rows in parts.items()},
        labels=labels,
        features=tuple(feature_names(preprocessor)),
        notices=tuple(notice for notice in roles.excluded if notice.code != "target") + notices,
        primary_metric=primary_metric(config.task).key,
        provenance=_provenance(dataset, split),
    )
    _report_preparation(prepared, reporter)
    return prepared


def encode_target(values: "pd.Series[Any]", task: LearningTask) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
    """Class codes and class names in sorted order, or floats and no names.

    Raises:
        UnsuitableData: One class only, or a regression on values that are not numbers.
    """
    if task is LearningTask.REGRESSION:
        try:
            y = pd.to_numeric(values).to_numpy(dtype=float)
        except (ValueError, TypeError) as error:
            raise UnsuitableData(
                f"The target {values.name!r} holds values that are not numbers.",
                hint="Choose classification, or another target.",
                field="target",
            ) from error
        if not np.isfinite(y).all():
            raise UnsuitableData(
                f"The target {values.name!r} holds infinite values.", hint="Remove those rows.", field="target"
            )
        if np.ptp(y) == 0:
            raise _constant_target(values, str(y[0]))
        return y, ()
    classes, codes = np.unique(values.to_numpy(dtype=object if values.dtype == object else None), return_inverse=True)
    if len(classes) < 2:
        raise _constant_target(values, str(classes[0]))
    return codes, tuple(_label(value) for value in classes)


def _constant_target(values: "pd.Series[Any]", only: str) -> UnsuitableData:
    return UnsuitableData(
        f"The target {values.name!r} has the same value {only!r} in every row.",
        hint="Choose a target that varies; there is nothing to learn from a constant.",
        field="target",
    )


def _label(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _read_rows(
    context: WorkerContext, dataset: Dataset, target: str, inputs: list[str]
) -> tuple[pd.DataFrame, tuple[Notice, ...]]:
    assert dataset.content_sha256 is not None, "runs start only on ready datasets"
    with context.storage.artifacts.local_file(dataset.content_sha256) as path:
        frame = read_frame(path, columns=[*inputs, target])
    is_missing = frame[target].isna()
    if not is_missing.any():
        return frame, ()
    if is_missing.all():
        raise UnsuitableData(f"The target {target!r} is empty in every row.", hint="Choose another.", field="target")
    notice = Notice(
        severity=Severity.WARNING,
        code="target_missing",
        text=f"Rows left out because {target!r} is missing: {int(is_missing.sum()):,}.",
        column=target,
    )
    return frame[~is_missing].reset_index(drop=True), (notice,)


def _target_copies(frame: pd.DataFrame, y: npt.NDArray[Any], task: LearningTask) -> tuple[Notice, ...]:
    """Columns of the training rows that give the target away by themselves."""
    found = [str(name) for name in frame.columns if _gives_target_away(frame[name], y, task)]
    return tuple(
        Notice(
            severity=Severity.SERIOUS,
            code="target_copy",
            text=f"{name!r} determines the target by itself. If it is not known when you predict, leave it out.",
            column=name,
        )
        for name in found
    )


def _gives_target_away(column: "pd.Series[Any]", y: npt.NDArray[Any], task: LearningTask) -> bool:
    known = column.notna().to_numpy()
    if known.sum() < max(20, len(column) // 2):
        return False
    if task is LearningTask.REGRESSION:
        if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            return False
        values = column[known].to_numpy(dtype=float)
        if not np.isfinite(values).all() or np.ptp(values) == 0:
            return False
        return bool(abs(np.corrcoef(values, y[known])[0, 1]) > 0.99999)
    codes, distinct = pd.factorize(column[known])
    if not 2 <= len(distinct) <= max(50, len(np.unique(y))):
        return False
    pairs = np.unique(np.column_stack([codes, y[known]]), axis=0)
    return len(pairs) == len(distinct) and len(np.unique(pairs[:, 1])) > 1


def _dense(values: Any) -> npt.NDArray[Any]:
    return np.ascontiguousarray(np.asarray(values, dtype=float))


def _save_split(context: WorkerContext, split: RowSplit) -> str:
    buffer = BytesIO()
    np.savez_compressed(buffer, train=split.train, validation=split.validation, test=split.test)
    return context.storage.artifacts.save_bytes(buffer.getvalue())


def _provenance(dataset: Dataset, split: RowSplit) -> Provenance:
    from importlib.metadata import version

    return Provenance(
        dataset_sha256=dataset.content_sha256 or "",
        code_version=code_version(),
        split_sha256=split.digest,
        libraries={name: version(name) for name in ("scikit-learn", "numpy", "pandas")},
    )


def _report_preparation(prepared: Prepared, reporter: RunReporter) -> None:
    reporter.update(baseline=score_outputs(prepared.baseline(Split.VALIDATION)))
    if not prepared.run.checkpoint_sha256:
        sizes = ", ".join(f"{part.value} {len(rows):,}" for part, rows in prepared.y.items())
        reporter.log(f"Rows: {sizes}. Features after preprocessing: {len(prepared.features):,}.")
        for notice in prepared.notices:
            reporter.log(notice.text, notice.severity)
