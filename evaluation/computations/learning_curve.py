"""How a run's model scores after learning from fewer rows."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.jobs import QueueName
from evaluation.explaining.asking import LOADED, RunQuestion, chosen_metric, open_subject
from evaluation.explaining.refitting import RefittedCurve, learning_curve


class LearningCurveParams(RunQuestion):
    """How many fits."""

    n_points: Annotated[
        int, Field(ge=2, le=12, title="Points", description="Fits; the last one learns from all training rows.")
    ] = 6
    metric: Annotated[
        str | None, Field(max_length=64, title="Score", description="Empty takes the run's main score.")
    ] = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, title="Seed", description="Decides which rows come first.")] = 0


def run(params: LearningCurveParams, workspace: Workspace) -> RefittedCurve:
    """Scores on training and validation rows by the number of training rows.

    Raises:
        UserInputError: The run is neither a classification nor a regression, or the score does not suit it.
        UnsuitableData: A part of the training rows cannot be learned from.
    """
    subject = open_subject(params.run_id, workspace, part="validation", what="A learning curve")
    metric = chosen_metric(params.metric, subject)
    recorded = workspace.run(params.run_id).run
    workspace.report(LOADED, "Learning from few rows")

    return learning_curve(
        subject,
        lambda: workspace.pipeline(recorded, recorded.config.params),
        metric=metric,
        n_points=params.n_points,
        seed=params.seed,
        on_fraction=lambda part: workspace.report(LOADED + (1 - LOADED) * part, "Learning from more rows"),
    )


SPEC = ComputationSpec(
    key="learning_curve",
    label="Learning curve",
    params=LearningCurveParams,
    result=RefittedCurve,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    queue=QueueName.CPU,
    timeout_s=3_600,
)
