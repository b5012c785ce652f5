"""What a run predicts on average when a column, or two, take given values."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from evaluation.explaining.asking import MAPPED, ClassName, ColumnName, RunQuestion, open_columns, open_subject
from evaluation.explaining.dependence_answer import PartialDependence, one_column, two_columns

if TYPE_CHECKING:
    from evaluation.explaining.subject import Subject

MOST_ASKED = 150_000
"""Rows that the model is asked about in all, at most."""


class PartialDependenceParams(RunQuestion):
    """One column or two, and how finely."""

    column: Annotated[ColumnName, Field(title="Column")]
    second: Annotated[
        ColumnName | None, Field(title="Second column", description="Given, a heat map of both is drawn.")
    ] = None
    class_name: ClassName = None
    centred: Annotated[
        bool, Field(title="Centred", description="Every line starts at 0, which shows rows that go their own way.")
    ] = False
    n_points: Annotated[int, Field(ge=4, le=100, title="Values of each column")] = 40
    n_rows: Annotated[int, Field(ge=20, le=5_000, title="Most rows")] = 1_000
    n_lines: Annotated[int, Field(ge=0, le=200, title="Lines of single rows")] = 60
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, title="Seed")] = 0


def run(params: PartialDependenceParams, workspace: Workspace) -> PartialDependence:
    """A curve with the lines of single rows, or a heat map of two columns.

    Raises:
        UserInputError: The run is neither a classification nor a regression, or has no such column or class.
    """
    from evaluation.explaining.dependence import conditional_expectations, make_grid

    whole = open_subject(params.run_id, workspace, part="validation", what="Partial dependence")
    class_code = whole.class_code(params.class_name)
    _check(params, whole)
    columns = open_columns(whole, workspace)
    names = [params.column, *([params.second] if params.second else [])]
    n_points = params.n_points if len(names) == 1 else min(params.n_points, 24)
    grids = [make_grid(whole, name, n_points) for name in names]
    n_combinations = 1
    for grid in grids:
        n_combinations *= len(grid.values)
    subject = _sample(whole, params, max(20, min(params.n_rows, MOST_ASKED // n_combinations)))
    said = conditional_expectations(
        subject,
        columns,
        grids,
        class_code=class_code,
        on_fraction=lambda part: workspace.report(MAPPED + (1 - MAPPED) * part, "Asking the model"),
    )
    if len(grids) == 2:
        return two_columns(subject, (grids[0], grids[1]), said, class_code=class_code)
    return one_column(subject, grids[0], said, class_code=class_code, is_centred=params.centred, n_lines=params.n_lines)


def _check(params: PartialDependenceParams, subject: "Subject") -> None:
    from core.errors import UserInputError

    subject.column(params.column, "column")
    if params.second is not None:
        subject.column(params.second, "second")
        if params.second == params.column:
            raise UserInputError("Both columns are the same.", hint="Choose another second column.", field="second")


def _sample(subject: "Subject", params: PartialDependenceParams, n_rows: int) -> "Subject":
    from evaluation.explaining.sampling import sample_places

    return subject.part(sample_places(subject.y, n_rows, task=subject.task, seed=params.seed))


SPEC = ComputationSpec(
    key="partial_dependence",
    label="Partial dependence",
    params=PartialDependenceParams,
    result=PartialDependence,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=600,
)
