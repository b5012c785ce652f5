"""Bayesian ridge regression."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class BayesianRidgeParams(Params):
    """Hyper-parameters of Bayesian ridge regression."""

    weight_prior: Annotated[
        float,
        Field(
            ge=1e-8,
            le=1,
            title="Prior of the weights",
            description="Shape and rate of the Gamma prior over the precision of the weights. Small values leave the "
            "decision to the data.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 1e-6
    noise_prior: Annotated[
        float,
        Field(
            ge=1e-8,
            le=1,
            title="Prior of the noise",
            description="Shape and rate of the Gamma prior over the precision of the noise. Small values leave the "
            "decision to the data.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 1e-6
    fit_intercept: Annotated[
        bool,
        Field(
            title="Fit an intercept",
            description="Lets the line start anywhere. Switch off only when zero in all columns must mean zero.",
        ),
    ] = True
    max_iter: Annotated[
        int,
        Field(ge=10, le=1000, title="Most iterations", description="Rounds of weighing penalty against noise."),
    ] = 300


def build(params: BayesianRidgeParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted Bayesian ridge inside a scaling of the target, so that its priors mean the same in any unit."""
    del task, random_state, n_jobs
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.linear_model import BayesianRidge
    from sklearn.preprocessing import StandardScaler

    regressor = BayesianRidge(
        alpha_1=params.noise_prior,
        alpha_2=params.noise_prior,
        lambda_1=params.weight_prior,
        lambda_2=params.weight_prior,
        fit_intercept=params.fit_intercept,
        max_iter=params.max_iter,
    )
    return TransformedTargetRegressor(regressor=regressor, transformer=StandardScaler())


SPEC = ModelSpec(
    key="bayesian_ridge",
    label="Bayesian ridge",
    family="Linear",
    tasks=frozenset({LearningTask.REGRESSION}),
    params=BayesianRidgeParams,
    build=build,
    trainer=LearningCurveTrainer,
    live="A learning curve: each point is a new fit on more training rows; the last one uses all of them.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="Ridge regression that finds its own penalty from the data: a good choice when you do not want to tune.",
    technical="Weights and noise are Gaussian with unknown precisions, which have vague Gamma priors. The precisions "
    "are chosen to maximise the marginal likelihood of the training rows, in a few rounds on one singular value "
    "decomposition; their ratio is the ridge penalty. The weights then have a Gaussian posterior, whose mean makes the "
    "predictions. No rows have to be held back to choose the penalty.",
    kitchen="The caterer no longer needs a mentor who taps her fingers. She keeps a book on her own errors: on days "
    "when orders jump about for no reason she trusts her rules less, and when they hold week after week she trusts "
    "them more. How strict she has to be with herself, the book tells her.",
    strengths=(
        "Needs no tuning of its penalty",
        "Calm with correlated columns and few rows",
        "Knows how noisy the target is",
    ),
    weaknesses=(
        "Straight lines only",
        "Assumes noise of the same size everywhere",
        "Slow with thousands of columns",
    ),
    source="MacKay 1992, Bayesian interpolation, doi:10.1162/neco.1992.4.3.415; updates: Tipping 2001, Sparse Bayesian "
    "learning and the relevance vector machine, JMLR 1, 211-244",
)
