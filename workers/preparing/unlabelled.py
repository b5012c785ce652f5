"""Rows without a target: read, split, preprocess. A reference column, if there is one, only judges."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import UnsuitableData
from core.outputs import AnomalyOut, ClusterOut
from core.preprocessing.pipeline import build_features, feature_names
from core.records import Dataset, Run, RunConfig
from core.tables.preview import read_frame
from core.types import LearningTask, Notice, Split
from evaluation.registry import primary_metric
from evaluation.scoring import score_outputs
from evaluation.spec import Predictions
from models.anomalies import anomaly_outputs, made_up_rows
from models.clusters import cluster_outputs
from models.registry import MODELS
from models.training import Outputs, TrainingData
from workers.context import WorkerContext
from workers.preparing.division import divide, dividing_columns
from workers.preparing.featuring import check_memory, new_pipeline, plan_of
from workers.preparing.prepared import Prepared, dense, provenance_of, report_preparation, save_split
from workers.preparing.reading import read_rows
from workers.preparing.targets import encode_target
from workers.reporter import RunReporter
from workers.unlabelled_script import unlabelled_script

MOST_GROUPS = 200
"""More different values in a reference are names or numbers, not groups to find again."""


@dataclass(frozen=True, kw_only=True)
class UnlabelledPrepared(Prepared):
    """``Prepared`` for clustering and anomaly detection: outputs come with the rows they are about."""

    reference: dict[Split, npt.NDArray[Any]]
    """Codes of the reference column by part, zeros without one. Models never see them."""

    def predict(self, estimator: Any, split: Split) -> npt.NDArray[Any]:
        """See ``Prepared.predict``."""
        X, X_train = self.X[split], self.X[Split.TRAIN]
        if self.task is LearningTask.CLUSTERING:
            return cluster_outputs(estimator, X, X_train.mean(axis=0))
        return anomaly_outputs(estimator, X, made_up_rows(X, X_train))

    def predictions(self, split: Split, y_out: npt.NDArray[Any]) -> Predictions:
        """See ``Prepared.predictions``."""
        return Predictions(
            task=self.task,
            y_true=self.reference[split],
            y_out=y_out,
            n_classes=len(self.labels),
            X=self.X[split],
            columns=self.features,
        )

    def baseline(self, split: Split) -> Predictions:
        """Everything in one cluster, or every row as odd as any other."""
        X, middle = self.X[split], self.X[Split.TRAIN].mean(axis=0)
        if self.task is LearningTask.CLUSTERING:
            out = np.zeros((len(X), len(ClusterOut)))
            out[:, ClusterOut.OWN] = out[:, ClusterOut.WHOLE] = ((X - middle) ** 2).sum(axis=1)
        else:
            out = np.zeros((len(X), len(AnomalyOut)))
            out[:, AnomalyOut.MADE_UP] = 0.5
        return self.predictions(split, out)

    @property
    def score(self) -> Callable[[Outputs], Mapping[str, float]]:
        """See ``Prepared.score``."""
        return lambda outputs: score_outputs(
            Predictions(task=self.task, y_true=outputs.y_true, y_out=outputs.y_out, X=outputs.X)
        )


def prepare_unlabelled(context: WorkerContext, run: Run, reporter: RunReporter) -> Prepared:
    """See ``workers.preparing.prepare``; for clustering and anomaly detection."""
    config = run.config
    reporter.update(stage="Reading the data")
    with context.storage.read() as unit:
        dataset = unit.datasets.get(run.dataset_id)
    plan = plan_of(dataset, config)
    columns = list(dict.fromkeys((*plan.used, *dividing_columns(config.split))))
    frame, notices = _read(context, dataset, config.target, columns)
    codes, labels = _reference(frame, config)

    reporter.update(stage="Splitting")
    nothing = np.zeros(len(frame))
    division = divide(frame, nothing, config)
    split, parts = division.split, division.parts
    frame = frame[list(plan.used)]

    reporter.update(stage="Preprocessing")
    check_memory(plan, nothing[split.train])
    preprocessor = build_features(plan)
    X = {Split.TRAIN: dense(preprocessor.fit_transform(frame.iloc[split.train], nothing[split.train]))}
    for part in (Split.VALIDATION, Split.TEST):
        X[part] = dense(preprocessor.transform(frame.iloc[parts[part]]))
    _check_features(X[Split.TRAIN])

    spec = MODELS[config.model]
    spec.refuse_too_many(len(split.train))
    data = TrainingData(
        task=config.task,
        X_train=X[Split.TRAIN],
        y_train=nothing[split.train],
        X_validation=X[Split.VALIDATION],
        y_validation=nothing[split.validation],
        feature_names=tuple(feature_names(preprocessor)),
    )
    model_params = spec.params.model_validate(config.params)
    build = partial(spec.build, model_params, config.task, config.seed, context.settings.n_jobs)
    estimator = build()
    prepared = UnlabelledPrepared(
        run=run,
        preprocessor=preprocessor,
        data=data,
        frame=frame,
        targets=nothing,
        new_pipeline=lambda: new_pipeline(plan, build()),
        new_trainer=lambda: spec.trainer(estimator, data),
        split=split,
        groups=division.groups,
        times=division.times,
        split_artifact=save_split(context, split),
        script_artifact=context.storage.artifacts.save_bytes(
            unlabelled_script(run, dataset, plan=plan, estimator=build()).encode()
        ),
        X=X,
        y={part: nothing[rows] for part, rows in parts.items()},
        reference={part: codes[rows] for part, rows in parts.items()},
        labels=labels,
        features=data.feature_names,
        notices=tuple(notice for notice in plan.excluded if notice.code != "target") + notices + division.notices,
        primary_metric=primary_metric(config.task).key,
        provenance=provenance_of(dataset, split),
    )
    report_preparation(prepared, reporter)
    return prepared


def _read(
    context: WorkerContext, dataset: Dataset, reference: str, inputs: list[str]
) -> tuple[pd.DataFrame, tuple[Notice, ...]]:
    if reference:
        return read_rows(context, dataset, reference, inputs)
    assert dataset.content_sha256 is not None, "runs start only on ready datasets"
    with context.storage.artifacts.local_file(dataset.content_sha256) as path:
        return read_frame(path, columns=inputs), ()


def _reference(frame: pd.DataFrame, config: RunConfig) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
    """Codes and names of the reference column; zeros and no names without one. The rarer of two values is the odd one.

    Raises:
        UnsuitableData: Its values are not groups, or for anomaly detection not two.
    """
    if not config.target:
        return np.zeros(len(frame), dtype=np.intp), ()
    codes, labels = encode_target(frame[config.target], LearningTask.CLASSIFICATION)
    if config.task is LearningTask.CLUSTERING:
        if len(labels) > MOST_GROUPS:
            raise UnsuitableData(
                f"The reference {config.target!r} has {len(labels):,} different values, too many to be groups.",
                hint="Choose a column with fewer values, or none.",
                field="target",
            )
        return codes, labels
    if len(labels) != 2:
        raise UnsuitableData(
            f"The reference {config.target!r} has {len(labels):,} values; two are needed, normal and odd.",
            hint="Choose a column with two values, or none.",
            field="target",
        )
    if np.bincount(codes)[1] > np.bincount(codes)[0]:
        codes, labels = 1 - codes, labels[::-1]
    return codes, labels


def _check_features(X: npt.NDArray[Any]) -> None:
    if not X.shape[1] or (np.ptp(X, axis=0) == 0).all():
        raise UnsuitableData(
            "All training rows are equal in the columns that are left.",
            hint="Bring columns that vary, or leave fewer out.",
        )
