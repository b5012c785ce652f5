"""Stacking of finished runs."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.combining import StackingTrainer
from models.spec import Cost, Estimator, ModelSpec

MOST_MEMBERS = 20


class StackingParams(Params):
    """Which runs are stacked, and what learns from them."""

    runs: Annotated[
        tuple[str, ...],
        Field(
            max_length=MOST_MEMBERS,
            title="Runs",
            description="Ids of two or more finished runs on the same dataset, target, split and seed.",
            json_schema_extra={"front": True},
        ),
    ] = ()
    final: Annotated[
        Literal["linear", "trees"],
        Field(
            title="Final estimator",
            description="What learns from the members' answers. Linear: a weighted sum, hard to overfit. Trees: "
            "boosting, which may trust a member in one range only and needs more rows.",
            json_schema_extra={"front": True},
        ),
    ] = "linear"
    folds: Annotated[
        int,
        Field(
            ge=2,
            le=10,
            title="Folds",
            description="Each member is trained that many times, each time without one part of the training rows.",
            json_schema_extra={"front": True},
        ),
    ] = 5


def build(params: StackingParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """A stack without its members, which the preparation of a run puts in."""
    del n_jobs
    from sklearn.ensemble import (
        HistGradientBoostingClassifier,
        HistGradientBoostingRegressor,
        StackingClassifier,
        StackingRegressor,
    )
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.model_selection import KFold, StratifiedKFold

    # Small trees: their inputs are a handful of answers that are nearly right already.
    trees = {"max_iter": 50, "max_leaf_nodes": 7, "early_stopping": False, "random_state": random_state}
    folds = {"n_splits": params.folds, "shuffle": True, "random_state": random_state}
    if task is LearningTask.REGRESSION:
        number = RidgeCV() if params.final == "linear" else HistGradientBoostingRegressor(**trees)
        return StackingRegressor(estimators=[], final_estimator=number, cv=KFold(**folds))
    linear = LogisticRegression(max_iter=1_000)
    classes = linear if params.final == "linear" else HistGradientBoostingClassifier(**trees)
    return StackingClassifier(
        estimators=[], final_estimator=classes, cv=StratifiedKFold(**folds), stack_method="predict_proba"
    )


SPEC = ModelSpec(
    key="stacking",
    label="Stacking",
    family="Combinations",
    tasks=SUPERVISED,
    params=StackingParams,
    build=build,
    trainer=StackingTrainer,
    live="Each point is one more fit of a member without one fold; the final estimator learns from the folds so far.",
    cost=Cost.HEAVY,
    needs_scaling=False,
    combines_runs=True,
    summary="A small model that learns how far to trust each of several finished runs.",
    technical="The training rows are divided into folds. For each fold, clones of all members, preprocessing included, "
    "are fitted on the other folds and asked about this one, so that every training row gets answers from models that "
    "have not seen it. The final estimator learns the target from those answers alone. In use it gets the answers of "
    "the members as they were trained, on all training rows. Learning from answers of models that know the rows would "
    "trust the member that remembers best instead of the one that predicts best.",
    kitchen="The maître no longer takes the mean of his tasters. For a season he writes down what each says of dishes "
    "he has never tasted before, and what the guests then say. By autumn he knows: believe the fish cook on "
    "everything that swims, the sommelier on sauces, and both only half when they are in love.",
    strengths=(
        "Learns whom to trust instead of being told",
        "Its members' answers on rows they have not seen keep it honest",
    ),
    weaknesses=(
        "Trains every member once for each fold",
        "Gains little where the members resemble each other",
        "As large and as slow to predict as all members together",
    ),
    source="Wolpert 1992, Stacked generalization, doi:10.1016/S0893-6080(05)80023-1",
)
