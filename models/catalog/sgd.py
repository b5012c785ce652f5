"""Linear model by stochastic gradient descent."""

from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.fields import BalanceClasses
from models.live._stochastic import StochasticLearner
from models.live.epochs import EpochTrainer
from models.spec import Cost, Estimator, ModelSpec

REGRESSION_LOSSES = {"plain": "squared_error", "robust": "huber"}
CLASSIFICATION_LOSSES = {"plain": "log_loss", "robust": "modified_huber"}


class SGDParams(Params):
    """Hyper-parameters of a linear model that is trained row by row."""

    epochs: Annotated[
        int,
        Field(
            ge=10,
            le=500,
            title="Epochs",
            description="How often each training row is seen.",
            json_schema_extra={"front": True},
        ),
    ] = 50
    learning_rate: Annotated[
        float,
        Field(
            ge=0.0001,
            le=0.1,
            title="Learning rate",
            description="Length of the first steps. Too long and the loss jumps about, too short and it hardly moves.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 0.01
    alpha: Annotated[
        float,
        Field(
            ge=1e-7,
            le=1,
            title="L2 penalty",
            description="Pulls the weights towards zero against overfitting.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 1e-4
    schedule: Annotated[
        Literal["shrinking", "constant"],
        Field(
            title="Steps",
            description="Shrinking: shorter with every row seen, so that it settles. Constant: it keeps jumping around "
            "the best place, as a demonstration or where the data drift.",
        ),
    ] = "shrinking"
    loss: Annotated[
        Literal["plain", "robust"],
        Field(
            title="Loss",
            description="Plain: logistic for classes, squares for numbers. Robust: large errors count by their size "
            "only, so outliers and wrong labels do less harm.",
        ),
    ] = "plain"
    balance_classes: BalanceClasses = False
    early_stopping: Annotated[
        bool,
        Field(
            title="Stop early",
            description="Ends when the validation loss has not fallen for a while, and goes back to the best weights.",
        ),
    ] = False
    patience: Annotated[
        int,
        Field(ge=2, le=100, title="Patience", description="Epochs without a lower validation loss before it stops."),
    ] = 5


def build(params: SGDParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted linear model; for a regression inside a scaling of the target, which its steps are made for."""
    del n_jobs
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.linear_model import SGDClassifier, SGDRegressor
    from sklearn.preprocessing import StandardScaler

    facts = {
        "penalty": "l2",
        "alpha": params.alpha,
        "max_iter": params.epochs,
        # All epochs are run unless early stopping is asked for.
        "tol": None,
        "learning_rate": "invscaling" if params.schedule == "shrinking" else "constant",
        "eta0": params.learning_rate,
        "power_t": 0.25,
        "early_stopping": params.early_stopping,
        "n_iter_no_change": params.patience,
        "random_state": random_state,
    }
    if task is LearningTask.REGRESSION:
        regressor = SGDRegressor(loss=REGRESSION_LOSSES[params.loss], epsilon=1.35, **facts)
        return TransformedTargetRegressor(regressor=regressor, transformer=StandardScaler())
    return SGDClassifier(
        loss=CLASSIFICATION_LOSSES[params.loss], class_weight="balanced" if params.balance_classes else None, **facts
    )


SPEC = ModelSpec(
    key="sgd",
    label="Stochastic gradient descent",
    family="Linear",
    tasks=SUPERVISED,
    params=SGDParams,
    build=build,
    trainer=partial(EpochTrainer, learner=StochasticLearner),
    live="Each point is one epoch, or a few short ones: every training row has been seen once more.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="A linear model that learns row by row: fast on very many rows, and the simplest place to watch learning.",
    technical="For one row at a time the gradient of the loss is computed and the weights take a small step against "
    "it; an epoch visits all rows in random order. Steps shrink with the fourth root of the rows seen, which lets the "
    "noise of single rows die out. Classes are learned one against the rest by logistic loss. It is the engine of "
    "neural networks, here on a convex problem, where it ends near the solution that L-BFGS would find.",
    kitchen="A cook corrects the house dressing after every single guest instead of after the whole evening: a drop "
    "more oil for this one, a little less vinegar for the next. In the beginning he takes spoons, later drops. Each "
    "correction is a bit wrong; thousands of them are right.",
    strengths=(
        "Time grows with the rows, memory does not",
        "Every epoch can be watched, and stopped",
        "Robust losses against outliers and wrong labels",
    ),
    weaknesses=(
        "Needs scaled columns and a fitting learning rate",
        "Straight boundaries only",
        "Ends near the best solution, not on it",
    ),
    source="Robbins and Monro 1951, A stochastic approximation method, doi:10.1214/aoms/1177729586; Bottou 2010, "
    "doi:10.1007/978-3-7908-2604-3_16",
)
