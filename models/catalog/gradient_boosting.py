"""Gradient boosting."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.staged import GradientBoostingTrainer
from models.spec import Cost, Estimator, ModelSpec

MAX_FEATURES: dict[str, str | float | None] = {"sqrt": "sqrt", "third": 1 / 3, "all": None}


class GradientBoostingParams(Params):
    """Hyper-parameters of gradient boosting."""

    n_estimators: Annotated[
        int,
        Field(
            ge=10,
            le=500,
            title="Iterations",
            description="Small trees added one after the other. Too many begin to learn the noise: watch the "
            "validation curve.",
            json_schema_extra={"front": True},
        ),
    ] = 100
    learning_rate: Annotated[
        float,
        Field(
            ge=0.0001,
            le=1,
            title="Learning rate",
            description="How much of its correction each tree may apply. Halving it calls for about twice the "
            "iterations.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 0.1
    max_depth: Annotated[
        int,
        Field(
            ge=1,
            le=50,
            title="Depth",
            description="Questions in a row that a correction may ask. 3 to 6 are usual; deep ones overfit soon.",
            json_schema_extra={"front": True},
        ),
    ] = 4
    min_samples_leaf: Annotated[
        int,
        Field(ge=1, le=200, title="Rows in a leaf", description="Raise it for noisy data, lower it for few rows."),
    ] = 5
    subsample: Annotated[
        float,
        Field(
            ge=0.1,
            le=1,
            title="Share of rows for each tree",
            description="Below 1 each tree sees a random part of the rows, which is quicker and often generalises "
            "better.",
        ),
    ] = 1.0
    max_features: Annotated[
        Literal["sqrt", "third", "all"],
        Field(title="Columns tried at each split", description="Fewer columns are quicker and make the trees differ."),
    ] = "all"


def build(params: GradientBoostingParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted ensemble; each tree depends on the one before, so there is nothing to do side by side."""
    del n_jobs
    from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

    kind = GradientBoostingRegressor if task is LearningTask.REGRESSION else GradientBoostingClassifier
    facts = params.model_dump() | {"max_features": MAX_FEATURES[params.max_features]}
    return kind(**facts, random_state=random_state)


SPEC = ModelSpec(
    key="gradient_boosting",
    label="Gradient boosting",
    family="Trees",
    tasks=SUPERVISED,
    params=GradientBoostingParams,
    build=build,
    trainer=GradientBoostingTrainer,
    live="Each point is the sum of all trees so far; every iteration adds one (or one for each class).",
    cost=Cost.HEAVY,
    needs_scaling=False,
    summary="Small trees that correct each other, with exact splits: accurate on small tables, slow on large ones.",
    technical="Each iteration computes the gradient of the loss for every row and fits a small regression tree to it; "
    "the tree's answers, shrunk by the learning rate, are added to the running score. Unlike its histogram sibling it "
    "weighs every possible threshold of every column, which is exact and slow. The loss is cross-entropy for classes "
    "and squared error for numbers; for several classes an iteration grows one tree each.",
    kitchen="A cook makes a sauce, tastes it and writes down what is missing to the gram. The next one mends just "
    "that, by a tenth, and tastes again. Nothing is rounded to the nearest spoon, so it takes its time; for one small "
    "pot it is worth it.",
    strengths=(
        "Accurate on small and medium tables",
        "Exact splits, no binning of columns",
        "Indifferent to the scale of columns",
    ),
    weaknesses=(
        "Slow on many rows: histogram gradient boosting does the same faster",
        "Overfits when it runs on for too long",
        "Cannot use several cores",
    ),
    source="Friedman 2001, Greedy function approximation, doi:10.1214/aos/1013203451",
)
