"""Histogram gradient boosting."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.boosting import BoostingTrainer
from models.spec import Cost, Estimator, ModelSpec


class HistGradientBoostingParams(Params):
    """Hyper-parameters of histogram gradient boosting."""

    max_iter: Annotated[
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
    max_leaf_nodes: Annotated[
        int,
        Field(
            ge=3,
            le=255,
            title="Leaves of a tree",
            description="How detailed one correction may be.",
            json_schema_extra={"front": True},
        ),
    ] = 31
    max_depth: Annotated[
        int, Field(ge=3, le=50, title="Depth", description="Questions in a row that a tree may ask.")
    ] = 50
    min_samples_leaf: Annotated[
        int,
        Field(ge=1, le=200, title="Rows in a leaf", description="Raise it for noisy data, lower it for few rows."),
    ] = 20
    l2_regularization: Annotated[
        float,
        Field(ge=0, le=100, title="L2 penalty", description="Shrinks the answers of leaves with little evidence."),
    ] = 0.0
    balance_classes: Annotated[
        bool,
        Field(
            title="Balance the classes",
            description="Gives rare classes as much say as frequent ones. Has no meaning for a regression.",
        ),
    ] = False


def build(params: HistGradientBoostingParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted boosting ensemble; its threads follow OpenMP's settings, not ``n_jobs``."""
    del n_jobs
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    facts = {
        **params.model_dump(exclude={"balance_classes"}),
        "early_stopping": False,
        "random_state": random_state,
    }
    if task is LearningTask.REGRESSION:
        return HistGradientBoostingRegressor(**facts)
    return HistGradientBoostingClassifier(**facts, class_weight="balanced" if params.balance_classes else None)


SPEC = ModelSpec(
    key="hist_gradient_boosting",
    label="Histogram gradient boosting",
    family="Trees",
    tasks=SUPERVISED,
    params=HistGradientBoostingParams,
    build=build,
    trainer=BoostingTrainer,
    live="Each point is the sum of all trees so far; every iteration adds one (or one for each class).",
    cost=Cost.MEDIUM,
    needs_scaling=False,
    handles_missing=True,
    handles_categories=True,
    summary="Small trees that correct each other: often the most accurate choice for tables, and fast on many rows.",
    technical="Each iteration computes the gradient of the loss for every row and fits a small regression tree to it; "
    "the tree's answers, shrunk by the learning rate, are added to the running score. Columns are first sorted into at "
    "most 255 bins, so that finding a split is a matter of adding up histograms. Leaves are split best-first. The loss "
    "is cross-entropy for classes and squared error for numbers.",
    kitchen="A cook makes a sauce, tastes it and notes what is missing. The next cook only mends that: a little acid "
    "here, a little salt there, never too much at once. A hundred careful corrections later the sauce is excellent, "
    "and one more would only chase last night's accident.",
    strengths=(
        "Among the most accurate methods for tables",
        "Fast on hundreds of thousands of rows",
        "Takes missing numbers and categories as they are",
    ),
    weaknesses=(
        "Overfits when it runs on for too long",
        "More settings that matter than a forest has",
        "Cannot predict beyond the range of targets it has seen",
    ),
    source="Friedman 2001, doi:10.1214/aos/1013203451; histograms: Ke et al. 2017, LightGBM, NeurIPS 30",
)
