"""Elastic net regression."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.fields import FitIntercept, RelativePenalty
from models.live.path import PathTrainer
from models.spec import Cost, Estimator, ModelSpec


class ElasticNetParams(Params):
    """Hyper-parameters of the elastic net."""

    alpha: RelativePenalty = 0.01
    l1_ratio: Annotated[
        float,
        Field(
            ge=0.05,
            le=1,
            title="Share of selection",
            description="1 picks columns as a lasso does; near 0 it shares weight among similar ones as ridge does.",
            json_schema_extra={"front": True},
        ),
    ] = 0.5
    fit_intercept: FitIntercept = True
    positive: Annotated[
        bool,
        Field(
            title="No negative weights",
            description="For columns that can only add, such as ingredients or costs.",
        ),
    ] = False
    max_iter: Annotated[
        int,
        Field(ge=100, le=10_000, title="Most sweeps", description="The solver ends here if it has not settled."),
    ] = 1000
    tol: Annotated[
        float,
        Field(
            ge=1e-8,
            le=0.01,
            title="Tolerance",
            description="The solver has settled when it is proven to be this close to the best solution.",
            json_schema_extra={"log": True},
        ),
    ] = 1e-4


def build(params: ElasticNetParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted elastic net inside a scaling of the target, which gives the penalty a meaning in any unit."""
    del task, random_state, n_jobs
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.linear_model import ElasticNet
    from sklearn.preprocessing import StandardScaler

    return TransformedTargetRegressor(regressor=ElasticNet(**params.model_dump()), transformer=StandardScaler())


SPEC = ModelSpec(
    key="elastic_net",
    label="Elastic net",
    family="Linear",
    tasks=frozenset({LearningTask.REGRESSION}),
    params=ElasticNetParams,
    build=build,
    trainer=PathTrainer,
    live="Each point is the solution for a smaller penalty, from one that silences every column down to yours.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="Between lasso and ridge: picks columns, but keeps similar ones together.",
    technical="Least squares plus alpha times a mix of two penalties: the sum of the absolute weights, which makes "
    "weights zero, and half the sum of their squares, which spreads weight evenly over correlated columns. The squared "
    "part makes the solution unique and steadies it. The target is brought to deviation 1 first. Solved by coordinate "
    "descent with a proven duality gap, as the lasso.",
    kitchen="The chef still pays for each jar on the table, but a house rule says that twins share: where thyme comes "
    "on, oregano may stand beside it with half a spoon each, instead of thyme alone by the toss of a coin. The table "
    "stays short, and next week's market does not turn it upside down.",
    strengths=(
        "Picks columns, yet steadily: similar ones come and go together",
        "Works with more columns than rows",
        "Contains lasso and, nearly, ridge as its two ends",
    ),
    weaknesses=(
        "Two settings that work together",
        "Shrinks large true effects too",
        "Straight lines only; needs scaled columns",
    ),
    source="Zou and Hastie 2005, Regularization and variable selection via the elastic net, "
    "doi:10.1111/j.1467-9868.2005.00503.x",
)
