"""LightGBM."""

from typing import Annotated

from pydantic import Field

from core.errors import MissingLibrary
from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.lightgbm_rounds import LightGBMTrainer
from models.spec import Cost, Estimator, ModelSpec


class LightGBMParams(Params):
    """Hyper-parameters of LightGBM."""

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
    num_leaves: Annotated[
        int,
        Field(
            ge=3,
            le=255,
            title="Leaves of a tree",
            description="How detailed one correction may be: the setting that matters most here.",
            json_schema_extra={"front": True},
        ),
    ] = 31
    max_depth: Annotated[
        int, Field(ge=3, le=50, title="Depth", description="Questions in a row that a tree may ask.")
    ] = 50
    min_child_samples: Annotated[
        int,
        Field(ge=1, le=200, title="Rows in a leaf", description="Raise it for noisy data, lower it for few rows."),
    ] = 20
    subsample: Annotated[
        float,
        Field(
            ge=0.1,
            le=1,
            title="Share of rows for each tree",
            description="Below 1 a new random part of the rows is drawn for each tree.",
        ),
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
    ] = 0.0
    reg_alpha: Annotated[
        float,
        Field(ge=0, le=100, title="L1 penalty", description="Sets answers of leaves with hardly any evidence to 0."),
    ] = 0.0
    balance_classes: Annotated[
        bool,
        Field(
            title="Balance the classes",
            description="Gives rare classes as much say as frequent ones. Has no meaning for a regression.",
        ),
    ] = False


def build(params: LightGBMParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted ensemble on ``n_jobs`` threads.

    Raises:
        MissingLibrary: The system lacks the library for threads that LightGBM needs.
    """
    try:
        from lightgbm import LGBMClassifier, LGBMRegressor
    except OSError as error:
        raise MissingLibrary("libgomp", install="on Debian and Ubuntu: apt-get install libgomp1") from error

    facts = {
        **params.model_dump(exclude={"balance_classes"}),
        "subsample_freq": int(params.subsample < 1),
        # Sums in one order whatever the number of threads, and no choice by the clock: one seed, one result.
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
        "random_state": random_state,
        "n_jobs": n_jobs,
    }
    if task is LearningTask.REGRESSION:
        return LGBMRegressor(**facts)
    return LGBMClassifier(**facts, class_weight="balanced" if params.balance_classes else None)


SPEC = ModelSpec(
    key="lightgbm",
    label="LightGBM",
    family="Trees",
    tasks=SUPERVISED,
    params=LightGBMParams,
    build=build,
    trainer=LightGBMTrainer,
    live="Each point is the sum of all trees so far; every iteration adds one (or one for each class).",
    cost=Cost.MEDIUM,
    needs_scaling=False,
    handles_missing=True,
    handles_categories=True,
    summary="Boosting that grows each tree where it helps most: quick on many rows and many columns.",
    technical="Like histogram gradient boosting it bins the columns and fits small trees to the gradient of the loss. "
    "Each tree grows leaf by leaf, always at the leaf whose split lowers the loss most, so that trees of the same size "
    "may be deep and lopsided. Columns that are rarely filled at the same time share a histogram. Missing numbers get "
    "the side that suits them, and categories are sorted by their gradients and split into two groups.",
    kitchen="These cooks do not work through the stove from left to right. They always run to the pot that needs them "
    "most, and leave the ones that are fine alone. The meal is ready sooner; only a small pot with one odd spice can "
    "get too much of their attention.",
    strengths=(
        "Quick on hundreds of thousands of rows",
        "Takes missing numbers and categories as they are",
        "Among the most accurate methods for tables",
    ),
    weaknesses=(
        "Overfits small tables unless leaves are kept large",
        "More settings that matter than a forest has",
        "Cannot predict beyond the range of targets it has seen",
    ),
    source="Ke et al. 2017, LightGBM, NeurIPS 30; arXiv:1706.08359 for its GPU histograms",
)
