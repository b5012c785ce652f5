"""Rows with a target to be right or wrong about: read, split, preprocess."""

from typing import Any

from core.preprocessing.pipeline import build_features, feature_names
from core.preprocessing.planning import plan_run
from core.records import Run
from core.types import Split
from evaluation.registry import primary_metric
from models.native import with_categories
from models.registry import MODELS
from models.training import TrainingData
from workers.context import WorkerContext
from workers.preparing.division import divide, dividing_columns
from workers.preparing.featuring import (
    balance_notices,
    balanced,
    check_memory,
    new_pipeline,
    weighted,
    with_labels,
)
from workers.preparing.leaks import leak_notices
from workers.preparing.prepared import Prepared, dense, provenance_of, report_preparation, save_split
from workers.preparing.reading import read_rows
from workers.preparing.targets import encode_target
from workers.reporter import RunReporter
from workers.script import training_script


def prepare_supervised(context: WorkerContext, run: Run, reporter: RunReporter) -> Prepared:
    """See ``workers.preparing.prepare``; for a classification or a regression."""
    config = run.config
    reporter.update(stage="Reading the data")
    with context.storage.read() as unit:
        dataset = unit.datasets.get(run.dataset_id)
    plan = plan_run(dataset, config, MODELS[config.model])
    needed = dict.fromkeys((*plan.used, *dividing_columns(config.split)))
    frame, notices = read_rows(context, dataset, config.target, list(needed))
    y, labels = encode_target(frame[config.target], config.task)

    reporter.update(stage="Splitting")
    division = divide(frame, y, config, labels)
    split, parts = division.split, division.parts
    leaks = leak_notices(frame, y, config=config, columns=dataset.columns, used=plan.used, split=split, labels=labels)
    notices += division.notices + leaks
    frame = frame[list(plan.used)]
    MODELS[config.model].refuse_too_many(len(split.train), n_classes=len(labels))

    reporter.update(stage="Preprocessing")
    plan = with_labels(plan, labels)
    check_memory(plan, y[split.train])
    preprocessor = build_features(plan)
    X = {Split.TRAIN: dense(preprocessor.fit_transform(frame.iloc[split.train], y[split.train]))}
    for part in (Split.VALIDATION, Split.TEST):
        X[part] = dense(preprocessor.transform(frame.iloc[parts[part]]))

    X_train, y_train = balanced(plan, X[Split.TRAIN], y[split.train])
    notices += balance_notices(plan, y[split.train], y_train)

    spec = MODELS[config.model]
    data = TrainingData(
        task=config.task,
        X_train=X_train,
        y_train=y_train,
        X_validation=X[Split.VALIDATION],
        y_validation=y[split.validation],
        n_classes=len(labels),
        feature_names=tuple(feature_names(preprocessor)),
        categorical=preprocessor.categorical_,
    )
    model_params = spec.params.model_validate(config.params)

    def build() -> Any:
        built = spec.build(model_params, config.task, config.seed, context.settings.n_jobs)
        return with_categories(built, data.categorical, X_train.shape[1])

    estimator = weighted(plan, build(), y[split.train])
    prepared = Prepared(
        run=run,
        preprocessor=preprocessor,
        data=data,
        frame=frame,
        targets=y,
        new_pipeline=lambda: new_pipeline(plan, build()),
        new_trainer=lambda: spec.trainer(estimator, data),
        split=split,
        groups=division.groups,
        times=division.times,
        split_artifact=save_split(context, split),
        script_artifact=context.storage.artifacts.save_bytes(
            training_script(run, dataset, plan=plan, estimator=build()).encode()
        ),
        X=X,
        y={part: y[rows] for part, rows in parts.items()},
        labels=labels,
        features=data.feature_names,
        notices=tuple(notice for notice in plan.excluded if notice.code != "target") + notices,
        primary_metric=primary_metric(config.task).key,
        provenance=provenance_of(dataset, split),
    )
    report_preparation(prepared, reporter)
    return prepared
