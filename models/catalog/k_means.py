"""k-means."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.lloyd import LloydTrainer
from models.spec import Cost, Estimator, ModelSpec


class KMeansParams(Params):
    """Hyper-parameters of k-means."""

    n_clusters: Annotated[
        int,
        Field(
            ge=2,
            le=50,
            title="Clusters",
            description="How many groups to make. The curve shows what each further one brings while the first "
            "centres are placed: look for the bend.",
            json_schema_extra={"front": True},
        ),
    ] = 4
    max_iter: Annotated[
        int,
        Field(
            ge=5,
            le=500,
            title="Most rounds",
            description="Rounds of moving the centres after all have been placed; it usually settles much earlier.",
            json_schema_extra={"front": True},
        ),
    ] = 100
    tol: Annotated[
        float,
        Field(
            ge=1e-8,
            le=0.1,
            title="Tolerance",
            description="Settled when the centres move less than this, relative to the spread of the columns.",
            json_schema_extra={"log": True},
        ),
    ] = 1e-4


def build(params: KMeansParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted k-means with one start by k-means++."""
    del task, n_jobs
    from sklearn.cluster import KMeans

    return KMeans(
        n_clusters=params.n_clusters,
        init="k-means++",
        n_init=1,
        max_iter=params.max_iter,
        tol=params.tol,
        algorithm="lloyd",
        random_state=random_state,
    )


SPEC = ModelSpec(
    key="k_means",
    label="k-means",
    family="Clusters",
    tasks=frozenset({LearningTask.CLUSTERING}),
    params=KMeansParams,
    build=build,
    trainer=LloydTrainer,
    live="First each point places one more centre, then each point is one round of moving all of them.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="Divides rows into a chosen number of round groups: fast, easy to explain, the first thing to try.",
    technical="Each group has a centre, the mean of its rows, and each row belongs to the nearest centre. "
    "k-means++ draws the first centres one after the other, rows far from all centres so far being likelier. Then "
    "two steps alternate: rows join the nearest centre, centres move to the mean of their rows. The sum of squared "
    "distances falls with every round until nothing moves; another seed may end in another valley.",
    kitchen="A caterer has to place four buffets in a hall. She puts the first one at random and each next one "
    "where guests have far to walk. Then guests go to the nearest buffet, and each buffet is rolled to the middle of "
    "its guests. Some guests now have another nearest one, so she does it again, until no buffet moves.",
    strengths=(
        "Fast on many rows",
        "Its centres can be read as typical rows",
        "Says at once where a new row belongs",
    ),
    weaknesses=(
        "The number of groups has to be given",
        "Finds round groups of similar width only",
        "One far-off row can pull a centre away",
    ),
    source="Lloyd 1982, doi:10.1109/TIT.1982.1056489; first centres: Arthur and Vassilvitskii 2007, k-means++: the "
    "advantages of careful seeding, SODA, p. 1027",
)
