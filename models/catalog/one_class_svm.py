"""One-class SVM."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.unlabelled_curve import AnomalyCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class OneClassSVMParams(Params):
    """Hyper-parameters of a one-class SVM."""

    nu: Annotated[
        float,
        Field(
            gt=0,
            le=0.5,
            title="Share outside",
            description="About the share of training rows that may lie outside the boundary and so are flagged.",
            json_schema_extra={"front": True},
        ),
    ] = 0.05
    gamma: Annotated[
        float,
        Field(
            ge=0,
            le=100,
            title="Narrowness",
            description="How closely the boundary follows single rows. 0 takes one over the number of columns "
            "times their variance.",
            json_schema_extra={"front": True},
        ),
    ] = 0.0
    tol: Annotated[
        float,
        Field(
            ge=1e-6,
            le=0.1,
            title="Tolerance",
            description="The solver has settled when the slope of its problem is below this.",
            json_schema_extra={"log": True},
        ),
    ] = 1e-3


def build(params: OneClassSVMParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted one-class SVM with a radial kernel; nothing in it is random."""
    del task, random_state, n_jobs
    from sklearn.svm import OneClassSVM

    return OneClassSVM(kernel="rbf", nu=params.nu, gamma=params.gamma or "scale", tol=params.tol)


SPEC = ModelSpec(
    key="one_class_svm",
    label="One-class SVM",
    family="Anomalies",
    tasks=frozenset({LearningTask.ANOMALY_DETECTION}),
    params=OneClassSVMParams,
    build=build,
    trainer=AnomalyCurveTrainer,
    live="A learning curve: each point knows more of the training rows; the last one knows all of them.",
    cost=Cost.HEAVY,
    needs_scaling=True,
    max_rows=20_000,
    summary="Draws one smooth boundary around the normal rows: precise on small, clean tables.",
    technical="In the space of a radial kernel, a plane is sought that parts the rows from the origin with the "
    "largest margin, while a share nu of them may fall on the wrong side. In the space of the columns this is a "
    "closed boundary that follows the dense places. The score is the signed distance from it. The time grows with "
    "about the square of the rows.",
    kitchen="A health inspector visits only good kitchens. From them she learns where good ends: she draws the "
    "tightest line around everything she has seen, and lets one in twenty fall outside, since even good kitchens "
    "have bad days. What lies outside the line gets a second visit.",
    strengths=(
        "Boundaries of any smooth shape",
        "Few rows suffice",
        "The share outside is set directly",
    ),
    weaknesses=(
        "Slow on many rows",
        "Sensitive to scale and to anomalies among the training rows",
        "The kernel width matters much",
    ),
    source="Schoelkopf et al. 2001, Estimating the support of a high-dimensional distribution, "
    "doi:10.1162/089976601750264965",
)
