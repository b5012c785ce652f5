"""AdaBoost."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.staged import AdaBoostTrainer
from models.spec import Cost, Estimator, ModelSpec


class AdaBoostParams(Params):
    """Hyper-parameters of AdaBoost."""

    n_estimators: Annotated[
        int,
        Field(
            ge=10,
            le=500,
            title="Learners",
            description="Small trees added one after the other, each for the rows that the others got wrong.",
            json_schema_extra={"front": True},
        ),
    ] = 100
    learning_rate: Annotated[
        float,
        Field(
            ge=0.0001,
            le=2,
            title="Learning rate",
            description="How much say each learner gets. Halving it calls for about twice the learners.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 0.5
    max_depth: Annotated[
        int,
        Field(
            ge=1,
            le=10,
            title="Depth of a learner",
            description="Questions in a row. 1 is the classic stump with a single question.",
            json_schema_extra={"front": True},
        ),
    ] = 3
    loss: Annotated[
        Literal["linear", "square", "exponential"],
        Field(
            title="Weight of an error",
            description="How the weight of a row grows with its error in a regression. Has no meaning for classes.",
        ),
    ] = "linear"


def build(params: AdaBoostParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted ensemble; each learner depends on the one before, so there is nothing to do side by side."""
    del n_jobs
    from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    facts = {
        "n_estimators": params.n_estimators,
        "learning_rate": params.learning_rate,
        "random_state": random_state,
    }
    if task is LearningTask.REGRESSION:
        return AdaBoostRegressor(DecisionTreeRegressor(max_depth=params.max_depth), loss=params.loss, **facts)
    return AdaBoostClassifier(DecisionTreeClassifier(max_depth=params.max_depth), **facts)


SPEC = ModelSpec(
    key="ada_boost",
    label="AdaBoost",
    family="Trees",
    tasks=SUPERVISED,
    params=AdaBoostParams,
    build=build,
    trainer=AdaBoostTrainer,
    live="Each point is the weighted vote of all learners so far.",
    cost=Cost.MEDIUM,
    needs_scaling=False,
    summary="Small trees that each care for the rows the others got wrong: the first boosting, and easy to explain.",
    technical="Every row carries a weight. A small tree learns from the weighted rows, gets a say that grows as its "
    "weighted error falls, and the weights of the rows it got wrong go up for the next one. Classes are decided by the "
    "weighted vote (SAMME), numbers by the weighted median of the trees (AdaBoost.R2). It is the same as lowering an "
    "exponential loss step by step, which is why rows that are simply labelled wrong get ever more attention.",
    kitchen="After each service the chef marks the dishes that came back. Tomorrow's trainee practises those most of "
    "all, and gets a louder voice in the tasting the better he did. After a hundred evenings the voices together leave "
    "little to complain about, unless a guest has sent back a dish that was fine: then everybody cooks for him.",
    strengths=(
        "Two settings, and both are easy to grasp",
        "Shows what boosting is",
        "Indifferent to the scale of columns",
    ),
    weaknesses=(
        "Chases wrong labels and outliers",
        "Its probabilities are poorly calibrated",
        "Cannot use several cores",
    ),
    source="Freund and Schapire 1997, doi:10.1006/jcss.1997.1504; SAMME: Zhu et al. 2009, "
    "doi:10.4310/SII.2009.v2.n3.a8; R2: Drucker 1997, ICML",
)
