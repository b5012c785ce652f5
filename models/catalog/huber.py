"""Huber regression."""

from functools import partial
from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.fields import FitIntercept
from models.live._watching import by_minimize
from models.live.solver import SolverTrainer
from models.spec import Cost, Estimator, ModelSpec


class HuberParams(Params):
    """Hyper-parameters of Huber regression."""

    epsilon: Annotated[
        float,
        Field(
            ge=1.05,
            le=5,
            title="Tolerance for outliers",
            description="Residuals beyond this many times the usual spread count as outliers. 1.35 gives up 5 % of "
            "precision on clean data; larger values come closer to least squares.",
            json_schema_extra={"front": True},
        ),
    ] = 1.35
    alpha: Annotated[
        float,
        Field(
            ge=1e-6,
            le=100,
            title="L2 penalty",
            description="Pulls the weights towards zero against overfitting.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 1e-4
    fit_intercept: FitIntercept = True
    max_iter: Annotated[
        int, Field(ge=10, le=1000, title="Most iterations", description="The solver ends here if it has not settled.")
    ] = 200
    tol: Annotated[
        float,
        Field(
            ge=1e-8,
            le=0.1,
            title="Tolerance",
            description="The solver has settled when the slope of its loss is below this.",
            json_schema_extra={"log": True},
        ),
    ] = 1e-5


def build(params: HuberParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted Huber regression inside a scaling of the target, without which its solver goes astray."""
    del task, random_state, n_jobs
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.linear_model import HuberRegressor
    from sklearn.preprocessing import StandardScaler

    return TransformedTargetRegressor(regressor=HuberRegressor(**params.model_dump()), transformer=StandardScaler())


SPEC = ModelSpec(
    key="huber",
    label="Huber regression",
    family="Linear",
    tasks=frozenset({LearningTask.REGRESSION}),
    params=HuberParams,
    build=build,
    trainer=partial(SolverTrainer, watch=by_minimize),
    live="Each point is one iteration of the solver over all training rows.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="A straight line that a few wild values of the target cannot tilt.",
    technical="Small residuals cost their square, large ones only their size: the loss bends from a parabola into a "
    "straight line at epsilon times the spread of the residuals. That spread is estimated together with the weights, "
    "so the result does not depend on the target's unit. The problem is convex; L-BFGS with a bound on the spread "
    "solves it.",
    kitchen="A host estimates how long dinner takes. One evening the oven caught fire and dinner came at midnight. An "
    "ordinary average would shift for years. He lets that evening pull, but no harder than an evening that was merely "
    "late: however wild a story is, it counts as one story.",
    strengths=(
        "Extreme target values do little harm",
        "As readable as linear regression, and nearly as precise on clean data",
        "Marks the rows that it holds for outliers",
    ),
    weaknesses=(
        "Extreme values in the columns still have leverage",
        "Straight lines only",
        "Needs scaled columns, and predicts the middle of skewed targets a little off",
    ),
    source="Huber 1964, Robust estimation of a location parameter, doi:10.1214/aoms/1177703732; joint scale: Owen "
    "2007, A robust hybrid of lasso and ridge regression, doi:10.1090/conm/443/08555",
)
