"""Support vector machine with a kernel."""

from functools import partial
from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.calibrated import FOLD_NEEDS, calibrated
from models.fields import BalanceClasses, Freedom
from models.kernels import AutomaticReach, Degree, Gamma, Kernel, kernel_params
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class SVMParams(Params):
    """Hyper-parameters of a support vector machine."""

    C: Freedom = 1.0
    kernel: Kernel = "rbf"
    automatic_reach: AutomaticReach = True
    gamma: Gamma = 0.1
    degree: Degree = 3
    balance_classes: BalanceClasses = False
    tol: Annotated[
        float,
        Field(
            ge=1e-5,
            le=0.1,
            title="Tolerance",
            description="The solver has settled when its conditions are violated by less than this.",
            json_schema_extra={"log": True},
        ),
    ] = 1e-3


def build(params: SVMParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted machine with honest probabilities."""
    del task, n_jobs
    from sklearn.svm import SVC

    machine = SVC(
        C=params.C,
        tol=params.tol,
        class_weight="balanced" if params.balance_classes else None,
        **kernel_params(params.kernel, automatic=params.automatic_reach, gamma=params.gamma, degree=params.degree),
    )
    return calibrated(machine, random_state)


SPEC = ModelSpec(
    key="svm",
    label="SVM",
    family="Support vectors",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    params=SVMParams,
    build=build,
    trainer=partial(LearningCurveTrainer, needs=FOLD_NEEDS),
    live="A learning curve: each point is a new fit on more training rows; the last one uses all of them.",
    cost=Cost.HEAVY,
    needs_scaling=True,
    max_rows=40_000,
    summary="Curved borders with a wide margin: often excellent on small and middling tables of numbers.",
    technical="A kernel measures how alike two rows are, as if they had been mapped into a space of many more columns; "
    "there the widest-margin hyperplane is sought. Only rows on or inside the margin, the support vectors, enter the "
    "answer. The dual is a quadratic programme, solved by sequential minimal optimisation in time between the square "
    "and the cube of the rows. Pairs of classes are separated one by one. The machine knows no probabilities: a "
    "sigmoid is fitted to decision values of rows left out in three folds, and the machine then to all rows.",
    kitchen="On the table, desserts stand in the middle and starters all around: no straight tape can part them. So "
    "the cloth is lifted in the middle, the desserts stand on a hill, and a level cut parts them easily. The kernel is "
    "the way the cloth is lifted; the plates nearest to the cut hold it up.",
    strengths=(
        "Curved borders with few settings",
        "Strong with few rows and many columns",
        "One best solution, no luck of the start",
    ),
    weaknesses=(
        "Time grows with the square of the rows or faster",
        "Needs scaled columns and a fitting pair of C and reach",
        "Hard to explain; probabilities are added afterwards",
    ),
    source="Boser, Guyon and Vapnik 1992, doi:10.1145/130385.130401; solver: Chang and Lin 2011, LIBSVM, "
    "doi:10.1145/1961189.1961199; probabilities: Platt 1999",
)
