"""Gaussian mixture."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.mixture import MixtureTrainer
from models.spec import Cost, Estimator, ModelSpec


class GaussianMixtureParams(Params):
    """Hyper-parameters of a Gaussian mixture."""

    n_clusters: Annotated[
        int,
        Field(
            ge=2,
            le=30,
            title="Clusters",
            description="How many bell-shaped clouds to fit.",
            json_schema_extra={"front": True},
        ),
    ] = 4
    shape: Annotated[
        Literal["full", "tied", "diag", "spherical"],
        Field(
            title="Shape of the clouds",
            description="Full: each its own tilt and width. Tied: all the same. Diag: no tilt. Spherical: round.",
            json_schema_extra={"front": True},
        ),
    ] = "full"
    max_iter: Annotated[
        int, Field(ge=10, le=500, title="Most rounds", description="Rounds of sharing out rows and fitting clouds.")
    ] = 100
    tol: Annotated[
        float,
        Field(
            ge=1e-8,
            le=0.1,
            title="Tolerance",
            description="Settled when the mean log-likelihood of a row grows by less than this.",
            json_schema_extra={"log": True},
        ),
    ] = 1e-4
    reg_covar: Annotated[
        float,
        Field(
            ge=1e-9,
            le=1.0,
            title="Least width",
            description="Added to the variances, so that no cloud collapses onto a single row.",
            json_schema_extra={"log": True},
        ),
    ] = 1e-6


def build(params: GaussianMixtureParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted mixture that starts from the first centres of k-means++."""
    del task, n_jobs
    from sklearn.mixture import GaussianMixture

    return GaussianMixture(
        n_components=params.n_clusters,
        covariance_type=params.shape,
        max_iter=params.max_iter,
        tol=params.tol,
        reg_covar=params.reg_covar,
        # Started from a finished k-means, the library's default, there would often be nothing left to watch.
        init_params="k-means++",
        random_state=random_state,
    )


SPEC = ModelSpec(
    key="gaussian_mixture",
    label="Gaussian mixture",
    family="Clusters",
    tasks=frozenset({LearningTask.CLUSTERING}),
    params=GaussianMixtureParams,
    build=build,
    trainer=MixtureTrainer,
    live="Each point is one round: rows are shared out among the clouds, then the clouds are fitted anew.",
    cost=Cost.MEDIUM,
    needs_scaling=True,
    summary="Groups that may be long, tilted and overlapping, with a probability for each row to belong to each.",
    technical="The rows are taken for draws from a mixture of normal distributions. Expectation-maximisation "
    "alternates between the probability that each component made each row and the weighted mean and covariance of "
    "each component; the likelihood never falls. A row is given to its likeliest component. With full covariances "
    "each component has its own tilt, at the price of many parameters.",
    kitchen="Four cooks season the same soup, each with a favourite blend. From the bowls alone an inspector "
    "guesses who made which: this one is half likely from Ana, a third from Ben. From these guesses he works out "
    "what each blend must be, and with the blends he guesses again. After some rounds the guesses hardly change.",
    strengths=(
        "Groups may differ in size, width and tilt",
        "Gives probabilities, not only a group",
        "Also says how likely a new row is at all",
    ),
    weaknesses=(
        "The number of groups has to be given",
        "Needs many rows for many columns",
        "Ends in a valley that depends on the start",
    ),
    source="Dempster, Laird and Rubin 1977, doi:10.1111/j.2517-6161.1977.tb01600.x",
)
