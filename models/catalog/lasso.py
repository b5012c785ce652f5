"""Lasso regression."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.fields import FitIntercept, RelativePenalty
from models.live.path import PathTrainer
from models.spec import Cost, Estimator, ModelSpec


class LassoParams(Params):
    """Hyper-parameters of the lasso."""

    alpha: RelativePenalty = 0.01
    positive: Annotated[
        bool,
        Field(
            title="No negative weights",
            description="For columns that can only add, such as ingredients or costs.",
            json_schema_extra={"front": True},
        ),
    ] = False
    fit_intercept: FitIntercept = True
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


def build(params: LassoParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted lasso inside a scaling of the target, which gives the penalty a meaning in any unit."""
    del task, random_state, n_jobs
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.linear_model import Lasso
    from sklearn.preprocessing import StandardScaler

    return TransformedTargetRegressor(regressor=Lasso(**params.model_dump()), transformer=StandardScaler())


SPEC = ModelSpec(
    key="lasso",
    label="Lasso",
    family="Linear",
    tasks=frozenset({LearningTask.REGRESSION}),
    params=LassoParams,
    build=build,
    trainer=PathTrainer,
    live="Each point is the solution for a smaller penalty, from one that silences every column down to yours.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="A straight-line model that picks columns: it sets the weights of useless ones to exactly zero.",
    technical="Least squares plus alpha times the sum of the absolute weights. The corner of that penalty at zero "
    "makes many weights exactly zero, so fitting and choosing columns are one step. The target is brought to deviation "
    "1 first. Coordinate descent sweeps over the columns, solving for one weight at a time with a soft threshold, "
    "until the duality gap proves that it is close enough. Of two columns that say the same, it keeps one almost at "
    "random.",
    kitchen="A chef has a hundred jars and must pay for each one that stands on the table, the more the fuller it is "
    "used. At first the price is so high that the table stays empty. It falls, and salt comes on, then lemon, then "
    "chilli; at your price perhaps eight jars stand there. The soup is nearly as good, and everybody can read the "
    "recipe.",
    strengths=(
        "Short models: most weights are exactly zero",
        "Finds a few useful columns among very many, even with more columns than rows",
        "Its path shows in which order columns become useful",
    ),
    weaknesses=(
        "Chooses one of several similar columns, and another one on other rows",
        "Shrinks large true effects too",
        "Straight lines only; needs scaled columns",
    ),
    source="Tibshirani 1996, Regression shrinkage and selection via the lasso, "
    "doi:10.1111/j.2517-6161.1996.tb02080.x; solver and path: Friedman, Hastie and Tibshirani 2010, "
    "doi:10.18637/jss.v033.i01",
)
