"""DBSCAN."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.unlabelled_curve import ClusterCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class DBSCANParams(Params):
    """Hyper-parameters of DBSCAN."""

    radius: Annotated[
        float,
        Field(
            ge=0,
            le=50,
            title="Radius",
            description="How far a neighbour may be, in units of the scaled columns. 0 finds the knee of the "
            "distances in the data.",
            json_schema_extra={"front": True},
        ),
    ] = 0.0
    min_samples: Annotated[
        int,
        Field(
            ge=2,
            le=100,
            title="Dense from",
            description="Rows within the radius that make a place dense; more of them leave more rows as noise.",
            json_schema_extra={"front": True},
        ),
    ] = 5


def build(params: DBSCANParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted DBSCAN that can place new rows; nothing in it is random."""
    del task, random_state, n_jobs
    from models.estimators.density import DensityClusters

    return DensityClusters(eps=params.radius or None, min_samples=params.min_samples)


SPEC = ModelSpec(
    key="dbscan",
    label="DBSCAN",
    family="Clusters",
    tasks=frozenset({LearningTask.CLUSTERING}),
    params=DBSCANParams,
    build=build,
    trainer=ClusterCurveTrainer,
    live="A learning curve: each point groups more of the training rows; the last one has all of them.",
    cost=Cost.HEAVY,
    needs_scaling=True,
    max_rows=20_000,
    summary="Groups of any shape where rows lie densely; the rest is noise. It finds the number of groups itself.",
    technical="A row with enough others within the radius is a core row. Core rows within each other's radius are "
    "one cluster, together with the rows around them; whatever is left is noise. There is no number of clusters to "
    "choose and no shape assumed, but one radius has to suit all places. A new row gets the cluster of the nearest "
    "core row within the radius.",
    kitchen="At a street food market everybody who stands with at least four others within arm's reach belongs to "
    "a crowd, and crowds that touch are one. Crowds may be long queues or rings around a stage. Whoever strolls "
    "alone belongs to none, and nobody had to say beforehand how many crowds there would be.",
    strengths=(
        "Finds clusters of any shape",
        "Leaves odd rows out instead of forcing them in",
        "Needs no number of clusters",
    ),
    weaknesses=(
        "One radius for dense and sparse places alike",
        "Distances say little in many columns",
        "Memory grows with the number of neighbours",
    ),
    source="Ester, Kriegel, Sander and Xu 1996, KDD-96, p. 226; revisited: Schubert et al. 2017, doi:10.1145/3068335",
)
