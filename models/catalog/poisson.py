"""Poisson regression."""

from functools import partial
from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.fields import FitIntercept
from models.live._needs import Needs
from models.live._watching import by_minimize
from models.live.solver import SolverTrainer
from models.spec import Cost, Estimator, ModelSpec


class PoissonParams(Params):
    """Hyper-parameters of Poisson regression."""

    alpha: Annotated[
        float,
        Field(
            ge=0,
            le=100,
            title="L2 penalty",
            description="Pulls the weights towards zero. More of it steadies the fit when columns resemble each other "
            "or rows are few.",
            json_schema_extra={"front": True},
        ),
    ] = 1.0
    max_iter: Annotated[
        int,
        Field(
            ge=10,
            le=1000,
            title="Most iterations",
            description="The solver ends here if it has not settled.",
            json_schema_extra={"front": True},
        ),
    ] = 200
    fit_intercept: FitIntercept = True
    tol: Annotated[
        float,
        Field(
            ge=1e-8,
            le=0.1,
            title="Tolerance",
            description="The solver has settled when the slope of its loss is below this.",
            json_schema_extra={"log": True},
        ),
    ] = 1e-6


def build(params: PoissonParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted Poisson regression, solved by L-BFGS."""
    del task, random_state, n_jobs
    from sklearn.linear_model import PoissonRegressor

    return PoissonRegressor(**params.model_dump(), solver="lbfgs")


SPEC = ModelSpec(
    key="poisson",
    label="Poisson regression",
    family="Linear",
    tasks=frozenset({LearningTask.REGRESSION}),
    params=PoissonParams,
    build=build,
    trainer=partial(
        SolverTrainer,
        watch=by_minimize,
        needs=Needs(counts=True, reason="Poisson regression is made for counts and amounts."),
    ),
    live="Each point is one iteration of the solver over all training rows.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="For counts and amounts that cannot be negative: columns multiply the answer instead of adding to it.",
    technical="A generalised linear model with logarithmic link: the mean is the exponential of a weighted sum, so it "
    "is never negative and each column acts as a factor. The weights minimise half the Poisson deviance plus an L2 "
    "penalty, a convex problem solved by L-BFGS. The variance is taken to grow with the mean; where it grows faster, "
    "the predictions stay sound and only statements on their spread would not.",
    kitchen="How many guests ring the bell tonight? Rain halves them, Saturday doubles them, a concert next door makes "
    "it half as many again. The cook multiplies instead of adding, and so she never prepares for minus three guests. "
    "She also forgives herself a miss of ten on a busy night more easily than on a quiet one.",
    strengths=(
        "Never predicts a negative count",
        "Weights read as percentages: a factor for each column",
        "Fast, and convex: one best solution",
    ),
    weaknesses=(
        "Refuses targets below zero",
        "A large value in a column is multiplied through the exponential, and can run away",
        "Many more zeros than a Poisson count has are not modelled apart",
    ),
    source="Nelder and Wedderburn 1972, Generalized linear models, doi:10.2307/2344614",
)
