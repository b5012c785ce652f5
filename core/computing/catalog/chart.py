"""A chart of a dataset."""

from typing import Annotated, Any

from pydantic import Field

from core.charts.rendering import DrawnChart
from core.computing.spec import ComputationSpec, Workspace
from core.params import Params


class ChartRequest(Params):
    """Which chart, of which dataset, with which parameters."""

    dataset_id: Annotated[str, Field(min_length=1, max_length=64, title="Dataset")]
    chart: Annotated[str, Field(min_length=1, max_length=64, title="Chart")]
    params: Annotated[
        dict[str, Any],
        Field(
            default_factory=dict,
            title="Parameters",
            description="Those of the chart: columns by role, options, filters.",
        ),
    ]


def run(params: ChartRequest, workspace: Workspace) -> DrawnChart:
    """Draw a chart of one dataset: aggregated numbers, a Plotly figure, words for it and the code."""
    from core.charts.rendering import render
    from core.tables.engine import Engine

    table = workspace.table(params.dataset_id)
    dataset = table.dataset
    workspace.report(0.05, "Counting")
    with Engine(workspace.folder, readable=[table.path], memory_bytes=workspace.memory_bytes) as engine:
        chart = render(
            params.chart,
            params.params,
            engine,
            table.path,
            columns={column.name: column for column in dataset.columns},
            n_rows=dataset.n_rows or 0,
            on_fraction=lambda fraction: workspace.report(0.05 + 0.9 * fraction, "Counting"),
        )
    workspace.report(1.0, "Drawing")
    return chart


SPEC = ComputationSpec(
    key="chart",
    label="Chart",
    params=ChartRequest,
    result=DrawnChart,
    run=run,
    datasets=lambda params: (params.dataset_id,),
)
