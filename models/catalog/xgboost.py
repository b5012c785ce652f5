"""XGBoost."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.xgboost_rounds import XGBoostTrainer
from models.spec import Cost, Estimator, ModelSpec


class XGBoostParams(Params):
    """Hyper-parameters of XGBoost."""

    n_estimators: Annotated[
        int,
        Field(
            ge=10,
            le=500,
            title="Iterations",
            description="Trees added one after the other. Too many begin to learn the noise: watch the validation "
            "curve.",
            json_schema_extra={"front": True},
        ),
    ] = 200
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
    ] = 0.05
    max_depth: Annotated[
        int,
        Field(
            ge=3,
            le=50,
            title="Depth",
            description="Questions in a row that a tree may ask. 4 to 8 are usual; memory doubles with each level "
            "that is used.",
            json_schema_extra={"front": True},
        ),
    ] = 5
    min_child_weight: Annotated[
        float,
        Field(
            ge=0,
            le=100,
            title="Evidence in a leaf",
            description="The least sum of second derivatives in a leaf; for a regression the number of its rows. "
            "Raise it for noisy data.",
        ),
    ] = 1.0
    subsample: Annotated[
        float,
        Field(ge=0.1, le=1, title="Share of rows for each tree", description="Below 1 each tree sees a random part."),
    ] = 1.0
    colsample_bytree: Annotated[
        float,
        Field(
            ge=0.1, le=1, title="Share of columns for each tree", description="Below 1 each tree knows a random part."
        ),
    ] = 1.0
    reg_lambda: Annotated[
        float,
        Field(ge=0, le=100, title="L2 penalty", description="Shrinks the answers of leaves with little evidence."),
    ] = 1.0
    reg_alpha: Annotated[
        float,
        Field(ge=0, le=100, title="L1 penalty", description="Sets answers of leaves with hardly any evidence to 0."),
    ] = 0.0
    gamma: Annotated[
        float,
        Field(ge=0, le=100, title="Least gain of a split", description="Splits that lower the loss by less are left."),
    ] = 0.0
    grow_policy: Annotated[
        Literal["depthwise", "lossguide"],
        Field(
            title="Order of growth",
            description="Depthwise: level by level. Lossguide: always the leaf that gains most.",
        ),
    ] = "depthwise"


def build(params: XGBoostParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted ensemble on ``n_jobs`` threads; where it computes is its trainer's affair."""
    from xgboost import XGBClassifier, XGBRegressor

    kind = XGBRegressor if task is LearningTask.REGRESSION else XGBClassifier
    return kind(
        **params.model_dump(),
        tree_method="hist",
        max_bin=256,
        random_state=random_state,
        n_jobs=n_jobs,
    )


SPEC = ModelSpec(
    key="xgboost",
    label="XGBoost",
    family="Trees",
    tasks=SUPERVISED,
    params=XGBoostParams,
    build=build,
    trainer=XGBoostTrainer,
    live="Each point is the sum of all trees so far; every iteration adds one (or one for each class).",
    cost=Cost.MEDIUM,
    needs_scaling=False,
    handles_missing=True,
    handles_categories=True,
    uses_gpu=True,
    summary="Regularised boosting with many settings, on all cores or a GPU: a favourite in competitions.",
    technical="Each iteration takes first and second derivatives of the loss for every row and grows a tree that "
    "lowers a second-order approximation of it, with penalties on leaf values and on the number of leaves. Columns "
    "are binned into 256 histogram bins. Missing numbers go to the side of each split that lowers the loss more, and "
    "categories are split into groups. The loss is cross-entropy for classes and squared error for numbers.",
    kitchen="The correcting cooks again, but with an accountant in the kitchen: each correction has to be worth its "
    "ingredients, or it is struck off. And they do not only taste what is missing, they also judge how quickly the "
    "taste is changing, so that each step is about the right length.",
    strengths=(
        "Among the most accurate methods for tables",
        "Uses all cores, or a GPU",
        "Takes missing numbers and categories as they are",
    ),
    weaknesses=(
        "Many settings that interact",
        "Overfits when it runs on for too long",
        "Cannot predict beyond the range of targets it has seen",
    ),
    source="Chen and Guestrin 2016, XGBoost, doi:10.1145/2939672.2939785",
)
