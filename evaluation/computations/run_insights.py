"""What to do next with a run: read from its scores, curves, folds, rows and columns."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.insights.report import InsightReport
from core.params import Params


class RunInsightsParams(Params):
    """Which run."""

    run_id: Annotated[str, Field(min_length=1, max_length=64, title="Run")]
    is_deep: Annotated[
        bool,
        Field(
            title="Look closely", description="Also what trains or scores anew: learning curve, importance of columns."
        ),
    ] = True
    neighbours: Annotated[
        str,
        Field(
            max_length=64,
            title="Other runs",
            description="Hash of the runs that there are: other runs, another answer.",
        ),
    ] = ""


def run(params: RunInsightsParams, workspace: Workspace) -> InsightReport:
    """Everything worth knowing about a finished run, the most interesting first."""
    from core.insights.wording import in_words
    from evaluation.insights.looking import Progress, look_for
    from evaluation.insights.registry import OF_RUNS
    from evaluation.insights.run_evidence import RunEvidence

    progress = Progress(workspace.report)
    evidence = RunEvidence(
        workspace=workspace, files=workspace.run(params.run_id), progress=progress, is_deep=params.is_deep
    )
    finders = [finder for finder in OF_RUNS.values() if evidence.task in finder.tasks]
    report = look_for(finders, evidence, progress=progress)
    return in_words(report, workspace, columns=evidence.columns)


SPEC = ComputationSpec(
    key="run_insights",
    label="Looking at the run",
    params=RunInsightsParams,
    result=InsightReport,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=900,
)
