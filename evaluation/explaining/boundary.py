"""What a model says over a plane of two columns, everything else held still."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.charts.drawing import COLORS, axis, category_axis, in_template
from core.errors import UserInputError
from core.wording import counted, short
from evaluation.explaining.answer import Cell, Explanation, cell, drawing, rounded, words
from evaluation.explaining.columns import typical_row, with_values
from evaluation.explaining.dependence import Grid, axis_labels, even_grid
from evaluation.explaining.subject import OnFraction, Subject, batches, silent

FloatArray = npt.NDArray[np.float64]
MOST_CLASSES = len(COLORS)
MOST_HELD = 6


class DecisionBoundary(Explanation):
    """The plane as a table, and the rows that lie on it."""

    columns: tuple[str, str]
    values: list[list[Cell]]
    """Of each column."""
    outputs: list[list[float]]
    """Probability of the class that was asked about, or the value; shape (n_values_2, n_values_1)."""
    chosen: list[list[str]]
    """The likeliest class at each point; empty for a regression."""
    held: dict[str, Cell]
    """What the other columns were held at."""


def decision_boundary(
    subject: Subject,
    first: str,
    second: str,
    *,
    class_code: int,
    n_points: int,
    n_dots: int,
    on_fraction: OnFraction = silent,
) -> DecisionBoundary:
    """Ask about each point of the plane.

    Args:
        subject: Whose rows are drawn as dots.
        first: The column along the horizontal axis.
        second: The one along the vertical axis.
        class_code: The class whose probability is drawn; 0 for a regression.
        n_points: Values of each column.
        n_dots: Most rows that are drawn.
        on_fraction: Told how far it is.

    Raises:
        UserInputError: Both columns are one.
    """
    if first == second:
        raise UserInputError(
            "A plane needs two different columns.", hint="Choose another second column.", field="params.second"
        )
    across, up = even_grid(subject, first, n_points), even_grid(subject, second, n_points)
    typical = typical_row(subject.background)
    n_asked = len(across.values) * len(up.values)
    rows = typical.iloc[np.zeros(n_asked, dtype=np.intp)].reset_index(drop=True)
    for grid, values in (
        (across, [value for _ in up.values for value in across.values]),
        (up, [value for value in up.values for _ in across.values]),
    ):
        rows = with_values(rows, grid.column, values, subject.background[grid.column])
    said = []
    for piece in batches(n_asked, len(subject.features) * 50):
        said.append(subject.outputs(subject.transform(rows.iloc[piece])))
        on_fraction(piece.stop / n_asked)
    outputs = np.concatenate(said)
    held = {name: cell(typical[name].iloc[0]) for name in subject.columns if name not in (first, second)}
    return _answer(subject, (across, up), outputs, held, class_code=class_code, n_dots=n_dots)


def _answer(
    subject: Subject,
    grids: tuple[Grid, Grid],
    outputs: FloatArray,
    held: dict[str, Cell],
    *,
    class_code: int,
    n_dots: int,
) -> DecisionBoundary:
    across, up = grids
    shape = (len(up.values), len(across.values))
    values = [[cell(value) for value in grid.values] for grid in grids]
    labels = [axis_labels(grid) for grid in grids]
    codes = np.zeros(shape, dtype=np.intp) if subject.is_regression else outputs.argmax(axis=1).reshape(shape)
    shown = (outputs if subject.is_regression else outputs[:, class_code]).reshape(shape)
    what = subject.output_words(class_code)
    surface = (
        _value_surface(shown, labels) if subject.is_regression else _class_surfaces(subject, codes, outputs, labels)
    )
    names = (across.column, up.column)
    picture = drawing(
        "plane",
        title=f"Predicted {short(subject.target, 30)} by {short(names[0], 24)} and {short(names[1], 24)}",
        explanation="The background is what the model says at each point; paler means less sure. Dots are rows with "
        "their true target: they differ in the other columns too, so a dot may lie on the wrong side and still be "
        "predicted rightly.",
        alt=f"Plane of {names[0]} and {names[1]}; the {what} goes from {words(float(shown.min()))} to "
        f"{words(float(shown.max()))}.",
        table=[
            {
                names[0]: a,
                names[1]: b,
                what: rounded(float(shown[j, i])),
                **({} if subject.is_regression else {"predicted class": subject.labels[codes[j, i]]}),
            }
            for j, b in enumerate(values[1])
            for i, a in enumerate(values[0])
        ],
        data=[*surface, *_dots(subject, grids, n_dots)],
        layout={
            "height": 520,
            "xaxis": _axis(across, labels[0]),
            "yaxis": _axis(up, labels[1]),
            **({} if subject.is_regression else {"showlegend": True, "legend": {"orientation": "h", "y": -0.2}}),
        },
    )
    return DecisionBoundary(
        sentence=_sentence(subject, codes, shown, names),
        remarks=(_held_words(held),),
        drawings=(picture,),
        columns=names,
        values=values,
        outputs=[[rounded(float(value)) for value in row] for row in shown],
        chosen=[] if subject.is_regression else [[subject.labels[code] for code in row] for row in codes],
        held=held,
    )


def _sentence(subject: Subject, codes: npt.NDArray[np.intp], shown: FloatArray, names: tuple[str, str]) -> str:
    if subject.is_regression:
        return f"Over this plane the prediction goes from {words(float(shown.min()))} to {words(float(shown.max()))}."
    found = np.unique(codes)
    if len(found) == 1:
        return (
            f"Over this plane the model always says {subject.labels[int(found[0])]!r}: with the other columns held "
            f"still, {names[0]!r} and {names[1]!r} alone do not turn its decision."
        )
    shares = [f"{subject.labels[int(code)]!r} on {100 * float((codes == code).mean()):.0f} %" for code in found[:4]]
    return f"The model says {', '.join(shares)} of this plane."


def _held_words(held: dict[str, Cell]) -> str:
    if not held:
        return "The model uses no other column."
    named = [f"{name} = {short(words(value), 20)}" for name, value in list(held.items())[:MOST_HELD]]
    rest = f" and {counted(len(held) - MOST_HELD, 'more column')}" if len(held) > MOST_HELD else ""
    return (
        f"Held still at their median or most frequent value: {', '.join(named)}{rest}. Other values, another picture."
    )


def _value_surface(shown: FloatArray, labels: list[list[Cell]]) -> list[dict[str, Any]]:
    return [
        {
            "type": "heatmap",
            "x": labels[0],
            "y": labels[1],
            "z": [[rounded(float(value)) for value in row] for row in shown],
            "colorbar": {"thickness": 10},
            "hovertemplate": "%{x}, %{y}: %{z:.4g}<extra></extra>",
        }
    ]


def _class_surfaces(
    subject: Subject, codes: npt.NDArray[np.intp], outputs: FloatArray, labels: list[list[Cell]]
) -> list[dict[str, Any]]:
    """One layer for each class that is ever likeliest, in its colour, paler where the model is less sure."""
    sure = outputs.max(axis=1).reshape(codes.shape)
    layers = []
    for code in np.unique(codes):
        colour = COLORS[int(code) % MOST_CLASSES]
        is_here = codes == code
        layers.append(
            {
                "type": "heatmap",
                "x": labels[0],
                "y": labels[1],
                "z": [
                    [rounded(float(value)) if here else None for value, here in zip(row, flags, strict=True)]
                    for row, flags in zip(sure, is_here, strict=True)
                ],
                "zmin": 1.0 / len(subject.labels),
                "zmax": 1.0,
                "colorscale": [[0, _faded(colour, 0.12)], [1, _faded(colour, 0.6)]],
                "showscale": False,
                "hoverongaps": False,
                "name": subject.labels[int(code)],
                "hovertemplate": f"%{{x}}, %{{y}}: {in_template(subject.labels[int(code)])}, probability %{{z:.3g}}"
                "<extra></extra>",
            }
        )
    return layers


def _faded(colour: str, alpha: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha})"


def _dots(subject: Subject, grids: tuple[Grid, Grid], n_dots: int) -> list[dict[str, Any]]:
    places = np.unique(np.linspace(0, len(subject.frame) - 1, min(n_dots, len(subject.frame))).round().astype(int))
    frame, y = subject.frame.iloc[places], subject.y[places]
    is_inside = np.ones(len(frame), dtype=bool)
    shown = []
    for grid in grids:
        column = frame[grid.column]
        if grid.is_ordered:
            is_inside &= (column >= grid.values[0]).to_numpy() & (column <= grid.values[-1]).to_numpy()
        else:
            is_inside &= column.isin(grid.values).to_numpy()
        shown.append([cell(value) if grid.is_ordered else words(cell(value)) for value in column.astype(object)])
    groups = [(0, "rows")] if subject.is_regression else list(enumerate(subject.labels))
    traces = []
    for code, name in groups:
        chosen = np.flatnonzero(is_inside & (subject.is_regression | (y == code)))
        if len(chosen):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": short(f"true: {name}", 22),
                    "x": [shown[0][place] for place in chosen],
                    "y": [shown[1][place] for place in chosen],
                    "marker": {
                        "size": 6,
                        "color": "#43525b" if subject.is_regression else COLORS[code % MOST_CLASSES],
                        "line": {"width": 1, "color": "rgba(255, 255, 255, 0.85)"},
                    },
                    "customdata": [int(subject.row_numbers[places[place]]) for place in chosen],
                    "hovertemplate": f"row %{{customdata}}: {in_template(name)}<extra></extra>",
                }
            )
    return traces


def _axis(grid: Grid, labels: list[Cell]) -> dict[str, Any]:
    if grid.is_ordered:
        return axis(grid.column, showgrid=False)
    return category_axis(grid.column, [str(label) for label in labels], showgrid=False)
