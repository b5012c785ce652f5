"""Preprocessing as people see it: a diagram, the same in words, and column by column."""

import itertools
import textwrap

import streamlit as st

from app.ui import numbers
from app.ui.text import plain
from app.ui.theme import current_palette
from app.ui.words import show_notices
from core.preprocessing.describing import Description, Lane

LINE = 30
"""Characters of a line in the diagram: the whole of it then fits a phone."""
FONT = 'fontname="sans-serif"'


def show_pipeline(description: Description, *, model: str, key: str) -> None:
    """The way from columns to the model as a diagram, with the same in words beside it.

    Args:
        description: What is done.
        model: Name of the model at its end.
        key: Unique within the page.
    """
    diagram, words = st.columns([2, 3], vertical_alignment="center")
    diagram.graphviz_chart(pipeline_dot(description, model), alt=description.text)
    with words:
        st.caption(plain(description.text))
    with words.popover("Column by column", icon=":material/table_rows:"):
        st.dataframe(
            column_rows(description),
            hide_index=True,
            column_config={"Features": st.column_config.NumberColumn(help="At most so many.")},
            alt="Columns with their steps and the features that come of them",
            key=f"{key}-columns",
        )
        show_notices(description.excluded, title="columns left out")


def pipeline_dot(description: Description, model: str) -> str:
    """The diagram in the DOT language: lanes under each other, between all columns and all features.

    Names of columns are not in it, so that it stays small however many there are.
    """
    n_left = len(description.excluded)
    colours = current_palette()
    quiet = f'color="{colours.muted}", fontcolor="{colours.text}"'
    emphasis = f'color="{colours.accent}", fontcolor="{colours.accent}", penwidth=1.6'
    start = numbers.count(description.n_columns, "column") + (f"\n{n_left} left out" if n_left else "")
    end = ("" if description.is_exact else "at most ") + numbers.count(description.n_features, "feature")
    lanes = [f"lane{number}" for number in range(len(description.lanes))]
    inside = [f"{name} [label={_lane(lane)}, width=2.6];" for name, lane in zip(lanes, description.lanes, strict=True)]
    # Lanes stand under each other by edges that are not drawn.
    inside += [f"{above} -> {below} [style=invis];" for above, below in itertools.pairwise(lanes)]
    title = "each column goes one way" if len(lanes) > 1 else "every column"
    nodes = {f"after{number}": _wrapped(step) for number, step in enumerate(description.after)}
    nodes["end"] = end
    if description.balance:
        nodes["balance"] = _wrapped(f"{description.balance}, in training rows only")
    nodes["model"] = _wrapped(model)
    ends = {"end", "model"}
    return "\n".join(
        [
            'digraph { rankdir=TB; compound=true; bgcolor="transparent"; ranksep=0.22; nodesep=0.3; '
            f'node [shape=box, style="rounded", margin="0.12,0.07", {quiet}, {FONT}, fontsize=12]; '
            f'edge [color="{colours.muted}", arrowsize=0.6];',
            f"start [label={_quoted(start)}, {emphasis}];",
            f'subgraph cluster_lanes {{ label={_quoted(title)}; style="rounded,dashed"; color="{colours.muted}"; '
            f'fontcolor="{colours.muted}"; {FONT}; fontsize=11; margin=10; {" ".join(inside)} }}',
            f"start -> {lanes[0]} [lhead=cluster_lanes];",
            *(f"{key} [label={_quoted(text)}{f', {emphasis}' if key in ends else ''}];" for key, text in nodes.items()),
            f"{lanes[-1]} -> {next(iter(nodes))} [ltail=cluster_lanes];",
            *(f"{above} -> {below};" for above, below in itertools.pairwise(nodes)),
            "}",
        ]
    )


def column_rows(description: Description) -> list[dict[str, str | int]]:
    """A row for each column that is learned from."""
    return [
        {
            "Column": column.name + (" (set here)" if column.is_own else ""),
            "Steps": ", then ".join(column.steps) or "as it is",
            "Features": column.n_features,
        }
        for column in description.columns
    ]


def _lane(lane: Lane) -> str:
    lines = [f"{lane.title}: {numbers.count(len(lane.columns), 'column')}"]
    lines += [_wrapped(step) for step in lane.steps or ("as they are",)]
    return _quoted("\n".join(lines))


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, LINE))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
