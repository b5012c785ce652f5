"""Quantile regression."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.fields import FitIntercept
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class QuantileRegressionParams(Params):
    """Hyper-parameters of quantile regression."""

    quantile: Annotated[
        float,
        Field(
            ge=0.01,
            le=0.99,
            title="Quantile",
            description="0.5 predicts the median. 0.9 predicts the value that nine of ten such rows stay below.",
            json_schema_extra={"front": True},
        ),
    ] = 0.5
    alpha: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            title="L1 penalty",
            description="Sets weights of useless columns to zero. It is measured against the spread of the target.",
            json_schema_extra={"front": True},
        ),
    ] = 0.001
    fit_intercept: FitIntercept = True


def build(params: QuantileRegressionParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted quantile regression inside a scaling of the target, which gives the penalty a meaning in any unit.

    The interior-point solver of HiGHS is several times faster here than its simplex.
    """
    del task, random_state, n_jobs
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.linear_model import QuantileRegressor
    from sklearn.preprocessing import StandardScaler

    regressor = QuantileRegressor(**params.model_dump(), solver="highs-ipm")
    return TransformedTargetRegressor(regressor=regressor, transformer=StandardScaler())


SPEC = ModelSpec(
    key="quantile_regression",
    label="Quantile regression",
    family="Linear",
    tasks=frozenset({LearningTask.REGRESSION}),
    params=QuantileRegressionParams,
    build=build,
    trainer=LearningCurveTrainer,
    live="A learning curve: each point is a new fit on more training rows; the last one uses all of them.",
    cost=Cost.HEAVY,
    needs_scaling=True,
    max_rows=100_000,
    summary="Predicts the median or any other quantile: for safe bounds, and for targets with a long tail.",
    technical="Minimises the pinball loss, which charges quantile times the residual above the prediction and (1 - "
    "quantile) times it below, plus an L1 penalty. Its best constant answer is the quantile, so the linear answer is "
    "the conditional quantile. The loss has corners, hence a linear programme, solved by an interior-point method; its "
    "time grows faster than the rows.",
    kitchen="A baker does not want the average number of rolls sold. She wants the number that is enough on nine "
    "mornings of ten. Running out costs her nine times what a leftover costs, and she shifts her line until these "
    "two worries are in balance.",
    strengths=(
        "Says what is rarely exceeded, not just what is usual",
        "Extreme target values do no harm",
        "Assumes nothing about the shape of the noise",
    ),
    weaknesses=(
        "Slow with many rows",
        "One run for each quantile, and two of them may cross",
        "Judged by the error of a mean it looks worse than it is, unless the quantile is 0.5",
    ),
    source="Koenker and Bassett 1978, Regression quantiles, doi:10.2307/1913643",
)
