"""What each column adds to the predictions of a run, row by row."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from evaluation.explaining.asking import MAPPED, ClassName, RunQuestion, open_columns, open_subject
from evaluation.explaining.shap_answer import ShapValues, shap_values
from evaluation.explaining.shap_drawings import summary

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from evaluation.explaining.subject import Subject

MOST_MIXED = 200
"""Rows of a model that can only be asked: each takes some thousand questions."""


class ShapValuesParams(RunQuestion):
    """Which rows, which class."""

    class_name: ClassName = None
    part: Annotated[Literal["validation", "train"], Field(title="Rows")] = "validation"
    n_rows: Annotated[
        int,
        Field(ge=10, le=5_000, title="Most rows", description="A sample with the class shares of all of them."),
    ] = 1_000
    row_number: Annotated[
        int | None,
        Field(ge=1, title="Row", description="Number of one row in the table; it is explained alone. Not a test row."),
    ] = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, title="Seed")] = 0


def run(params: ShapValuesParams, workspace: Workspace) -> ShapValues:
    """Contributions of every column for a sample of rows, or for one row.

    Raises:
        UserInputError: The run is neither a classification nor a regression, or has no such class or row.
    """
    import os

    from evaluation.explaining.shapley import affordable_rows, contributions

    whole = open_subject(params.run_id, workspace, part=params.part, what="A SHAP value")
    class_code = whole.class_code(params.class_name)
    columns = open_columns(whole, workspace)
    n_rows = affordable_rows(whole, class_code, params.n_rows, most_mixed=MOST_MIXED)
    subject = whole.part(_places(params, whole, n_rows))
    found = contributions(
        subject,
        columns,
        class_code=class_code,
        seed=params.seed,
        n_threads=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
        on_fraction=lambda part: workspace.report(MAPPED + (1 - MAPPED) * part, "Taking the model apart"),
    )
    answer = shap_values(subject, found, class_code=class_code, n_available=len(whole.y))
    return answer.model_copy(update={"drawings": summary(answer)})


def _places(params: ShapValuesParams, whole: "Subject", n_rows: int) -> "npt.NDArray[np.int64]":
    import numpy as np

    from core.errors import UserInputError
    from evaluation.explaining.sampling import sample_places

    if params.row_number is None:
        chosen = sample_places(whole.y, n_rows, task=whole.task, seed=params.seed)
        # Shuffled, so that where time is short the first ones are a sample as well.
        return np.random.default_rng(params.seed).permutation(chosen)
    found = np.flatnonzero(whole.row_numbers == params.row_number)
    if not len(found):
        raise UserInputError(
            f"Row {params.row_number:,} is not among the {params.part} rows.",
            hint=f"Choose one that is, such as {int(whole.row_numbers[0]):,}. Test rows stay locked.",
            field="row_number",
        )
    return found


SPEC = ComputationSpec(
    key="shap_values",
    label="SHAP values",
    params=ShapValuesParams,
    result=ShapValues,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=900,
)
