"""Linear regression."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class LinearRegressionParams(Params):
    """Settings of ordinary least squares."""

    fit_intercept: Annotated[
        bool,
        Field(
            title="Fit an intercept",
            description="Lets the line start anywhere. Switch off only when zero in all columns must mean zero.",
            json_schema_extra={"front": True},
        ),
    ] = True
    positive: Annotated[
        bool,
        Field(
            title="No negative weights",
            description="For columns that can only add, such as ingredients or costs. Slower with many columns.",
            json_schema_extra={"front": True},
        ),
    ] = False


def build(params: LinearRegressionParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted least-squares regression; its solution is a formula without randomness."""
    del task, random_state, n_jobs
    from sklearn.linear_model import LinearRegression

    return LinearRegression(fit_intercept=params.fit_intercept, positive=params.positive)


SPEC = ModelSpec(
    key="linear_regression",
    label="Linear regression",
    family="Linear",
    tasks=frozenset({LearningTask.REGRESSION}),
    params=LinearRegressionParams,
    build=build,
    trainer=LearningCurveTrainer,
    live="A learning curve: each point is a new fit on more training rows; the last one uses all of them.",
    cost=Cost.LIGHT,
    needs_scaling=False,
    summary="The straight line through the data: no settings that matter, and the yardstick for everything else.",
    technical="Ordinary least squares: the weights minimise the sum of squared residuals, with no penalty. The "
    "solution comes from a singular value decomposition, so repeated or dependent columns are no obstacle: of all "
    "solutions the one with the shortest weights is taken. With many columns for few rows its variance explodes, which "
    "is what ridge and lasso are for. With non-negative weights it is solved by an active-set method.",
    kitchen="A cook works out what a bill is made of: so much for each guest, so much for each bottle, and a fixed sum "
    "for opening the kitchen. She picks the three prices that come closest to all the bills of the year. Nobody told "
    "her to be modest, so with three bills and ten unknown prices she will explain them all, and the next one not at "
    "all.",
    strengths=(
        "Nothing to tune, and solved exactly",
        "Each weight says what one more unit of a column goes along with",
        "The fair baseline that a flexible model has to beat",
    ),
    weaknesses=(
        "Straight lines only, unless curves are given as columns",
        "Unsteady when columns resemble each other or rows are few",
        "A few extreme rows can tilt the whole line",
    ),
    source="Legendre 1805 and Gauss 1809; Hastie, Tibshirani and Friedman 2009, The elements of statistical learning, "
    "chapter 3, doi:10.1007/978-0-387-84858-7",
)
