"""Gaussian process."""

from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class GaussianProcessParams(Params):
    """Hyper-parameters of a Gaussian process."""

    length_scale: Annotated[
        float,
        Field(
            ge=0.05,
            le=100,
            title="Reach",
            description="How far apart, in scaled columns, two rows may be and still tell of each other. Where the "
            "search begins, or the value itself when there is no search.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 2.0
    tune: Annotated[
        bool,
        Field(
            title="Search reach and noise",
            description="Finds the values under which the training rows are most likely. Takes many times as long.",
            json_schema_extra={"front": True},
        ),
    ] = True
    kernel: Annotated[
        Literal["smooth", "rough"],
        Field(
            title="Shape",
            description="Smooth: endlessly smooth curves (RBF). Rough: curves with kinks in their bends (Matern 3/2).",
        ),
    ] = "smooth"
    noise: Annotated[
        float,
        Field(
            ge=1e-4,
            le=1,
            title="Noise",
            description="For a regression: share of the target's variance that no column can explain, where the search "
            "begins.",
            json_schema_extra={"log": True},
        ),
    ] = 0.1


def build(params: GaussianProcessParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted process."""
    from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor

    optimizer = "fmin_l_bfgs_b" if params.tune else None
    if task is LearningTask.REGRESSION:
        return GaussianProcessRegressor(
            kernel=_kernel(params, noise=params.noise), optimizer=optimizer, normalize_y=True, random_state=random_state
        )
    return GaussianProcessClassifier(
        kernel=_kernel(params), optimizer=optimizer, warm_start=True, random_state=random_state, n_jobs=n_jobs
    )


def _kernel(params: GaussianProcessParams, *, noise: float | None = None) -> Any:
    """An amplitude times a similarity, plus noise where there is some."""
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel

    shape = RBF(params.length_scale) if params.kernel == "smooth" else Matern(params.length_scale, nu=1.5)
    kernel = ConstantKernel(1.0, (1e-4, 1e6)) * shape
    return kernel if noise is None else kernel + WhiteKernel(noise, (1e-8, 10.0))


SPEC = ModelSpec(
    key="gaussian_process",
    label="Gaussian process",
    family="Bayes",
    tasks=SUPERVISED,
    params=GaussianProcessParams,
    build=build,
    trainer=partial(LearningCurveTrainer, largest_cheap_part=0.25),
    live="A learning curve: each point is a new fit on more training rows; the last one uses all of them.",
    cost=Cost.HEAVY,
    needs_scaling=True,
    max_rows=2_000,
    max_classes=20,
    summary="For small data: smooth curves that know how sure they are, and tune themselves.",
    technical="A distribution over functions: a kernel says how strongly the values at two rows go together, and "
    "Bayes' rule turns the prior into a posterior that passes near the training rows. Amplitude, reach and noise are "
    "those that maximise the marginal likelihood. Regression is exact linear algebra; classes need Laplace's "
    "approximation, one against the rest. Time grows with the cube of the rows and memory with their square.",
    kitchen="A cook knows how a cake turned out at 160, 175 and 200 degrees. She draws every smooth curve that passes "
    "through these three cakes. At 180 the curves lie close together, and she is sure; at 250 they fan out, and she "
    "says that she would have to try. How wildly curves may bend, she learns from the cakes themselves.",
    strengths=(
        "Very good on small, smooth data",
        "Finds its own settings without rows held back",
        "Unsure where there are no data, and says so",
    ),
    weaknesses=(
        "Hopeless beyond a few thousand rows",
        "Loses its sense of distance in many columns",
        "Several classes take several times as long",
    ),
    source="Rasmussen and Williams 2006, Gaussian processes for machine learning, MIT Press, "
    "doi:10.7551/mitpress/3206.001.0001",
)
