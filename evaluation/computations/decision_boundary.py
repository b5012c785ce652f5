"""What a run says over the plane of two columns."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from evaluation.explaining.asking import LOADED, ClassName, ColumnName, RunQuestion, open_subject
from evaluation.explaining.boundary import DecisionBoundary, decision_boundary


class DecisionBoundaryParams(RunQuestion):
    """Two columns, and how finely."""

    first: Annotated[ColumnName, Field(title="Across")]
    second: Annotated[ColumnName, Field(title="Up")]
    class_name: ClassName = None
    n_points: Annotated[int, Field(ge=10, le=150, title="Points along each column")] = 60
    n_dots: Annotated[int, Field(ge=0, le=2_000, title="Most rows drawn")] = 300
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, title="Seed")] = 0


def run(params: DecisionBoundaryParams, workspace: Workspace) -> DecisionBoundary:
    """The prediction at each point of the plane, the other columns held at typical values, and validation rows on it.

    Raises:
        UserInputError: The run is neither a classification nor a regression, or has no such column or class.
    """
    from evaluation.explaining.sampling import sample_places

    whole = open_subject(params.run_id, workspace, part="validation", what="A decision boundary")
    class_code = whole.class_code(params.class_name)
    first, second = whole.column(params.first, "first"), whole.column(params.second, "second")
    subject = whole.part(sample_places(whole.y, max(1, params.n_dots), task=whole.task, seed=params.seed))
    return decision_boundary(
        subject,
        first,
        second,
        class_code=class_code,
        n_points=params.n_points,
        n_dots=params.n_dots,
        on_fraction=lambda part: workspace.report(LOADED + (1 - LOADED) * part, "Asking the model"),
    )


SPEC = ComputationSpec(
    key="decision_boundary",
    label="Decision boundary",
    params=DecisionBoundaryParams,
    result=DecisionBoundary,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=300,
)
