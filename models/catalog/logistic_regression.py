"""Logistic regression."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.solver import SolverTrainer
from models.spec import Cost, Estimator, ModelSpec


class LogisticRegressionParams(Params):
    """Hyper-parameters of logistic regression."""

    C: Annotated[
        float,
        Field(
            ge=0.01,
            le=100,
            title="Freedom (C)",
            description="How far the weights may go. Small values keep them near zero, which helps with few rows or "
            "many columns.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 1.0
    balance_classes: Annotated[
        bool,
        Field(
            title="Balance the classes",
            description="Gives rare classes as much say as frequent ones. Finds more of the rare cases and raises "
            "more false alarms.",
            json_schema_extra={"front": True},
        ),
    ] = False
    max_iter: Annotated[
        int, Field(ge=10, le=1000, title="Most iterations", description="The solver ends here if it has not settled.")
    ] = 200
    tol: Annotated[
        float,
        Field(
            ge=1e-6,
            le=0.1,
            title="Tolerance",
            description="The solver has settled when the slope of its loss is below this.",
            json_schema_extra={"log": True},
        ),
    ] = 1e-4


def build(params: LogisticRegressionParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted logistic regression; the solver draws nothing at random and runs in one thread."""
    del task, n_jobs
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=params.C,
        class_weight="balanced" if params.balance_classes else None,
        max_iter=params.max_iter,
        tol=params.tol,
        random_state=random_state,
    )


SPEC = ModelSpec(
    key="logistic_regression",
    label="Logistic regression",
    family="Linear",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    params=LogisticRegressionParams,
    build=build,
    trainer=SolverTrainer,
    live="Each point is one iteration of the solver over all training rows.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="A fast, readable first model: it weighs each column and adds up the evidence for each class.",
    technical="Each class gets a linear score of the features; the softmax (for two classes, the logistic function) "
    "turns scores into probabilities. The weights minimise the mean cross-entropy plus an L2 penalty of strength 1/C. "
    "The problem is convex, so L-BFGS finds the one best solution, whatever the start. Features should be on one "
    "scale, since the penalty treats all weights alike.",
    kitchen="A taster decides whether a soup is Thai or French. Lemongrass speaks for Thai, thyme for French, and each "
    "ingredient has a fixed weight. She adds up the weights and says how sure she is. With every soup that is named "
    "to her, she turns the weights a little, until more turning does not help.",
    strengths=(
        "Trains in seconds even on many rows",
        "Its weights can be read and explained",
        "Probabilities are usually well calibrated",
    ),
    weaknesses=(
        "Sees no curves and no interplay of columns unless they are given as columns",
        "Needs scaled columns",
    ),
    source="Cox 1958, The regression analysis of binary sequences, doi:10.1111/j.2517-6161.1958.tb00292.x; "
    "solver: Liu and Nocedal 1989, doi:10.1007/BF01589116",
)
