"""Random forest."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.growing import GrowingTrainer
from models.spec import Cost, Estimator, ModelSpec

MAX_FEATURES: dict[str, str | float] = {"sqrt": "sqrt", "third": 1 / 3, "all": 1.0}


class RandomForestParams(Params):
    """Hyper-parameters of a random forest."""

    n_estimators: Annotated[
        int,
        Field(
            ge=10,
            le=500,
            title="Trees",
            description="More trees make the vote steadier and never overfit, but cost time and memory.",
            json_schema_extra={"front": True},
        ),
    ] = 100
    max_depth: Annotated[
        int,
        Field(
            ge=3,
            le=50,
            title="Depth",
            description="Questions in a row that a tree may ask. Shallow trees generalise, deep ones remember.",
            json_schema_extra={"front": True},
        ),
    ] = 20
    min_samples_leaf: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            title="Rows in a leaf",
            description="The least number of training rows behind each answer. Raise it for noisy data.",
            json_schema_extra={"front": True},
        ),
    ] = 1
    max_features: Annotated[
        Literal["sqrt", "third", "all"],
        Field(
            title="Columns tried at each split",
            description="Fewer columns make the trees more different from each other, which a vote profits from.",
        ),
    ] = "sqrt"
    balance_classes: Annotated[
        bool,
        Field(
            title="Balance the classes",
            description="Gives rare classes as much say as frequent ones. Has no meaning for a regression.",
        ),
    ] = False


def build(params: RandomForestParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted forest that grows ``n_jobs`` trees side by side."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    facts = {
        "n_estimators": params.n_estimators,
        "max_depth": params.max_depth,
        "min_samples_leaf": params.min_samples_leaf,
        "max_features": MAX_FEATURES[params.max_features],
        "random_state": random_state,
        "n_jobs": n_jobs,
    }
    if task is LearningTask.REGRESSION:
        return RandomForestRegressor(**facts)
    return RandomForestClassifier(**facts, class_weight="balanced" if params.balance_classes else None)


SPEC = ModelSpec(
    key="random_forest",
    label="Random forest",
    family="Trees",
    tasks=SUPERVISED,
    params=RandomForestParams,
    build=build,
    trainer=GrowingTrainer,
    live="Each point is the vote of all trees grown so far.",
    cost=Cost.MEDIUM,
    needs_scaling=False,
    handles_missing=True,
    summary="Many different decision trees vote: robust, hardly needs tuning, a strong default for tables.",
    technical="Each tree learns from a bootstrap sample of the rows and tries a random subset of the features at each "
    "split, so that the trees err in different places. Classification averages their class shares, regression their "
    "means. The average keeps the low bias of deep trees and removes most of their variance. More trees only bring the "
    "average closer to its limit.",
    kitchen="A hundred cooks taste the same stew, each with a different spoonful and each allowed to ask about a few "
    "ingredients only: is there saffron, is there more than a pinch of salt? Any one of them may be wrong. But they "
    "are wrong in different ways, and the show of hands is hard to fool.",
    strengths=(
        "Good results with the first settings",
        "Indifferent to scale, outliers and odd distributions of columns",
        "Finds curves and interplay of columns by itself",
    ),
    weaknesses=(
        "Large in memory with many deep trees",
        "Cannot predict beyond the range of targets it has seen",
        "Harder to read than one tree or a linear model",
    ),
    source="Breiman 2001, Random forests, doi:10.1023/A:1010933404324",
)
