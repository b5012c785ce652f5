"""Finished runs as members of one more: their stored pipelines, and the raw rows that these take."""

import io
from typing import Any

import joblib

from core.errors import UnsuitableData
from core.members import FIELD, check_members
from core.preprocessing.plan import Plan
from core.records import Dataset, Run
from core.types import Split
from evaluation.registry import primary_metric
from models.combinations import COMBINING
from models.native import with_categories
from models.registry import MODELS
from models.training import TrainingData
from workers.context import WorkerContext
from workers.preparing.division import divide, dividing_columns
from workers.preparing.featuring import NONE, new_pipeline, plan_of, with_labels
from workers.preparing.prepared import Prepared, provenance_of, report_preparation, save_split
from workers.preparing.reading import read_rows
from workers.preparing.targets import encode_target
from workers.reporter import RunReporter
from workers.script import script_of

WHOLE_SCHEMES = frozenset({"stratified", "random"})
"""Splits whose training rows may be divided into folds at random."""


def prepare_members(context: WorkerContext, run: Run, reporter: RunReporter) -> Prepared:
    """See ``workers.preparing.prepare``; for a combination of finished runs. The features are the raw columns.

    Raises:
        UserInputError: The members do not fit each other, or a member that the combination cannot use.
        Conflict: A member is not finished any more.
        NotFound: A member, or its model's file, is gone.
    """
    config = run.config
    reporter.update(stage="Reading the data")
    with context.storage.read() as unit:
        dataset = unit.datasets.get(run.dataset_id)
        members = unit.runs.list_by_ids(config.params["runs"])
    check_members(members, combining=COMBINING)
    _check_folds(run)
    # Each member left the group column out by itself, if there was one.
    plans = [plan_of(dataset, member.config, exclude=_group(member)) for member in members]
    used = list(dict.fromkeys(name for plan in plans for name in plan.used))
    needed = dict.fromkeys((*used, *dividing_columns(config.split)))
    frame, notices = read_rows(context, dataset, config.target, list(needed))
    y, labels = encode_target(frame[config.target], config.task)

    reporter.update(stage="Splitting")
    division = divide(frame, y, config, labels)
    split, parts = division.split, division.parts
    if split.digest != members[0].provenance.split_sha256:
        raise UnsuitableData(
            f"The rows of run {members[0].name!r} cannot be divided as they were then.",
            hint="It was trained by another version of Praxis. Train it again, then combine.",
            field=FIELD,
        )

    reporter.update(stage="Loading the runs")
    frame = frame[used]
    fitted = [_load(context, member, labels) for member in members]
    X: dict[Split, Any] = {part: frame.iloc[rows] for part, rows in parts.items()}
    spec = MODELS[config.model]
    params = spec.params.model_validate(config.params)
    data = TrainingData(
        task=config.task,
        X_train=X[Split.TRAIN],
        y_train=y[split.train],
        X_validation=X[Split.VALIDATION],
        y_validation=y[split.validation],
        n_classes=len(labels),
        feature_names=tuple(used),
    )

    def build() -> Any:
        return spec.build(params, config.task, config.seed, context.settings.n_jobs)

    unfitted = [
        new_pipeline(with_labels(plan, labels), _build_member(member, pipeline, context.settings.n_jobs))
        for plan, member, pipeline in zip(plans, members, fitted, strict=True)
    ]
    learning = [_as_it_learned(plan, pipeline) for plan, pipeline in zip(plans, fitted, strict=True)]
    estimator = build().set_params(estimators=_named(_frozen(fitted) if spec.key == "voting" else learning))
    prepared = Prepared(
        run=run,
        preprocessor=_as_they_are().fit(X[Split.TRAIN]),
        data=data,
        frame=frame,
        targets=y,
        new_pipeline=lambda: _pipeline(build().set_params(estimators=_named(_clones(unfitted)))),
        new_trainer=lambda: spec.trainer(estimator, data),
        split=split,
        groups=division.groups,
        times=division.times,
        split_artifact=save_split(context, split),
        script_artifact=context.storage.artifacts.save_bytes(
            script_of(
                run,
                dataset,
                columns=used,
                preprocessing=_as_they_are(),
                estimator=build().set_params(estimators=_named(unfitted)),
                model='Pipeline([("preprocessing", preprocessing), ("estimator", estimator)])',
                modules=sorted({type(each).__module__ for each in unfitted if type(each).__module__[:5] == "core."}),
            ).encode()
        ),
        X=X,
        y={part: y[rows] for part, rows in parts.items()},
        labels=labels,
        features=tuple(used),
        notices=notices + division.notices,
        primary_metric=primary_metric(config.task).key,
        provenance=_provenance(dataset, members, division.split),
    )
    report_preparation(prepared, reporter)
    if not run.checkpoint_sha256:
        for number, member in enumerate(members, start=1):
            reporter.log(f"Member {number}: {member.name} ({MODELS[member.config.model].label}).")
    return prepared


def _check_folds(run: Run) -> None:
    scheme = run.config.split.scheme
    if run.config.model == "stacking" and scheme not in WHOLE_SCHEMES:
        raise UnsuitableData(
            f"A stack divides the training rows into folds at random, which a {scheme} split does not allow.",
            hint="Combine the runs by voting, which trains nothing again.",
            field=FIELD,
        )


def _group(member: Run) -> list[str]:
    split = member.config.split
    return [split.group] if split.scheme == "grouped" and split.group else []


def _load(context: WorkerContext, member: Run, labels: tuple[str, ...]) -> Any:
    """The stored pipeline of ``member``, its hash verified before it is opened."""
    assert member.artifacts.model is not None, "members have a model: check_members"
    stored = joblib.load(io.BytesIO(context.storage.artifacts.load_bytes(member.artifacts.model)))
    pipeline = stored["pipeline"]
    if tuple(stored["labels"]) != labels or (labels and not hasattr(pipeline, "predict_proba")):
        raise UnsuitableData(
            f"Run {member.name!r} gives no probabilities of the classes {', '.join(labels)}.",
            hint="Leave it out of the combination.",
            field=FIELD,
        )
    return pipeline


def _as_it_learned(plan: Plan, fitted: Any) -> Any:
    """The fitted pipeline of a member, whose clones balance the rows that they learn from if the member did."""
    if plan.params.balance == NONE:
        return fitted
    from core.preprocessing.transformers.balancing import BalancedPipeline

    return BalancedPipeline(fitted.steps, balance=plan.params.balance, seed=plan.purpose.seed)


def _build_member(member: Run, pipeline: Any, n_jobs: int) -> Any:
    """The estimator of ``member`` as it was before it learned; its stored ``pipeline`` knows its features."""
    spec = MODELS[member.config.model]
    params = spec.params.model_validate(member.config.params)
    built = spec.build(params, member.config.task, member.config.seed, n_jobs)
    features = pipeline.named_steps["preprocessing"]
    return with_categories(built, features.categorical_, len(features.get_feature_names_out()))


def _named(estimators: list[Any]) -> list[tuple[str, Any]]:
    """Names that the library takes: those of runs may hold anything."""
    return [(f"member_{number}", estimator) for number, estimator in enumerate(estimators, start=1)]


def _frozen(fitted: list[Any]) -> list[Any]:
    from sklearn.frozen import FrozenEstimator

    return [FrozenEstimator(pipeline) for pipeline in fitted]


def _clones(unfitted: list[Any]) -> list[Any]:
    from sklearn.base import clone

    return [clone(pipeline) for pipeline in unfitted]


def _as_they_are() -> Any:
    """Raw columns for features: each member has its own preprocessing."""
    from core.preprocessing.transformers.columns import RawColumns

    return RawColumns()


def _pipeline(estimator: Any) -> Any:
    from sklearn.pipeline import Pipeline

    return Pipeline([("preprocessing", _as_they_are()), ("estimator", estimator)])


def _provenance(dataset: Dataset, members: tuple[Run, ...], split: Any) -> Any:
    own = provenance_of(dataset, split)
    libraries = {name: version for member in members for name, version in member.provenance.libraries.items()}
    return own.model_copy(update={"libraries": libraries | own.libraries})
