"""Linear support vector machine."""

from functools import partial
from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.calibrated import FOLD_NEEDS, calibrated
from models.fields import BalanceClasses, FitIntercept, Freedom
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class LinearSVMParams(Params):
    """Hyper-parameters of a linear support vector machine."""

    C: Freedom = 1.0
    balance_classes: BalanceClasses = False
    epsilon: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            title="Free corridor",
            description="For a regression: errors up to this many deviations of the target cost nothing.",
            json_schema_extra={"front": True},
        ),
    ] = 0.05
    fit_intercept: FitIntercept = True
    max_iter: Annotated[
        int,
        Field(ge=100, le=20_000, title="Most iterations", description="The solver ends here if it has not settled."),
    ] = 2000


def build(params: LinearSVMParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted linear machine: with honest probabilities for classes, inside a scaling of a numeric target."""
    del n_jobs
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC, LinearSVR

    facts = {
        "C": params.C,
        "fit_intercept": params.fit_intercept,
        "max_iter": params.max_iter,
        "dual": "auto",
        "random_state": random_state,
    }
    if task is LearningTask.REGRESSION:
        # The squared form has a primal solver; the plain one needs hundreds of times as long on many rows.
        regressor = LinearSVR(loss="squared_epsilon_insensitive", epsilon=params.epsilon, **facts)
        return TransformedTargetRegressor(regressor=regressor, transformer=StandardScaler())
    return calibrated(LinearSVC(class_weight="balanced" if params.balance_classes else None, **facts), random_state)


SPEC = ModelSpec(
    key="linear_svm",
    label="Linear SVM",
    family="Support vectors",
    tasks=SUPERVISED,
    params=LinearSVMParams,
    build=build,
    trainer=partial(LearningCurveTrainer, needs=FOLD_NEEDS),
    live="A learning curve: each point is a new fit on more training rows; the last one uses all of them.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="A straight border with the widest possible margin: fast, also with many rows and columns.",
    technical="Among all hyperplanes it takes the one with the widest margin, paying C times the squared distance for "
    "each row on the wrong side of it; more than two classes are learned one against the rest. For numbers, residuals "
    "within epsilon are free and the others cost their square. LIBLINEAR solves it by a trust-region Newton method or "
    "by dual coordinate descent, whichever fits the shape of the data. It knows no probabilities by itself: a sigmoid "
    "is fitted to the decision values of rows that were left out in three folds.",
    kitchen="A long table, starters on one side, desserts on the other, and a tape between them. The tape is laid so "
    "that it stays as far from the nearest plates as it can. Only these few plates decide where it lies; all the "
    "others could be taken away. If a sorbet stands among the starters, the tape bends for nobody: it pays a fine.",
    strengths=(
        "Fast on many rows and on thousands of columns, such as words",
        "The wide margin guards against overfitting",
        "Weights can be read as in logistic regression",
    ),
    weaknesses=(
        "Straight borders only",
        "Probabilities are added afterwards, and cost three more fits",
        "Needs scaled columns",
    ),
    source="Cortes and Vapnik 1995, Support-vector networks, doi:10.1007/BF00994018; solver: Fan et al. 2008, "
    "LIBLINEAR, JMLR 9, 1871-1874; probabilities: Platt 1999",
)
