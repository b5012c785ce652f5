"""Bagged trees."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.growing import GrowingTrainer
from models.spec import Cost, Estimator, ModelSpec


class BaggingParams(Params):
    """Hyper-parameters of bagged trees."""

    n_estimators: Annotated[
        int,
        Field(
            ge=10,
            le=500,
            title="Trees",
            description="More trees make the vote steadier and never overfit, but cost time and memory.",
            json_schema_extra={"front": True},
        ),
    ] = 50
    max_depth: Annotated[
        int,
        Field(
            ge=3,
            le=50,
            title="Depth",
            description="Questions in a row that a tree may ask. Bagging lives on deep trees that differ.",
            json_schema_extra={"front": True},
        ),
    ] = 20
    max_samples: Annotated[
        float,
        Field(
            ge=0.05,
            le=1,
            title="Share of rows for each tree",
            description="How many rows are drawn for each tree. Fewer rows make the trees quicker and more different.",
            json_schema_extra={"front": True},
        ),
    ] = 1.0
    max_features: Annotated[
        float,
        Field(
            ge=0.1,
            le=1,
            title="Share of columns for each tree",
            description="Below 1 each tree knows only a random part of the columns.",
        ),
    ] = 1.0
    bootstrap: Annotated[
        bool,
        Field(
            title="Draw rows with replacement",
            description="On, a row may be drawn several times for one tree, as in the original method.",
        ),
    ] = True
    min_samples_leaf: Annotated[
        int,
        Field(ge=1, le=100, title="Rows in a leaf", description="At least so many training rows behind each answer."),
    ] = 1


def build(params: BaggingParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted ensemble that grows trees on ``n_jobs`` cores."""
    from sklearn.ensemble import BaggingClassifier, BaggingRegressor
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    tree_facts = {"max_depth": params.max_depth, "min_samples_leaf": params.min_samples_leaf}
    facts = {
        "n_estimators": params.n_estimators,
        "max_samples": params.max_samples,
        "max_features": params.max_features,
        "bootstrap": params.bootstrap,
        "random_state": random_state,
        "n_jobs": n_jobs,
    }
    if task is LearningTask.REGRESSION:
        return BaggingRegressor(DecisionTreeRegressor(**tree_facts), **facts)
    return BaggingClassifier(DecisionTreeClassifier(**tree_facts), **facts)


SPEC = ModelSpec(
    key="bagging",
    label="Bagged trees",
    family="Trees",
    tasks=SUPERVISED,
    params=BaggingParams,
    build=build,
    trainer=GrowingTrainer,
    live="Each point is the mean of all trees grown so far.",
    cost=Cost.MEDIUM,
    needs_scaling=False,
    handles_missing=True,
    summary="The same tree grown on many random draws of the rows, then averaged: where forests come from.",
    technical="Each tree learns from its own random draw of the training rows, with replacement by default, and looks "
    "at all columns at every split (or at a random part of the columns from the start). The class shares or means of "
    "all trees are averaged. Deep trees have little bias and much variance, and averaging over draws takes most of "
    "the variance away. A random forest goes one step further and also varies the columns at each split.",
    kitchen="Fifty cooks learn the same recipe, but each from a different pile of old order slips, some slips twice "
    "and some never. Each has odd habits of his own. Let them cook together, and the odd habits cancel out.",
    strengths=(
        "Steadier than any single tree",
        "All columns may be asked at each split: good when few columns matter",
        "Indifferent to the scale of columns",
    ),
    weaknesses=(
        "Its trees resemble each other: a random forest is usually as good and quicker",
        "Large in memory with many deep trees",
        "Cannot predict beyond the range of targets it has seen",
    ),
    source="Breiman 1996, Bagging predictors, doi:10.1007/BF00058655",
)
