"""What is worth a look in the whole workspace: problems not handled, best runs, failures, versions left behind."""

from core.computing.spec import ComputationSpec, Workspace
from core.insights.report import InsightReport
from core.params import Params


class WorkspaceInsightsParams(Params):
    """There is nothing to choose."""


def run(params: WorkspaceInsightsParams, workspace: Workspace) -> InsightReport:
    """What to look at next."""
    del params
    from core.insights.wording import in_words
    from evaluation.insights.looking import Progress, look_for
    from evaluation.insights.registry import OF_WORKSPACES
    from evaluation.insights.workspace_evidence import WorkspaceEvidence

    evidence = WorkspaceEvidence(workspace=workspace)
    report = look_for(tuple(OF_WORKSPACES.values()), evidence, progress=Progress(workspace.report))
    return in_words(report, workspace)


SPEC = ComputationSpec(
    key="workspace_insights",
    label="Looking at the workspace",
    params=WorkspaceInsightsParams,
    result=InsightReport,
    run=run,
    datasets=lambda _: (),
    timeout_s=120,
    is_repeatable=False,
)
