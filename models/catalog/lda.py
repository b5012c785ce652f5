"""Linear discriminant analysis."""

from functools import partial
from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live._needs import Needs
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class LDAParams(Params):
    """Hyper-parameters of linear discriminant analysis."""

    automatic: Annotated[
        bool,
        Field(
            title="Choose the shrinkage",
            description="Finds by the formula of Ledoit and Wolf how far to trust the measured covariance.",
            json_schema_extra={"front": True},
        ),
    ] = True
    shrinkage: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            title="Shrinkage",
            description="When it is not chosen: 0 trusts the measured covariance, 1 takes columns as unrelated.",
            json_schema_extra={"front": True},
        ),
    ] = 0.1


def build(params: LDAParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted analysis, solved by least squares: the solver that knows shrinkage and forgives dependent columns."""
    del task, random_state, n_jobs
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto" if params.automatic else params.shrinkage)


SPEC = ModelSpec(
    key="lda",
    label="Linear discriminant analysis",
    family="Discriminant",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    params=LDAParams,
    build=build,
    trainer=partial(
        LearningCurveTrainer,
        needs=Needs(rows_beyond_classes=1, reason="A spread within the classes cannot be measured on one row of each."),
    ),
    live="A learning curve: each point is a new fit on more training rows; the last one uses all of them.",
    cost=Cost.LIGHT,
    needs_scaling=False,
    summary="One bell-shaped cloud for each class, all of the same shape: a classic that needs no tuning.",
    technical="Each class is a normal cloud with a mean of its own and one covariance shared by all. Then the border "
    "between two classes is a plane, and training means computing means and one covariance. With few rows for many "
    "columns that covariance is pulled towards one without correlations, by as much as Ledoit and Wolf's formula "
    "asks for. Where its assumptions hold, it needs fewer rows than logistic regression.",
    kitchen="Plums, cherries and grapes are poured onto a table, three heaps that spread in the same way. A sorter "
    "looks where the middle of each heap lies and how far fruit usually rolls, longer than wide. A stray fruit belongs "
    "to the heap whose middle is nearest, in the length and width of such rolling.",
    strengths=(
        "Nothing to tune, and solved at once",
        "Steady with few rows and correlated columns",
        "Handles many classes in one model",
    ),
    weaknesses=(
        "Straight borders only",
        "Assumes clouds of the same shape in every class",
        "Outliers distort the shared shape",
    ),
    source="Fisher 1936, The use of multiple measurements in taxonomic problems, "
    "doi:10.1111/j.1469-1809.1936.tb02137.x; shrinkage: Ledoit and Wolf 2004, doi:10.1016/S0047-259X(03)00096-4",
)
