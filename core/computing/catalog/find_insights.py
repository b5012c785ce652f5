"""What statistics find in a dataset: patterns, anomalies and problems, few and sure."""

from typing import Annotated, Literal

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.insights.report import InsightReport
from core.params import Params


class FindInsightsParams(Params):
    """Which dataset, what is to be predicted from it, and how closely to look."""

    dataset_id: Annotated[str, Field(min_length=1, max_length=64, title="Dataset")]
    target: Annotated[
        str | None,
        Field(
            max_length=400,
            title="Target",
            description="The column to be predicted, if there is one: what concerns it comes first.",
        ),
    ] = None
    depth: Annotated[
        Literal["quick", "full"],
        Field(
            title="Depth",
            description="Quick: up to 100,000 rows and about half a minute. Full: up to 500,000 rows, and more cards.",
        ),
    ] = "quick"


def run(params: FindInsightsParams, workspace: Workspace) -> InsightReport:
    """Insights of one dataset. For what nobody asked for."""
    from core.insights.finding import find_in_dataset
    from core.insights.wording import in_words

    report = find_in_dataset(params.dataset_id, params.target, params.depth, workspace)
    columns = [column.name for column in workspace.table(params.dataset_id).dataset.columns]
    return in_words(report, workspace, columns=columns)


SPEC = ComputationSpec(
    key="find_insights",
    label="Look for insights",
    params=FindInsightsParams,
    result=InsightReport,
    run=run,
    datasets=lambda params: (params.dataset_id,),
    timeout_s=900,
)
