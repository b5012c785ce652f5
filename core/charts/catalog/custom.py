"""A figure of one's own: Plotly JSON over the columns of the dataset."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, field_validator

from core.charts import arithmetic
from core.charts.drawing import Figure
from core.charts.own_figures import MOST_CELLS, check_figure, column_name, columns_of, filled, validate
from core.charts.points import plain_value
from core.charts.spec import ChartParams, ChartSpec, Columns, Frame, Script
from core.charts.table import ChartTable, find_column
from core.expressions.quoting import name_sql
from core.types import Column
from core.wording import joined


class CustomParams(ChartParams):
    """What to draw."""

    figure: Annotated[
        dict[str, Any],
        Field(
            title="Plotly figure",
            description='An object with data and layout. {"column": "age"} stands for the values of a column.',
        ),
    ]

    @field_validator("figure")
    @classmethod
    def _is_allowed(cls, figure: dict[str, Any]) -> dict[str, Any]:
        check_figure(figure)
        return figure


def compute(params: CustomParams, table: ChartTable) -> Frame:
    """The values of the named columns, of at most 5,000 rows."""
    names = columns_of(params.figure)
    for name in names:
        find_column(table.columns, name, "params.figure")
    view = table.view(params.filters, [], also=names)
    found = table.sample(view, [name_sql(name) for name in names], MOST_CELLS) if names else []
    data: dict[str, list[Any]] = {
        f"column_{place + 1}": [plain_value(row[place]) for row in found] for place in range(len(names))
    }
    if not names:
        data = {"trace": [trace.get("type", "scatter") for trace in params.figure["data"]]}
    return Frame(
        data=data,
        n_filtered=view.n_filtered,
        n_used=view.n_used,
        n_shown=len(found) if names else None,
        names={f"column_{place + 1}": name for place, name in enumerate(names)},
    )


def draw(params: CustomParams, frame: Frame) -> Figure:
    """The figure with the values in place."""
    values = {name: frame.data[part] for part, name in frame.names.items()}
    figure: Figure = filled(params.figure, values)
    validate(figure)
    return {"data": figure["data"], "layout": {"title": {"text": title(params)}, **figure.get("layout", {})}}


def title(params: CustomParams) -> str:
    """The title that the figure gives itself."""
    own = params.figure.get("layout", {}).get("title", "")
    text = own.get("text", "") if isinstance(own, dict) else own
    return str(text) or "Figure"


def alt(params: CustomParams, frame: Frame) -> str:
    """What it is made of; what it says, only its author knows."""
    kinds = list(dict.fromkeys(str(trace.get("type", "scatter")) for trace in params.figure["data"]))
    names = list(frame.names.values())
    drawn = f" from the columns {joined(names)}" if names else ""
    return f"{title(params)}: a figure of someone's own with {joined(kinds)}{drawn}."


def code(params: CustomParams, known: Columns) -> Script:
    """The same figure with the same sample."""
    del known
    names = columns_of(params.figure)
    lines = [
        "work = pd.DataFrame(index=rows.index)",
        *(f"work['column_{place + 1}'] = rows[{name!r}]" for place, name in enumerate(names)),
        f"result = sample(work, {MOST_CELLS})",
        f"values = dict(zip({list(names)!r}, [result[name].tolist() for name in result]))",
    ]
    figure = [
        "import json",
        f"written = json.loads({json.dumps(params.figure)!r})",
        "figure = go.Figure(filled(written, values))",
    ]
    if not names:
        lines = [
            f"result = pd.DataFrame({{'trace': {[trace.get('type', 'scatter') for trace in params.figure['data']]!r}}})"
        ]
        figure[-1] = "figure = go.Figure(written)"
    return Script(lines=lines, figure=figure, helpers=[arithmetic.sample, column_name, filled])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Never: it is for those who know what they want."""
    del chosen
    return None


SPEC = ChartSpec(
    key="custom",
    label="Own figure",
    icon="data_object",
    group="own",
    summary="A figure as its author wrote it.",
    when="For a picture that no chart here draws, by those who know Plotly.",
    params=CustomParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
