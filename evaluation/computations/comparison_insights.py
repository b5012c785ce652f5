"""What a comparison of runs comes to: who wins, where they disagree, what costs less, what settings matter."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.insights.report import InsightReport
from core.params import Params

MOST_RUNS = 20


class ComparisonInsightsParams(Params):
    """Which runs."""

    run_ids: Annotated[tuple[str, ...], Field(min_length=2, max_length=MOST_RUNS, title="Runs")]
    neighbours: Annotated[
        str, Field(max_length=64, title="Other runs", description="Hash of the runs there are on the dataset.")
    ] = ""


def run(params: ComparisonInsightsParams, workspace: Workspace) -> InsightReport:
    """Everything worth knowing about some runs on the same rows.

    Raises:
        UserInputError: No two of them saw the same rows.
    """
    from core.insights.wording import in_words
    from evaluation.insights.comparison_evidence import gather
    from evaluation.insights.looking import Progress, look_for
    from evaluation.insights.registry import OF_COMPARISONS

    progress = Progress(workspace.report)
    evidence = gather(params.run_ids, workspace, progress)
    finders = [finder for finder in OF_COMPARISONS.values() if evidence.task in finder.tasks]
    report = look_for(finders, evidence, progress=progress)
    if evidence.left_out:
        names = ", ".join(evidence.left_out[:3])
        report = report.model_copy(
            update={"notices": (*report.notices, f"Left out, since they saw other rows: {names}.")}
        )
    columns = [column.name for column in evidence.files[0].table.dataset.columns]
    return in_words(report, workspace, columns=columns)


SPEC = ComputationSpec(
    key="comparison_insights",
    label="Looking at the comparison",
    params=ComparisonInsightsParams,
    result=InsightReport,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: params.run_ids,
    timeout_s=300,
)
