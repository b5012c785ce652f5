"""Pictures of Shapley values: which columns matter, how, for one row, and together with which other column."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.charts.drawing import COLORS, axis, category_axis, in_template
from core.wording import short
from evaluation.explaining.answer import Cell, Drawing, drawing, rounded, signed, words
from evaluation.explaining.shap_answer import ShapValues

FloatArray = npt.NDArray[np.float64]
MOST_BARS, MOST_SWARMS, MOST_STEPS = 20, 12, 12
MOST_DOTS = 400
SCALE = [[0, "#1b8fae"], [0.5, "#b9c2c7"], [1, "#d9691a"]]
GREY = "#8b98a1"
N_BINS = 40


def summary(found: ShapValues) -> tuple[Drawing, ...]:
    """The bars and the swarm."""
    return (bars(found), beeswarm(found))


def bars(found: ShapValues) -> Drawing:
    """Mean absolute contribution of each column."""
    strength = found.strength
    table = [
        {"column": name, "mean absolute contribution": rounded(float(value))}
        for name, value in zip(found.players, strength, strict=True)
    ]
    shown = list(zip(found.players, strength, strict=True))[:MOST_BARS]
    names = [name for name, _ in shown]
    return drawing(
        "bars",
        title=f"Mean absolute contribution to the {short(found.output_name)}",
        explanation="By how much each column moves the prediction on average, up or down. It says nothing about the "
        "direction, and nothing about causes.",
        alt="Bars of mean absolute contributions: "
        + ", ".join(f"{name} {words(float(value))}" for name, value in shown[:5])
        + ".",
        table=table,
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": [float(value) for _, value in shown],
                "y": names,
                "marker": {"color": COLORS[0]},
                "hovertemplate": "%{y}: %{x:.4g}<extra></extra>",
            }
        ],
        layout={
            "height": 110 + 24 * len(shown),
            "xaxis": axis(_unit_title(found)),
            "yaxis": category_axis("", names, autorange="reversed", showgrid=False),
        },
    )


def beeswarm(found: ShapValues) -> Drawing:
    """A dot for each row and column: where it pushes, coloured by what the column held."""
    matrix = found.matrix[:MOST_DOTS]
    names = found.players[:MOST_SWARMS]
    data = []
    for place, name in enumerate(names):
        values = [row[place] for row in found.values[:MOST_DOTS]]
        shares = _shares(values, is_ordered=found.is_ordered[place])
        known = [share is not None for share in shares]
        heights = _swarm(matrix[:, place])
        for is_known in (True, False):
            chosen = [number for number, flag in enumerate(known) if flag is is_known]
            if not chosen:
                continue
            marker: dict[str, Any] = {"size": 5, "opacity": 0.8}
            colour: dict[str, Any] = {
                "color": [shares[number] for number in chosen],
                "colorscale": SCALE,
                "cmin": 0,
                "cmax": 1,
                "showscale": False,
            }
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": in_template(name),
                    "x": [float(matrix[number, place]) for number in chosen],
                    "y": [place + float(heights[number]) for number in chosen],
                    "marker": marker | (colour if is_known else {"color": GREY}),
                    "customdata": [[found.row_numbers[number], words(values[number])] for number in chosen],
                    "hovertemplate": f"{in_template(name)} = %{{customdata[1]}}<br>contribution %{{x:.4g}}"
                    "<br>row %{customdata[0]}<extra></extra>",
                }
            )
    return drawing(
        "beeswarm",
        title=f"Contributions to the {short(found.output_name)}, a dot for each row",
        explanation="Dots to the right push the prediction up. Blue is a low value of the column, orange a high one, "
        "grey a name or a missing value.",
        alt=f"A swarm of dots for each of {len(names)} columns; the widest is that of {names[0]}.",
        table=_long_table(found),
        data=data,
        layout={
            "height": 130 + 40 * len(names),
            "xaxis": axis(_unit_title(found), zeroline=True),
            "yaxis": {
                "title": {"text": ""},
                "tickmode": "array",
                "tickvals": list(range(len(names))),
                "ticktext": [short(name, 24) for name in names],
                "range": [len(names) - 0.4, -0.6],
                "showgrid": False,
            },
        },
    )


def waterfall(found: ShapValues, place: int) -> Drawing:
    """One row: from the base over its contributions to the output."""
    row = found.matrix[place]
    order = np.argsort(-np.abs(row), kind="stable")
    shown, rest = order[:MOST_STEPS], order[MOST_STEPS:]
    labels = [f"{short(found.players[at], 20)} = {short(words(found.values[place][at]), 16)}" for at in shown]
    steps = [float(row[at]) for at in shown]
    if len(rest):
        labels.append(f"{len(rest)} other columns")
        steps.append(float(row[rest].sum()))
    names = ["base", *_distinct(labels), "prediction"]
    table = [
        {
            "column": found.players[at],
            "value": found.values[place][at],
            "contribution": rounded(float(row[at]), 8),
        }
        for at in order
    ]
    number = found.row_numbers[place]
    output = found.base + float(row.sum())
    largest = found.players[order[0]]
    return drawing(
        "waterfall",
        title=f"Row {number:,}: from the average to the prediction",
        explanation=f"The base {words(found.base)} is what is said without knowing anything of the row. Each bar adds "
        f"one column; the end, {words(output)}, is what the model says of this row. "
        f"Its true target is {words(found.truths[place])}.",
        alt=f"Row {number}: base {words(found.base)}, largest contribution {largest} "
        f"{signed(float(row[order[0]]))}, prediction {words(output)}.",
        table=[
            {"column": "base", "value": None, "contribution": rounded(found.base, 8)},
            *table,
            {"column": "prediction", "value": None, "contribution": rounded(output, 8)},
        ],
        data=[
            {
                "type": "waterfall",
                "orientation": "h",
                "y": names,
                "x": [found.base, *steps, output],
                "measure": ["absolute", *["relative"] * len(steps), "total"],
                "text": [words(found.base), *map(signed, steps), words(output)],
                "textposition": "outside",
                "cliponaxis": False,
                "increasing": {"marker": {"color": COLORS[1]}},
                "decreasing": {"marker": {"color": COLORS[0]}},
                "totals": {"marker": {"color": GREY}},
                "connector": {"line": {"width": 1, "color": GREY}},
                "hovertemplate": "%{y}: %{text}<extra></extra>",
            }
        ],
        layout={
            "height": 130 + 28 * len(names),
            "margin": {"r": 64},
            "xaxis": axis(_unit_title(found), range=_room(found.base, steps)),
            "yaxis": category_axis("", names, autorange="reversed", showgrid=False) | {"ticktext": names},
        },
    )


def dependence(found: ShapValues, player: str) -> Drawing:
    """Contribution of one column against its values, coloured by the column that it interacts with most."""
    place = found.players.index(player)
    other = strongest_interaction(found, place)
    values = [row[place] for row in found.values]
    contributions = found.matrix[:, place]
    is_numeric = found.is_ordered[place]
    customdata: list[list[Cell]] = [
        [number, "" if other is None else words(row[other])]
        for number, row in zip(found.row_numbers, found.values, strict=True)
    ]
    marker: dict[str, object] = {"size": 6, "opacity": 0.8, "color": COLORS[0]}
    if other is not None:
        shares = _shares([row[other] for row in found.values], is_ordered=found.is_ordered[other])
        marker |= {
            "color": [0.5 if share is None else share for share in shares],
            "colorscale": SCALE,
            "cmin": 0,
            "cmax": 1,
            "showscale": True,
            "colorbar": {
                "title": {"text": short(found.players[other], 22), "side": "right"},
                "tickvals": [0, 1],
                "ticktext": ["low", "high"],
                "thickness": 10,
            },
        }
    named = "" if other is None else f"<br>{in_template(found.players[other])} = %{{customdata[1]}}"
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": values if is_numeric else [words(value) for value in values],
        "y": [float(value) for value in contributions],
        "marker": marker,
        "customdata": customdata,
        "hovertemplate": f"{in_template(player)} = %{{x}}<br>contribution %{{y:.4g}}{named}"
        "<br>row %{customdata[0]}<extra></extra>",
    }
    x_axis = axis(player) if is_numeric else category_axis(player, sorted({words(value) for value in values}))
    together = "" if other is None else f", coloured by {short(found.players[other], 24)}"
    return drawing(
        "dependence",
        title=f"Contribution of {short(player, 30)}{together}",
        explanation="How the contribution of a column changes with its value. Where dots of one value lie at "
        "different heights, other columns have a say; the colour shows the one that explains most of that.",
        alt=f"Contributions of {player} between {words(float(contributions.min()))} and "
        f"{words(float(contributions.max()))}{together}.",
        table=[
            {
                "row": number,
                player: value,
                "contribution": rounded(float(contribution), 8),
                **({} if other is None or found.players[other] == player else {found.players[other]: row[other]}),
            }
            for number, value, contribution, row in zip(
                found.row_numbers, values, contributions, found.values, strict=True
            )
        ],
        data=[trace],
        layout={"height": 380, "xaxis": x_axis, "yaxis": axis(_unit_title(found))},
    )


def strongest_interaction(found: ShapValues, place: int) -> int | None:
    """The other column that goes most closely with what is left of a contribution among rows of like value."""
    contributions = found.matrix[:, place]
    own = _numbers([row[place] for row in found.values], is_ordered=found.is_ordered[place])
    order = np.argsort(own, kind="stable")
    n_groups = max(1, min(10, len(order) // 20))
    best: tuple[float, int | None] = (0.0, None)
    for other in range(len(found.players)):
        if other == place:
            continue
        values = _numbers([row[other] for row in found.values], is_ordered=found.is_ordered[other])
        total = 0.0
        for group in np.array_split(order, n_groups):
            x, y = values[group] - values[group].mean(), contributions[group] - contributions[group].mean()
            scale = np.sqrt((x**2).sum())
            if scale > 0 and len(group) > 2:
                total += abs(float(x @ y)) / float(scale)
        if total > best[0] * (1 + 1e-9) and total > 1e-12:
            best = (total, other)
    return best[1]


def _shares(values: list[Cell], *, is_ordered: bool) -> list[float | None]:
    """Where each value lies between the lowest and the highest, by rank; None for names and what is missing."""
    if not is_ordered:
        distinct = sorted({value for value in values if isinstance(value, bool)})
        return [float(value) if isinstance(value, bool) and len(distinct) == 2 else None for value in values]
    known = sorted({value for value in values if value is not None and not isinstance(value, bool)}, key=_sort_key)
    ranks = {value: number / max(1, len(known) - 1) for number, value in enumerate(known)}
    return [None if value is None else ranks.get(value) for value in values]


def _sort_key(value: Cell) -> tuple[int, float, str]:
    return (0, float(value), "") if isinstance(value, int | float) else (1, 0.0, str(value))


def _numbers(values: list[Cell], *, is_ordered: bool) -> FloatArray:
    if is_ordered:
        return np.array([-1.0 if share is None else share for share in _shares(values, is_ordered=True)])
    names = sorted({str(value) for value in values})
    return np.array([float(names.index(str(value))) for value in values])


def _swarm(values: FloatArray) -> FloatArray:
    """Heights within ±0.4, so that dots of like value lie side by side."""
    heights = np.zeros(len(values))
    span = float(np.ptp(values)) or 1.0
    bins = np.floor((values - values.min()) / span * (N_BINS - 1)).astype(np.intp)
    counts = np.bincount(bins)
    for code in np.flatnonzero(counts > 1):
        inside = np.flatnonzero(bins == code)
        steps = np.arange(1, len(inside) + 1) // 2 * np.where(np.arange(len(inside)) % 2, 1, -1)
        heights[inside] = steps / counts.max() * 0.8
    return heights


def _distinct(labels: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return found


def _room(base: float, steps: list[float]) -> list[float]:
    ends = base + np.concatenate([[0.0], np.cumsum(steps)])
    low, high = float(min(0.0, ends.min())), float(max(0.0, ends.max()))
    return [low - 0.12 * (high - low) if low < 0 else 0.0, high + 0.12 * (high - low)]


def _unit_title(found: ShapValues) -> str:
    return {"probability": "Probability", "log-odds": "Log-odds", "score": "Score"}.get(found.unit, found.output_name)


def _long_table(found: ShapValues) -> list[dict[str, Cell]]:
    """All contributions by row, and what the columns held."""
    return [
        {"row": number}
        | {name: value for name, value in zip(found.players, values, strict=True) if name != "row"}
        | {f"contribution of {name}": value for name, value in zip(found.players, contributions, strict=True)}
        for number, values, contributions in zip(found.row_numbers, found.values, found.contributions, strict=True)
    ]
