"""Ridge regression."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class RidgeParams(Params):
    """Hyper-parameters of ridge regression."""

    alpha: Annotated[
        float,
        Field(
            ge=1e-4,
            le=10_000,
            title="L2 penalty",
            description="Pulls the weights towards zero. More of it steadies the fit when columns resemble each other "
            "or rows are few.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 1.0
    fit_intercept: Annotated[
        bool,
        Field(
            title="Fit an intercept",
            description="Lets the line start anywhere. Switch off only when zero in all columns must mean zero.",
            json_schema_extra={"front": True},
        ),
    ] = True


def build(params: RidgeParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted ridge regression; its solution is a formula without randomness."""
    del task, random_state, n_jobs
    from sklearn.linear_model import Ridge

    return Ridge(alpha=params.alpha, fit_intercept=params.fit_intercept)


SPEC = ModelSpec(
    key="ridge",
    label="Ridge regression",
    family="Linear",
    tasks=frozenset({LearningTask.REGRESSION}),
    params=RidgeParams,
    build=build,
    trainer=LearningCurveTrainer,
    live="A learning curve: each point is a new fit on more training rows; the last one uses all of them.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="A straight-line model that stays calm when columns overlap: the first thing to try for a number.",
    technical="The prediction is a weighted sum of the features. The weights minimise the squared error plus alpha "
    "times their squared length, which has a closed solution by one matrix factorisation. The penalty trades a little "
    "bias for much less variance when features are correlated. Alpha 0 would be ordinary least squares.",
    kitchen="A caterer guesses how much rice a party needs: so much for each guest, a bit more for each hour. Guests "
    "and chairs tell the same story, so she trusts neither alone too much and shares the weight between them. A strict "
    "mentor taps her fingers whenever one rule gets too loud.",
    strengths=(
        "Exact and very fast",
        "Weights show direction and size of each effect",
        "Copes with many correlated columns",
    ),
    weaknesses=(
        "Straight lines only",
        "A few extreme target values pull the whole fit",
        "Needs scaled columns",
    ),
    source="Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634",
)
