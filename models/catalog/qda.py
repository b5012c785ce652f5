"""Quadratic discriminant analysis."""

from functools import partial
from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live._needs import Needs
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec

NO_VARIANCE = 1e-12
"""A direction of less variance than this makes the formula divide by nothing."""


class QDAParams(Params):
    """Hyper-parameters of quadratic discriminant analysis."""

    shrinkage: Annotated[
        float,
        Field(
            ge=0.0001,
            le=1,
            title="Shrinkage",
            description="Pulls the cloud of each class towards a ball. More of it steadies classes with few rows; none "
            "at all would fail where a column never varies within a class.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 0.01


def build(params: QDAParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted analysis, solved by eigenvalues, since only that solver shrinks classes with few rows."""
    del task, random_state, n_jobs
    from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

    return QuadraticDiscriminantAnalysis(solver="eigen", shrinkage=params.shrinkage, tol=NO_VARIANCE)


SPEC = ModelSpec(
    key="qda",
    label="Quadratic discriminant analysis",
    family="Discriminant",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    params=QDAParams,
    build=build,
    trainer=partial(
        LearningCurveTrainer,
        needs=Needs(rows_per_class=2, reason="The spread of a class cannot be measured on a single row."),
    ),
    live="A learning curve: each point is a new fit on more training rows; the last one uses all of them.",
    cost=Cost.LIGHT,
    needs_scaling=True,
    summary="One bell-shaped cloud for each class, each of its own shape: curved borders at no cost.",
    technical="As linear discriminant analysis, but each class has a covariance of its own, so borders are quadrics: "
    "ellipses, parabolas, hyperbolas. That takes about half the square of the number of columns in parameters for each "
    "class, hence the shrinkage towards a ball, without which few rows or constant columns make the covariance "
    "impossible to invert.",
    kitchen="Now the heaps differ: cherries roll far in all directions, bananas lie in a long narrow row. The sorter "
    "keeps a cloth of its own shape for each fruit. A stray piece at the edge of the banana cloth may be nearer to the "
    "middle of the cherries and still be a banana.",
    strengths=(
        "Curved borders, solved at once",
        "Lets classes differ in spread and tilt",
        "Nothing to tune but one shrinkage",
    ),
    weaknesses=(
        "Needs many rows of each class when columns are many",
        "Overconfident where the clouds are not bell-shaped",
        "Refuses classes with a single row",
    ),
    source="Hastie, Tibshirani and Friedman 2009, The elements of statistical learning, section 4.3, "
    "doi:10.1007/978-0-387-84858-7; Friedman 1989, Regularized discriminant analysis, "
    "doi:10.1080/01621459.1989.10478752",
)
