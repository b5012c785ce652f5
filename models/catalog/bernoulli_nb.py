"""Bernoulli naive Bayes."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class BernoulliNBParams(Params):
    """Hyper-parameters of Bernoulli naive Bayes."""

    alpha: Annotated[
        float,
        Field(
            ge=0.001,
            le=100,
            title="Smoothing",
            description="Rows imagined beside the counted ones, so that what was never seen is not impossible.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 1.0
    binarize: Annotated[
        float,
        Field(
            ge=-10,
            le=10,
            title="Threshold",
            description="A column counts as yes above this value. With standard scaling, 0 is the mean of the column.",
            json_schema_extra={"front": True},
        ),
    ] = 0.0
    fit_prior: Annotated[
        bool,
        Field(
            title="Learn the class shares",
            description="Off: every class is as likely before looking, which finds more of the rare ones.",
        ),
    ] = True


def build(params: BernoulliNBParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted classifier; it counts, without randomness."""
    del task, random_state, n_jobs
    from sklearn.naive_bayes import BernoulliNB

    return BernoulliNB(**params.model_dump())


SPEC = ModelSpec(
    key="bernoulli_nb",
    label="Bernoulli naive Bayes",
    family="Bayes",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    params=BernoulliNBParams,
    build=build,
    trainer=LearningCurveTrainer,
    live="A learning curve: each point has counted more training rows; the last one has counted all of them.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="Counts how often each yes-or-no column is true in each class: made for tick boxes and words.",
    technical="Every column is cut into yes and no at a threshold. For each class the share of yes is counted, with "
    "alpha imagined rows of each kind added. A prediction multiplies, by Bayes' rule, the shares of what is true and "
    "of what is not, as if columns were independent within a class. Unlike a model of word counts it also learns from "
    "what is absent.",
    kitchen="On every order slip boxes are ticked: with nuts, vegan, to take away. The cook has counted for each dish "
    "how often each box is ticked. For a new slip she multiplies these shares, also those of the boxes left empty: no "
    "tick at *vegan* speaks for the roast as much as a tick would speak against it.",
    strengths=(
        "Trains in one pass, at any number of rows and columns",
        "Natural for yes-or-no columns and one-hot categories",
        "Learns from what is missing, too",
    ),
    weaknesses=(
        "Throws away how large a number is",
        "Too sure of itself when columns are related",
        "Depends on where the threshold lies",
    ),
    source="McCallum and Nigam 1998, A comparison of event models for naive Bayes text classification, AAAI workshop; "
    "Manning, Raghavan and Schuetze 2008, chapter 13, doi:10.1017/CBO9780511809071",
)
