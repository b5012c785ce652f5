"""Dummy: the answer without looking."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec

CLASS_STRATEGIES = {"shares": "prior", "most frequent": "most_frequent", "draw": "stratified", "coin": "uniform"}


class DummyParams(Params):
    """Settings of a model that looks at no column."""

    classes: Annotated[
        Literal["shares", "most frequent", "draw", "coin"],
        Field(
            title="Answer for classes",
            description="Shares: how frequent each class is. Most frequent: always that one, for certain. Draw: a "
            "random class by these shares. Coin: all classes alike.",
            json_schema_extra={"front": True},
        ),
    ] = "shares"
    numbers: Annotated[
        Literal["mean", "median"],
        Field(
            title="Answer for numbers",
            description="Mean: best for squared errors. Median: best for the size of errors.",
            json_schema_extra={"front": True},
        ),
    ] = "mean"


def build(params: DummyParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted dummy."""
    del n_jobs
    from sklearn.dummy import DummyClassifier, DummyRegressor

    if task is LearningTask.REGRESSION:
        return DummyRegressor(strategy=params.numbers)
    return DummyClassifier(strategy=CLASS_STRATEGIES[params.classes], random_state=random_state)


SPEC = ModelSpec(
    key="dummy",
    label="Dummy",
    family="Baseline",
    tasks=SUPERVISED,
    params=DummyParams,
    build=build,
    trainer=LearningCurveTrainer,
    live="Each point has seen more targets of training rows; none has looked at a column.",
    cost=Cost.LIGHT,
    needs_scaling=False,
    summary="Answers without looking at any column: what every real model has to beat.",
    technical="Learns the frequencies of the classes, or the mean or median of the numbers, and answers the same for "
    "every row. A score is only worth something above this one: with 95 % of the rows in one class, an accuracy of "
    "95 % takes no skill. Every run is compared with such a baseline anyway; as a run of its own it can be ranked and "
    "shown.",
    kitchen="A waiter who never asks and brings everybody the dish of the day. He is right surprisingly often. Whoever "
    "wants to be paid for knowing the guests has to do better than he does.",
    strengths=(
        "Shows how hard the task really is",
        "Cannot overfit, and takes no time",
        "Warns of scores that only look good",
    ),
    weaknesses=(
        "Learns nothing from the columns",
        "Useless as a model",
    ),
    source="Witten and Frank 2005, Data mining, on ZeroR; for imbalance: Saito and Rehmsmeier 2015, "
    "doi:10.1371/journal.pone.0118432",
)
