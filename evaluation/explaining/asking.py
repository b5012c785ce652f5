"""What the questions about a run share: fields of their parameters, and the way from a run to its columns."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from core.params import Params

if TYPE_CHECKING:
    from core.computing.spec import Workspace
    from evaluation.explaining.columns import ColumnMap
    from evaluation.explaining.loading import Part
    from evaluation.explaining.subject import Subject
    from evaluation.spec import MetricSpec

RunId = Annotated[str, Field(min_length=1, max_length=64, title="Run")]
ClassName = Annotated[
    str | None,
    Field(
        max_length=2_000,
        title="Class",
        description="The class whose probability is explained. Empty takes the second of two classes, or the first of "
        "several. Has no meaning for a regression.",
    ),
]
ColumnName = Annotated[str, Field(min_length=1, max_length=2_000)]
LOADED, MAPPED = 0.03, 0.06
"""How far the work is when the model is loaded, and when its columns are known."""


class RunQuestion(Params):
    """A question about a run."""

    run_id: RunId


def open_subject(run_id: str, workspace: "Workspace", *, part: "Part", what: str) -> "Subject":
    """The run as something to explain; see ``load_subject`` for what it raises, and ``Workspace.run``."""
    from evaluation.explaining.loading import load_subject

    workspace.report(0.0, "Opening the model")
    subject = load_subject(workspace.run(run_id), part=part, what=what)
    workspace.report(LOADED, "Looking at the columns")
    return subject


def open_columns(subject: "Subject", workspace: "Workspace") -> "ColumnMap":
    """Which features come from which columns."""
    from evaluation.explaining.columns import map_columns

    columns = map_columns(subject)
    workspace.report(MAPPED, "Asking the model")
    return columns


def chosen_metric(key: str | None, subject: "Subject") -> "MetricSpec":
    """The metric by its key, or the primary one.

    Raises:
        NotFound: There is no such metric.
        UserInputError: It does not suit the task or these rows.
    """
    from core.errors import UserInputError
    from evaluation.registry import METRICS, primary_metric

    metric = METRICS[key] if key else primary_metric(subject.task)
    if subject.task not in metric.tasks:
        raise UserInputError(
            f"{metric.label} does not score a {subject.task.value}.", hint="Choose another score.", field="metric"
        )
    if not metric.is_defined(subject.predictions(subject.outputs(subject.X))):
        raise UserInputError(
            f"{metric.label} is not defined for these rows.", hint="Choose another score.", field="metric"
        )
    return metric


def n_threads_for(subject: "Subject") -> int:
    """Threads to ask an estimator from: one where it works on several by itself."""
    import os

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    own = getattr(subject.estimator, "n_jobs", 1)
    works_alone = own not in (None, 1) or type(subject.estimator).__name__.startswith(("Hist", "XGB", "LGBM", "MLP"))
    return 1 if works_alone else max(1, cores)
