"""Isolation forest."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.isolating import IsolatingTrainer
from models.spec import Cost, Estimator, ModelSpec

AUTO_SAMPLES = 256


class IsolationForestParams(Params):
    """Hyper-parameters of an isolation forest."""

    n_estimators: Annotated[
        int,
        Field(
            ge=10,
            le=500,
            title="Trees",
            description="More trees make the scores steadier.",
            json_schema_extra={"front": True},
        ),
    ] = 100
    share: Annotated[
        float,
        Field(
            ge=0,
            le=0.5,
            title="Share of anomalies",
            description="The share of training rows to flag. 0 leaves the threshold to the method.",
            json_schema_extra={"front": True},
        ),
    ] = 0.0
    max_samples: Annotated[
        int,
        Field(
            ge=16,
            le=4096,
            title="Rows for each tree",
            description="Few rows keep trees small and show oddities better; 256 is what its authors use.",
        ),
    ] = 256
    max_features: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            title="Columns for each tree",
            description="The share of the columns that each tree may ask about.",
        ),
    ] = 1.0


def build(params: IsolationForestParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted isolation forest; its trees are small, so it grows them in one thread."""
    del task, n_jobs
    from sklearn.ensemble import IsolationForest

    return IsolationForest(
        n_estimators=params.n_estimators,
        # The library's "auto" is the same number, or all rows where there are fewer.
        max_samples="auto" if params.max_samples == AUTO_SAMPLES else params.max_samples,
        max_features=params.max_features,
        contamination=params.share or "auto",
        random_state=random_state,
    )


SPEC = ModelSpec(
    key="isolation_forest",
    label="Isolation forest",
    family="Anomalies",
    tasks=frozenset({LearningTask.ANOMALY_DETECTION}),
    params=IsolationForestParams,
    build=build,
    trainer=IsolatingTrainer,
    live="Each point is the mean over all trees grown so far.",
    cost=Cost.LIGHT,
    needs_scaling=False,
    summary="Finds rows that are easy to set apart by random cuts: fast, copes with many rows and columns.",
    technical="Each tree takes a few rows and cuts them at random: a random column, a random value between its "
    "ends, until every row stands alone. Odd rows are alone after few cuts. The score of a row is 2 to the power of "
    "minus its mean depth over the usual depth; 0.5 is as deep as usual, close to 1 is odd. Without a share of "
    "anomalies, rows above 0.5 are flagged.",
    kitchen="Guess the dish by cutting the menu at random: dearer than 12? Has fish? Most dishes need many "
    "questions until they stand alone. The caviar omelette stands alone after one. Ask again and again with other "
    "questions, and whatever keeps standing alone early is the odd dish.",
    strengths=(
        "Quick on large tables",
        "No distances, so no scaling",
        "Few settings",
    ),
    weaknesses=(
        "Cuts along single columns only, so odd combinations may hide",
        "The threshold is a convention",
        "Scores say little about why",
    ),
    source="Liu, Ting and Zhou 2008, doi:10.1109/ICDM.2008.17",
)
