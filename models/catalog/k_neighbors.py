"""Nearest neighbours."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec

POWER = {"straight": 2, "blocks": 1}


class KNeighborsParams(Params):
    """Hyper-parameters of nearest neighbours."""

    n_neighbors: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            title="Neighbours",
            description="How many of the most similar rows are asked. Few follow every detail, many smooth it out.",
            json_schema_extra={"front": True},
        ),
    ] = 5
    weights: Annotated[
        Literal["uniform", "distance"],
        Field(
            title="Say of a neighbour",
            description="Uniform: each counts the same. Distance: nearer ones count more.",
            json_schema_extra={"front": True},
        ),
    ] = "uniform"
    distance: Annotated[
        Literal["straight", "blocks"],
        Field(
            title="Distance",
            description="Straight: as the crow flies (Euclid). Blocks: along the axes (Manhattan), less impressed by "
            "one large gap.",
        ),
    ] = "straight"


def build(params: KNeighborsParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted neighbours model; nothing in it is random."""
    del random_state
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    kind = KNeighborsRegressor if task is LearningTask.REGRESSION else KNeighborsClassifier
    return kind(n_neighbors=params.n_neighbors, weights=params.weights, p=POWER[params.distance], n_jobs=n_jobs)


SPEC = ModelSpec(
    key="k_neighbors",
    label="Nearest neighbours",
    family="Neighbours",
    tasks=SUPERVISED,
    params=KNeighborsParams,
    build=build,
    trainer=LearningCurveTrainer,
    live="A learning curve: each point knows more training rows; the last one knows all of them.",
    cost=Cost.HEAVY,
    needs_scaling=True,
    summary="Answers as the most similar known rows do: easy to grasp, good with few columns and smooth patterns.",
    technical="Training stores the rows, in a tree where that pays. A prediction looks up the k rows at the smallest "
    "distance and returns the shares of their classes or the mean of their values. There is no model of the data "
    "beyond the distance, so features need one scale, and many irrelevant ones drown the relevant. Time and memory go "
    "into predicting, not into training.",
    kitchen="A new cook is asked how spicy a dish should be. He has no theory. He finds the five dishes in the book "
    "most like it and does as they do. With a thick book and a good sense of what is alike he does very well; with a "
    "thousand irrelevant details in each recipe, everything looks equally far away.",
    strengths=(
        "No assumptions about the shape of the pattern",
        "Each answer can be shown by its examples",
        "Nothing to train, so new rows are easy to add",
    ),
    weaknesses=(
        "Slow to predict with many rows",
        "Suffers from many or badly scaled columns",
        "Keeps all training rows, and so their secrets, in the model",
    ),
    source="Cover and Hart 1967, Nearest neighbor pattern classification, doi:10.1109/TIT.1967.1053964",
)
