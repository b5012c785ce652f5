"""Which model suits a dataset, by quick probes; and which column to predict, if nobody has said."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.insights.report import InsightReport
from core.params import Params


class RecommendModelsParams(Params):
    """Which dataset, and what is predicted."""

    dataset_id: Annotated[str, Field(min_length=1, max_length=64, title="Dataset")]
    target: Annotated[
        str | None, Field(max_length=400, title="Target", description="None takes the likeliest column.")
    ] = None
    neighbours: Annotated[
        str, Field(max_length=64, title="Runs", description="Hash of the runs there are: other runs, another answer.")
    ] = ""


def run(params: RecommendModelsParams, workspace: Workspace) -> InsightReport:
    """Recommendations of models for a dataset, with what they rest on.

    Raises:
        UserInputError: There is no such column.
    """
    from core.insights.wording import in_words
    from core.profiling.asking import require_column
    from evaluation.insights.looking import Progress, look_for
    from evaluation.insights.recommend_evidence import RecommendEvidence
    from evaluation.insights.registry import OF_MODELS

    table = workspace.table(params.dataset_id)
    require_column(table.dataset, params.target)
    progress = Progress(workspace.report)
    evidence = RecommendEvidence(workspace=workspace, table=table, progress=progress, asked_target=params.target)
    report = look_for(tuple(OF_MODELS.values()), evidence, progress=progress)
    return in_words(report, workspace, columns=[column.name for column in table.dataset.columns])


SPEC = ComputationSpec(
    key="recommend_models",
    label="Probing models",
    params=RecommendModelsParams,
    result=InsightReport,
    run=run,
    datasets=lambda params: (params.dataset_id,),
    timeout_s=600,
)
