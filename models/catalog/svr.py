"""Support vector regression."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.fields import Freedom
from models.kernels import AutomaticReach, Degree, Gamma, Kernel, kernel_params
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class SVRParams(Params):
    """Hyper-parameters of support vector regression."""

    C: Freedom = 1.0
    kernel: Kernel = "rbf"
    epsilon: Annotated[
        float,
        Field(
            ge=0.001,
            le=1,
            title="Free corridor",
            description="Errors up to this many deviations of the target cost nothing. A wide corridor makes a simpler "
            "and faster model.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 0.1
    automatic_reach: AutomaticReach = True
    gamma: Gamma = 0.1
    degree: Degree = 3
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


def build(params: SVRParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted machine inside a scaling of the target, which gives C and the corridor a meaning in any unit."""
    del task, random_state, n_jobs
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVR

    regressor = SVR(
        C=params.C,
        epsilon=params.epsilon,
        tol=params.tol,
        **kernel_params(params.kernel, automatic=params.automatic_reach, gamma=params.gamma, degree=params.degree),
    )
    return TransformedTargetRegressor(regressor=regressor, transformer=StandardScaler())


SPEC = ModelSpec(
    key="svr",
    label="Support vector regression",
    family="Support vectors",
    tasks=frozenset({LearningTask.REGRESSION}),
    params=SVRParams,
    build=build,
    trainer=LearningCurveTrainer,
    live="A learning curve: each point is a new fit on more training rows; the last one uses all of them.",
    cost=Cost.HEAVY,
    needs_scaling=True,
    max_rows=30_000,
    summary="Smooth curves that ignore small errors: good on small and middling tables of numbers.",
    technical="Seeks the flattest function that keeps rows within a corridor of epsilon, paying C for each unit that a "
    "row sticks out. A kernel makes the function curved. Rows inside the corridor drop out of the answer; the others "
    "are its support vectors. Large errors count by their size, not their square, so outliers do little harm. The "
    "target is brought to deviation 1 first. Solved by sequential minimal optimisation, in time between the square "
    "and the cube of the rows.",
    kitchen="A guest list is turned into litres of soup. Being off by half a ladle is nobody's business; beyond that, "
    "each ladle costs the same apology. Between the apologies and the wish for a simple rule, the cook draws a smooth "
    "curve, and only the evenings that earned an apology are remembered.",
    strengths=(
        "Curved answers with few settings",
        "Outliers in the target do little harm",
        "Strong with few rows and many columns",
    ),
    weaknesses=(
        "Time grows with the square of the rows or faster",
        "Needs scaled columns and fitting C, reach and corridor",
        "Hard to explain, and flat far away from the training rows",
    ),
    source="Drucker et al. 1997, Support vector regression machines, NIPS 9; tutorial: Smola and Schoelkopf 2004, "
    "doi:10.1023/B:STCO.0000035301.49549.88",
)
