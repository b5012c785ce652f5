"""HDBSCAN."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.unlabelled_curve import ClusterCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class HDBSCANParams(Params):
    """Hyper-parameters of HDBSCAN."""

    min_cluster_size: Annotated[
        int,
        Field(
            ge=2,
            le=500,
            title="Smallest cluster",
            description="Rows below which a group counts as noise. Raise it for fewer, larger clusters.",
            json_schema_extra={"front": True},
        ),
    ] = 15
    min_samples: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            title="Caution",
            description="Neighbours that decide how dense a place is; more of them leave more rows as noise.",
            json_schema_extra={"front": True},
        ),
    ] = 5


def build(params: HDBSCANParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted HDBSCAN that can place new rows; nothing in it is random."""
    del task, random_state, n_jobs
    from models.estimators.density import HierarchicalDensityClusters

    return HierarchicalDensityClusters(min_cluster_size=params.min_cluster_size, min_samples=params.min_samples)


SPEC = ModelSpec(
    key="hdbscan",
    label="HDBSCAN",
    family="Clusters",
    tasks=frozenset({LearningTask.CLUSTERING}),
    params=HDBSCANParams,
    build=build,
    trainer=ClusterCurveTrainer,
    live="A learning curve: each point groups more of the training rows; the last one has all of them.",
    cost=Cost.HEAVY,
    needs_scaling=True,
    max_rows=20_000,
    summary="Like DBSCAN without a radius to choose: finds groups of different density and leaves noise out.",
    technical="It looks at all radii at once. The distance of two rows is raised to what each needs to reach its "
    "own neighbours, a minimum spanning tree joins the rows by it, and cutting the tree from the longest edge on "
    "gives a hierarchy. Splits that only shed a few rows are ignored; of the rest, the clusters that persist longest "
    "over the radii are kept. A new row does as its nearest training row.",
    kitchen="The tide falls around a group of islands. First only one land is seen, then channels part it, then "
    "single rocks stand alone. The cook who plans a feast for each island counts those that stay whole while the "
    "water falls a long way, and does not bother with rocks that show for a minute.",
    strengths=(
        "Clusters may differ in density and shape",
        "Hardly anything to set",
        "Leaves odd rows out",
    ),
    weaknesses=(
        "Slow on many rows",
        "May call a large part of the rows noise",
        "Distances say little in many columns",
    ),
    source="Campello, Moulavi and Sander 2013, doi:10.1007/978-3-642-37456-2_14",
)
