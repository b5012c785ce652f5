"""Local outlier factor."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.unlabelled_curve import AnomalyCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class LocalOutlierFactorParams(Params):
    """Hyper-parameters of the local outlier factor."""

    n_neighbors: Annotated[
        int,
        Field(
            ge=2,
            le=200,
            title="Neighbours",
            description="How many of the nearest rows a row is compared with. Groups smaller than this count as odd.",
            json_schema_extra={"front": True},
        ),
    ] = 20
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


def build(params: LocalOutlierFactorParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted detector that can judge new rows; nothing in it is random."""
    del task, random_state
    from sklearn.neighbors import LocalOutlierFactor

    return LocalOutlierFactor(
        n_neighbors=params.n_neighbors, contamination=params.share or "auto", novelty=True, n_jobs=n_jobs
    )


SPEC = ModelSpec(
    key="local_outlier_factor",
    label="Local outlier factor",
    family="Anomalies",
    tasks=frozenset({LearningTask.ANOMALY_DETECTION}),
    params=LocalOutlierFactorParams,
    build=build,
    trainer=AnomalyCurveTrainer,
    live="A learning curve: each point knows more of the training rows; the last one knows all of them.",
    cost=Cost.HEAVY,
    needs_scaling=True,
    max_rows=50_000,
    summary="Compares how lonely a row is with how lonely its neighbours are: finds oddities beside dense groups.",
    technical="The density at a row is the inverse of the mean distance at which it reaches its k nearest rows. "
    "Its factor is the mean density of these neighbours over its own: about 1 inside any group, dense or sparse, and "
    "well above 1 beside one. Without a share of anomalies, rows above 1.5 are flagged. Training rows are scored as "
    "if they were new, which flatters them a little.",
    kitchen="In a village two hundred steps to the next kitchen are nothing, in the old town they are a long way. "
    "So nobody counts steps. A cook counts as remote when his neighbours have much shorter ways to theirs than he "
    "has to them.",
    strengths=(
        "Sees what is odd in its own surroundings",
        "Copes with groups of different density",
        "One main setting",
    ),
    weaknesses=(
        "Slow on many rows",
        "Needs scaled columns, and few of them",
        "Keeps all training rows in the model",
    ),
    source="Breunig, Kriegel, Ng and Sander 2000, doi:10.1145/335191.335388",
)
