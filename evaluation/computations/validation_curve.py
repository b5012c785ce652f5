"""How a run's model scores with other values of one parameter."""

from functools import partial
from typing import Annotated, Any

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.jobs import QueueName
from evaluation.explaining.asking import LOADED, RunQuestion, chosen_metric, open_subject
from evaluation.explaining.refitting import RefittedCurve, validation_curve


class ValidationCurveParams(RunQuestion):
    """Which parameter, which values."""

    parameter: Annotated[str, Field(min_length=1, max_length=64, title="Parameter", description="Of the model.")]
    label: Annotated[str, Field(max_length=100, title="Its name for people")] = ""
    values: Annotated[
        tuple[float | bool | str, ...], Field(min_length=2, max_length=15, title="Values", description="In order.")
    ]
    is_log: Annotated[bool, Field(title="At equal ratios")] = False
    metric: Annotated[
        str | None, Field(max_length=64, title="Score", description="Empty takes the run's main score.")
    ] = None


def run(params: ValidationCurveParams, workspace: Workspace) -> RefittedCurve:
    """Scores on training and validation rows by the value of the parameter.

    Raises:
        UserInputError: The run is neither a classification nor a regression, the model has no such parameter, or a
            value is out of its bounds.
    """
    from core.errors import UserInputError

    subject = open_subject(params.run_id, workspace, part="validation", what="A validation curve")
    metric = chosen_metric(params.metric, subject)
    recorded = workspace.run(params.run_id).run
    present = recorded.config.params.get(params.parameter)
    if params.parameter not in recorded.config.params:
        raise UserInputError(
            f"The model has no parameter {params.parameter!r}.",
            hint=f"It has: {', '.join(recorded.config.params)}.",
            field="parameter",
        )
    values = [_as_parameter(value) for value in params.values]

    def new_pipeline(value: float | bool | str) -> Any:
        return workspace.pipeline(recorded, {**recorded.config.params, params.parameter: value})

    for value in values:  # all are checked before the first one is learned with
        new_pipeline(value)
    workspace.report(LOADED, "Learning")
    return validation_curve(
        subject,
        [(value, partial(new_pipeline, value)) for value in values],
        parameter=params.parameter,
        label=params.label or params.parameter,
        present=present if isinstance(present, float | int | bool | str) else None,
        metric=metric,
        is_log=params.is_log,
        on_fraction=lambda part: workspace.report(LOADED + (1 - LOADED) * part, "Learning with another value"),
    )


def _as_parameter(value: float | bool | str) -> float | int | bool | str:
    """Whole numbers as such, since JSON does not tell 3 from 3.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


SPEC = ComputationSpec(
    key="validation_curve",
    label="Validation curve",
    params=ValidationCurveParams,
    result=RefittedCurve,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    queue=QueueName.CPU,
    timeout_s=3_600,
)
