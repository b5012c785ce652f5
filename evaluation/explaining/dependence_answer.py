"""Partial dependence as an answer: a curve with the lines of single rows, or a heat map of two columns."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.charts.drawing import COLORS, axis, category_axis
from core.wording import short
from evaluation.explaining.answer import Cell, Drawing, Explanation, cell, drawing, rounded, words
from evaluation.explaining.dependence import Grid, axis_labels
from evaluation.explaining.subject import Subject

FloatArray = npt.NDArray[np.float64]
MOST_LINES = 60
N_BARS = 30
LINE = "rgba(125, 139, 148, 0.35)"


class PartialDependence(Explanation):
    """The mean answer for each value, and what single rows say."""

    columns: tuple[str, ...]
    values: list[list[Cell]]
    """Of each column."""
    mean: list[float]
    """By value; for two columns row by row of the first one's values."""
    n_rows: int


def one_column(
    subject: Subject, grid: Grid, said: FloatArray, *, class_code: int, is_centred: bool, n_lines: int = MOST_LINES
) -> PartialDependence:
    """A curve.

    Args:
        subject: Whose rows took the values.
        grid: The values.
        said: Answers of shape (n_rows, n_values).
        class_code: The class that was asked about.
        is_centred: Whether all lines start at 0, which shows rows that go their own way.
        n_lines: Lines of single rows in the picture; 0 for none.
    """
    shown = said - said[:, :1] if is_centred else said
    mean = shown.mean(axis=0)
    output = subject.output_words(class_code)
    change = said.mean(axis=0)
    low, high = float(change.min()), float(change.max())
    chosen = np.linspace(0, len(shown) - 1, min(n_lines, len(shown))).round().astype(int)
    lines = np.unique(chosen).tolist()
    values = [cell(value) for value in grid.values]
    labels = axis_labels(grid)
    return PartialDependence(
        sentence=f"Over the values of {grid.column!r}, the mean {output} moves between {words(low)} and {words(high)}.",
        remarks=_remarks(said),
        drawings=(_curve(subject, grid, labels, shown, mean, lines, output, is_centred),),
        columns=(grid.column,),
        values=[values],
        mean=[rounded(float(value), 8) for value in said.mean(axis=0)],
        n_rows=len(said),
    )


def two_columns(subject: Subject, grids: tuple[Grid, Grid], said: FloatArray, *, class_code: int) -> PartialDependence:
    """A heat map of the mean of ``said``, shape (n_rows, n_values_1, n_values_2)."""
    mean = said.mean(axis=0)
    output = subject.output_words(class_code)
    values = [[cell(value) for value in grid.values] for grid in grids]
    labels = [axis_labels(grid) for grid in grids]
    first, second = grids
    table = [
        {first.column: a, f"{second.column} ": b, "mean prediction": rounded(float(mean[i, j]))}
        for i, a in enumerate(values[0])
        for j, b in enumerate(values[1])
    ]
    additive = mean.mean(axis=0)[None, :] + mean.mean(axis=1)[:, None] - mean.mean()
    share = float(np.square(mean - additive).sum() / max(np.square(mean - mean.mean()).sum(), 1e-300))
    picture = drawing(
        "two_columns",
        title=f"Mean {short(output, 40)} by two columns",
        explanation="Each field is what the model says on average when all rows take these two values. Bands that are "
        "not parallel to an axis mean that the two columns work together.",
        alt=f"Heat map of the mean {output} by {first.column} and {second.column}, from {words(float(mean.min()))} to "
        f"{words(float(mean.max()))}.",
        table=table,
        data=[
            {
                "type": "heatmap",
                "x": labels[0],
                "y": labels[1],
                "z": [[rounded(float(value)) for value in row] for row in mean.T],
                "colorbar": {"thickness": 10},
                "hovertemplate": "%{x}, %{y}: %{z:.4g}<extra></extra>",
            }
        ],
        layout={
            "height": 460,
            "xaxis": _value_axis(first, labels[0]),
            "yaxis": _value_axis(second, labels[1]),
        },
    )
    return PartialDependence(
        sentence=f"Of what {first.column!r} and {second.column!r} change, {100 * share:.0f} % comes from the two "
        "together and not from either alone.",
        remarks=_remarks(said),
        drawings=(picture,),
        columns=(first.column, second.column),
        values=values,
        mean=[rounded(float(value), 8) for value in mean.reshape(-1)],
        n_rows=len(said),
    )


def _remarks(said: FloatArray) -> tuple[str, ...]:
    return (
        f"Mean over {len(said):,} rows, each of which takes every value while its other columns stay as they are. "
        "Combinations that never occur are asked about as well, above all when columns go closely together.",
    )


def _curve(
    subject: Subject,
    grid: Grid,
    labels: list[Cell],
    shown: FloatArray,
    mean: FloatArray,
    lines: list[int],
    output: str,
    is_centred: bool,
) -> Drawing:
    mode = "lines" if grid.is_ordered else "lines+markers"
    data: list[dict[str, Any]] = []
    if len(lines):
        # One trace with gaps draws far faster than one for each row.
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [each for _ in lines for each in [*labels, None]],
                "y": [each for row in lines for each in [*[rounded(float(v)) for v in shown[row]], None]],
                "line": {"width": 1, "color": LINE},
                "hoverinfo": "skip",
                "name": "single rows",
            }
        )
    data += [
        {
            "type": "scatter",
            "mode": mode,
            "x": labels,
            "y": [rounded(float(value)) for value in mean],
            "line": {"width": 3, "color": COLORS[0]},
            "name": "mean",
            "hovertemplate": "%{x}: %{y:.4g}<extra></extra>",
        },
        _distribution(subject, grid),
    ]
    what = f"change of {output} from the first value" if is_centred else output
    return drawing(
        "curve",
        title=f"Mean {short(what, 60)} by {short(grid.column, 30)}",
        explanation="The thick line is the mean; each thin line is one row whose value is changed while everything "
        "else stays. Thin lines that cross mean that the column matters differently for different rows. The bars "
        "below show where the training rows lie: where there are few, the line is a guess.",
        alt=f"Curve of the mean {what}: {words(float(mean[0]))} at {words(labels[0])}, "
        f"{words(float(mean[-1]))} at {words(labels[-1])}.",
        table=[
            {
                grid.column: label,
                f"mean {what}": rounded(float(value)),
                "5 % of rows below": rounded(float(low)),
                "5 % of rows above": rounded(float(high)),
            }
            for label, value, low, high in zip(labels, mean, *np.quantile(shown, [0.05, 0.95], axis=0), strict=True)
        ],
        data=data,
        layout={
            "height": 440,
            "xaxis": {**_value_axis(grid, labels), "anchor": "y2"},
            "yaxis": axis(what[:1].upper() + what[1:], domain=[0.2, 1]),
            "yaxis2": {"title": {"text": "Rows"}, "domain": [0, 0.14], "showgrid": False, "nticks": 3},
        },
    )


def _distribution(subject: Subject, grid: Grid) -> dict[str, Any]:
    column = subject.background[grid.column].dropna()
    facts: dict[str, Any] = {
        "type": "bar",
        "yaxis": "y2",
        "marker": {"color": "#8b98a1"},
        "name": "training rows",
        "hovertemplate": "%{x}: %{y} rows<extra></extra>",
    }
    if not grid.is_ordered:
        counts = column.value_counts()
        return facts | {
            "x": [words(cell(value)) for value in grid.values],
            "y": [int(counts[value]) for value in grid.values],
        }
    import pandas as pd

    first, last = grid.values[0], grid.values[-1]
    is_time = column.dtype.kind == "M"
    numbers = column.astype("datetime64[ns]").astype("int64").to_numpy() if is_time else column.to_numpy(dtype=float)
    low, high = ((pd.Timestamp(end).value if is_time else float(end)) for end in (first, last))
    if low == high:
        return facts | {"x": [cell(first)], "y": [len(column)]}
    heights, edges = np.histogram(numbers[(numbers >= low) & (numbers <= high)], bins=N_BARS, range=(low, high))
    middles = (edges[:-1] + edges[1:]) / 2
    shown = [cell(pd.Timestamp(int(each))) for each in middles] if is_time else [rounded(float(m)) for m in middles]
    return facts | {"x": shown, "y": heights.tolist()}


def _value_axis(grid: Grid, labels: list[Cell]) -> dict[str, Any]:
    return axis(grid.column) if grid.is_ordered else category_axis(grid.column, [str(label) for label in labels])
