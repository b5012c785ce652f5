"""Rows with a target to be right or wrong about: read, split, preprocess."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.preprocessing.params import PreprocessingParams
from core.preprocessing.pipeline import build_preprocessor, feature_names
from core.preprocessing.roles import assign_roles
from core.records import Run
from core.splits import make_split
from core.types import LearningTask, Notice, Severity, Split
from evaluation.registry import primary_metric
from models.registry import MODELS
from models.training import TrainingData
from workers.context import WorkerContext
from workers.preparing.prepared import Prepared, dense, provenance_of, report_preparation, save_split
from workers.preparing.reading import read_rows
from workers.preparing.targets import encode_target
from workers.reporter import RunReporter
from workers.script import training_script


def prepare_supervised(context: WorkerContext, run: Run, reporter: RunReporter) -> Prepared:
    """See ``workers.preparing.prepare``; for a classification or a regression."""
    from sklearn.pipeline import Pipeline

    config = run.config
    reporter.update(stage="Reading the data")
    with context.storage.read() as unit:
        dataset = unit.datasets.get(run.dataset_id)
    params = PreprocessingParams.model_validate(config.preprocessing)
    roles = assign_roles(dataset.columns, target=config.target, n_rows=dataset.n_rows or 0, exclude=params.exclude)
    frame, notices = read_rows(context, dataset, config.target, list(roles.used))
    y, labels = encode_target(frame[config.target], config.task)
    frame = frame.drop(columns=config.target)

    reporter.update(stage="Splitting")
    split = make_split(y, params=config.split, seed=config.seed, task=config.task, labels=labels)
    parts = {Split.TRAIN: split.train, Split.VALIDATION: split.validation, Split.TEST: split.test}
    notices += _target_copies(frame.iloc[split.train], y[split.train], config.task)

    reporter.update(stage="Preprocessing")
    preprocessor = build_preprocessor(roles, params)
    X = {Split.TRAIN: dense(preprocessor.fit_transform(frame.iloc[split.train]))}
    for part in (Split.VALIDATION, Split.TEST):
        X[part] = dense(preprocessor.transform(frame.iloc[parts[part]]))

    spec = MODELS[config.model]
    data = TrainingData(
        task=config.task,
        X_train=X[Split.TRAIN],
        y_train=y[split.train],
        X_validation=X[Split.VALIDATION],
        y_validation=y[split.validation],
        n_classes=len(labels),
        feature_names=tuple(feature_names(preprocessor)),
    )
    model_params = spec.params.model_validate(config.params)

    def build() -> Any:
        return spec.build(model_params, config.task, config.seed, context.settings.n_jobs)

    estimator = build()
    prepared = Prepared(
        run=run,
        preprocessor=preprocessor,
        data=data,
        frame=frame,
        targets=y,
        new_pipeline=lambda: Pipeline([("preprocessing", build_preprocessor(roles, params)), ("estimator", build())]),
        new_trainer=lambda: spec.trainer(estimator, data),
        split=split,
        split_artifact=save_split(context, split),
        script_artifact=context.storage.artifacts.save_bytes(
            training_script(run, dataset, roles=roles, estimator=estimator).encode()
        ),
        X=X,
        y={part: y[rows] for part, rows in parts.items()},
        labels=labels,
        features=data.feature_names,
        notices=tuple(notice for notice in roles.excluded if notice.code != "target") + notices,
        primary_metric=primary_metric(config.task).key,
        provenance=provenance_of(dataset, split),
    )
    report_preparation(prepared, reporter)
    return prepared


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
