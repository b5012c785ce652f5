"""The weights of a linear run, and what they mean in the units of the table."""

from core.computing.spec import ComputationSpec, Workspace
from evaluation.explaining.asking import ClassName, RunQuestion, open_columns, open_subject
from evaluation.explaining.coefficients import Coefficients, coefficients


class CoefficientsParams(RunQuestion):
    """Which class."""

    class_name: ClassName = None


def run(params: CoefficientsParams, workspace: Workspace) -> Coefficients:
    """Weights, and the change of the output for one unit of each raw column.

    Raises:
        UserInputError: The model is not linear, or there is no such class.
    """
    subject = open_subject(params.run_id, workspace, part="validation", what="A table of coefficients")
    class_code = subject.class_code(params.class_name)
    return coefficients(subject, open_columns(subject, workspace), class_code=class_code)


SPEC = ComputationSpec(
    key="coefficients",
    label="Coefficients",
    params=CoefficientsParams,
    result=Coefficients,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=300,
)
