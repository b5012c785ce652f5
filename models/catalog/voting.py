"""Voting of finished runs."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.combining import VotingTrainer
from models.spec import Cost, Estimator, ModelSpec

MOST_MEMBERS = 20


class VotingParams(Params):
    """Which runs vote, and with how much say."""

    runs: Annotated[
        tuple[str, ...],
        Field(
            max_length=MOST_MEMBERS,
            title="Runs",
            description="Ids of two or more finished runs on the same dataset, target, split and seed.",
            json_schema_extra={"front": True},
        ),
    ] = ()
    weights: Annotated[
        tuple[Annotated[float, Field(ge=0.01, le=100)], ...],
        Field(
            max_length=MOST_MEMBERS,
            title="Weights",
            description="How much say each run has, in the order of the runs. None given: all the same.",
            json_schema_extra={"front": True},
        ),
    ] = ()


def build(params: VotingParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """A vote without its members, which the preparation of a run puts in."""
    del random_state, n_jobs
    from sklearn.ensemble import VotingClassifier, VotingRegressor

    weights = list(params.weights) or None
    if task is LearningTask.REGRESSION:
        return VotingRegressor(estimators=[], weights=weights)
    return VotingClassifier(estimators=[], voting="soft", weights=weights)


SPEC = ModelSpec(
    key="voting",
    label="Voting",
    family="Combinations",
    tasks=SUPERVISED,
    params=VotingParams,
    build=build,
    trainer=VotingTrainer,
    live="Each point is the vote of one more run; nothing is trained again.",
    cost=Cost.LIGHT,
    needs_scaling=False,
    combines_runs=True,
    summary="Averages what several finished runs say: ready in seconds, often a little better than the best of them.",
    technical="Each member keeps its own preprocessing and its own fitted model. For classes their probabilities are "
    "averaged with the given weights and the largest mean wins (soft voting); for numbers their values are averaged. "
    "The mean errs less than its members as far as they err in different rows: three versions of one model gain "
    "little, a linear model beside a forest and a network gain more.",
    kitchen="Before a new dish goes on the card, the pastry chef, the fish cook and the sommelier taste it, and each "
    "gives his odds that the guests will like it. The maître takes the mean. Each of them has a blind spot; they "
    "rarely have the same one.",
    strengths=(
        "Nothing is trained again",
        "Steadier than its members when they differ",
    ),
    weaknesses=(
        "Cannot be better than its members where all err in the same way",
        "As large and as slow to predict as all members together",
        "Harder to explain than any one of them",
    ),
    source="Kittler et al. 1998, On combining classifiers, doi:10.1109/34.667881",
)
