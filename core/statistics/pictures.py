"""Pictures of test results: Plotly figures as plain JSON with words and a table. Colours are left to the page."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.statistics.frame import SEED
from core.statistics.result import Effect, Picture
from core.statistics.samples import FloatArray
from core.statistics.strokes import ACCENT, WARM, band, error_bars, line_with_band, named_axis, points, safe, stroke
from core.statistics.wording import interval, number
from core.wording import short

MOST_POINTS = 300
"""Points a group in a picture; of more, a seeded sample is drawn."""
MOST_SCATTERED = 1_500
MOST_STEPS = 400


def layout(title: str, x: str, y: str, **facts: Any) -> dict[str, Any]:
    """A layout with our titles; ``facts`` of the form ``xaxis={...}`` are joined in."""
    made: dict[str, Any] = {"title": {"text": title}, "xaxis": {"title": {"text": x}}, "yaxis": {"title": {"text": y}}}
    for name, value in facts.items():
        made[name] = {**made[name], **value} if isinstance(made.get(name), dict) else value
    return made


def group_means(
    measure: str,
    group: str,
    labels: Sequence[str],
    values: Sequence[FloatArray],
    ends: Sequence[tuple[float, float]],
    *,
    middle: str = "Mean",
) -> Picture:
    """Each group's middle with its interval, over the values themselves."""
    rng = np.random.default_rng(SEED)
    middles = [float(np.median(part) if middle == "Median" else part.mean()) for part in values]
    xs, ys = [], []
    for index, part in enumerate(values):
        shown = part if len(part) <= MOST_POINTS else rng.choice(part, MOST_POINTS, replace=False)
        xs += (index + rng.uniform(-0.22, 0.22, len(shown))).tolist()
        ys += shown.tolist()
    table = [
        {"group": label, "n": len(part), middle.lower(): m, "low": low, "high": high}
        for label, part, m, (low, high) in zip(labels, values, middles, ends, strict=True)
    ]
    title = f"{middle} of {safe(measure)} by {safe(group)}"
    return Picture(
        title=title,
        explanation=f"Dots are rows (up to {MOST_POINTS} a group), moved sideways at random; diamonds are "
        f"{middle.lower()}s, bars their intervals.",
        alt=f"{middle}s of {short(measure)}: "
        + "; ".join(f"{short(label)} {number(m)}" for label, m in zip(labels[:8], middles[:8], strict=True))
        + ".",
        table=table,
        figure={
            "data": [
                points(xs, ys),
                {
                    "type": "scatter", "mode": "markers", "x": list(range(len(labels))), "y": middles,
                    "marker": {"size": 11, "symbol": "diamond", "color": ACCENT},
                    "error_y": error_bars(middles, ends), "hovertemplate": "%{y:.4g}<extra></extra>",
                },
            ],
            "layout": layout(title, safe(group), safe(measure), xaxis=named_axis(labels)),
        },
    )  # fmt: skip


def intervals(
    title: str, axis: str, labels: Sequence[str], middles: Sequence[float], ends: Sequence[tuple[float, float]], *,
    zero: float | None = 0.0, explanation: str,
) -> Picture:  # fmt: skip
    """Estimates with their intervals, one below the other."""
    places = list(range(len(labels)))
    data: list[dict[str, Any]] = []
    if zero is not None:
        data.append(stroke([zero, zero], [-0.6, len(labels) - 0.4], dash="dot"))
    bars = error_bars(middles, ends)
    data.append(
        {
            "type": "scatter", "mode": "markers", "x": list(middles), "y": places, "error_x": bars,
            "marker": {"size": 10, "symbol": "diamond", "color": ACCENT}, "hovertemplate": "%{x:.4g}<extra></extra>",
        }
    )  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"what": label, "value": m, "low": low, "high": high}
        for label, m, (low, high) in zip(labels, middles, ends, strict=True)
    ]
    named = named_axis(labels) | {"autorange": "reversed", "showgrid": False}
    return Picture(
        title=title,
        explanation=explanation,
        alt=f"{title}: "
        + "; ".join(f"{short(r['what'])} {number(r['value'])} ({interval(r['low'], r['high'])})" for r in rows[:8]),
        table=rows,
        figure={
            "data": data,
            "layout": layout(title, axis, "", yaxis=named, height=max(220, 110 + 34 * len(labels))),
        },
    )


def effect_interval(effect: Effect) -> Picture | None:
    """The effect on its scale; None when there is no value to draw."""
    if effect.value is None:
        return None
    low = effect.value if effect.low is None else effect.low
    high = effect.value if effect.high is None else effect.high
    title = f"Effect with its {100 * effect.confidence:g} % interval"
    drawn = intervals(
        title, safe(effect.name, 60), [""], [effect.value], [(low, high)], zero=effect.neutral,
        explanation="The dotted line means no effect. "
        f"{effect.convention[0].upper()}{effect.convention[1:]}.".replace("..", "."),
    )  # fmt: skip
    figure = drawn.figure
    figure["layout"]["yaxis"] |= {"visible": False}
    figure["layout"]["height"] = 170
    alt = f"{effect.name} {number(effect.value)}, interval {interval(effect.low, effect.high)}."
    return drawn.model_copy(update={"alt": alt})


def scatter(x_name: str, y_name: str, x: FloatArray, y: FloatArray, *, of: str = "", with_line: bool = True) -> Picture:
    """Points with a least-squares line and the band of its 95 % interval."""
    shown = np.arange(len(x))
    if len(x) > MOST_SCATTERED:
        shown = np.sort(np.random.default_rng(SEED).choice(len(x), MOST_SCATTERED, replace=False))
    data: list[dict[str, Any]] = [points(x[shown].tolist(), y[shown].tolist())]
    title = f"{of}{safe(y_name)} against {safe(x_name)}"
    words = f"Up to {MOST_SCATTERED:,} rows as dots."
    alt = f"Scatter plot of {short(y_name)} against {short(x_name)}, {len(x):,} rows."
    table = [{"x": float(a), "y": float(b)} for a, b in zip(x[shown][:200], y[shown][:200], strict=True)]
    if with_line and len(x) > 2:
        grid, line, half = line_with_band(x, y)
        data.insert(0, band(grid, line - half, line + half))
        data.append(stroke(grid.tolist(), line.tolist(), color=ACCENT, width=2.5))
        words += " The line is the least-squares fit, the band its 95 % interval."
        alt += f" The line goes from {number(float(line[0]))} to {number(float(line[-1]))}."
    return Picture(
        title=title, explanation=words, alt=alt, table=table,
        figure={"data": data, "layout": layout(title, safe(f"{of}{x_name}"), safe(f"{of}{y_name}"))},
    )  # fmt: skip


def heat(
    title: str, row_name: str, column_name: str, row_labels: Sequence[str], column_labels: Sequence[str],
    counts: Sequence[Sequence[float]], residuals: FloatArray,
) -> Picture:  # fmt: skip
    """Counts in cells that are coloured by how far they are from what chance gives."""
    most = max(3.0, float(np.abs(residuals).max()))
    is_small = len(row_labels) * len(column_labels) <= 150
    cells: dict[str, Any] = {
        "type": "heatmap", "z": residuals.tolist(), "x": list(column_labels), "y": list(row_labels),
        "zmin": -most, "zmax": most, "zmid": 0,
        "colorbar": {"title": {"text": "Residual"}, "thickness": 12}, "xgap": 2, "ygap": 2,
        "hovertemplate": "%{z:.2f}<extra></extra>",
    }  # fmt: skip
    if is_small:
        cells |= {"text": [[f"{count:,.0f}" for count in row] for row in counts], "texttemplate": "%{text}"}
    table: list[dict[str, Any]] = [
        {row_name: row, column_name: column, "count": float(counts[i][j]), "residual": float(residuals[i, j])}
        for i, row in enumerate(row_labels)
        for j, column in enumerate(column_labels)
    ]
    top = max(table, key=lambda cell: abs(float(cell["residual"])))
    return Picture(
        title=title,
        explanation="Numbers are counts. The colour is the adjusted residual: beyond ±2 a cell holds more or fewer "
        "rows than chance alone would give.",
        alt=f"Table of {len(row_labels)} by {len(column_labels)} counts; the cell furthest from chance is "
        f"{short(str(top[row_name]))} and {short(str(top[column_name]))}, residual {number(float(top['residual']))}.",
        table=table,
        figure={
            "data": [cells],
            "layout": layout(
                title, safe(column_name), safe(row_name),
                xaxis={"type": "category"}, yaxis={"type": "category", "autorange": "reversed"},
                height=max(260, 140 + 34 * len(row_labels)),
            ),
        },
    )  # fmt: skip


def shares(
    title: str, axis: str, labels: Sequence[str], found: Sequence[float], expected: Sequence[float] | None = None,
    ends: Sequence[tuple[float, float]] | None = None,
) -> Picture:  # fmt: skip
    """Bars of shares, with what was expected or with intervals."""
    bars: dict[str, Any] = {
        "type": "bar", "x": list(labels), "y": list(found), "name": "Found",
        "marker": {"color": ACCENT, "opacity": 0.75},
        "hovertemplate": "%{y:.1%}<extra></extra>",
    }  # fmt: skip
    table: list[dict[str, Any]] = [{"group": label, "share": share} for label, share in zip(labels, found, strict=True)]
    data = [bars]
    words = "Bars are the shares that were found."
    if ends is not None:
        bars["error_y"] = error_bars(found, ends) | {"color": WARM}
        for row, (low, high) in zip(table, ends, strict=True):
            row |= {"low": low, "high": high}
        words += " The thin bars are their intervals."
    if expected is not None:
        data.append(
            {
                "type": "scatter", "mode": "markers", "x": list(labels), "y": list(expected), "name": "Expected",
                "marker": {"symbol": "line-ew-open", "size": 26, "line": {"width": 3}, "color": WARM},
                "hovertemplate": "expected %{y:.1%}<extra></extra>",
            }
        )  # fmt: skip
        for row, share in zip(table, expected, strict=True):
            row["expected"] = share
        words += " The strokes are those that were expected."
    return Picture(
        title=title, explanation=words,
        alt=f"{title}: " + "; ".join(f"{short(r['group'])} {100 * r['share']:.1f} %" for r in table[:8]) + ".",
        table=table,
        figure={
            "data": data,
            "layout": layout(
                title, axis, "Share of rows", xaxis={"type": "category"},
                yaxis={"tickformat": ".0%", "rangemode": "tozero"},
            ),
        },
    )  # fmt: skip


def quantiles(name: str, values: FloatArray) -> Picture:
    """Quantiles of the values against those of a normal distribution with their mean and deviation."""
    from scipy.stats import norm

    n = len(values)
    ordered = np.sort(values)
    kept = np.unique(np.linspace(0, n - 1, min(n, MOST_STEPS)).round().astype(int))
    expected = norm.ppf((kept + 0.5) / n) * values.std(ddof=1) + values.mean()
    found = ordered[kept]
    ends = [float(expected[0]), float(expected[-1])]
    title = f"Quantiles of {safe(name)} against the normal distribution"
    off = int(np.argmax(np.abs(found - expected)))
    return Picture(
        title=title,
        explanation="On the line the values are normal. A bow means skew, ends that bend away mean heavy or light "
        "tails.",
        alt=f"Quantile plot of {short(name)}; furthest from the line at {number(float(found[off]))}, where a normal "
        f"distribution has {number(float(expected[off]))}.",
        table=[{"normal": float(a), "found": float(b)} for a, b in zip(expected, found, strict=True)],
        figure={
            "data": [stroke(ends, ends, dash="dot"), points(expected.tolist(), found.tolist(), color=ACCENT)],
            "layout": layout(title, "Normal quantile", safe(name)),
        },
    )


def steps(
    name: str,
    labels: Sequence[str],
    samples: Sequence[FloatArray],
    curve: tuple[str, FloatArray, FloatArray] | None = None,
) -> Picture:
    """Cumulative shares of one or two samples, and of a distribution to compare with."""
    data: list[dict[str, Any]] = []
    table: list[dict[str, Any]] = []
    for label, values, colour, dash in zip(labels, samples, (ACCENT, WARM), ("solid", "dash"), strict=False):
        ordered = np.sort(values)
        kept = np.unique(np.linspace(0, len(ordered) - 1, min(len(ordered), MOST_STEPS)).round().astype(int))
        xs, ys = ordered[kept].tolist(), ((kept + 1) / len(ordered)).tolist()
        data.append(
            {
                "type": "scatter", "mode": "lines", "x": xs, "y": ys, "name": label,
                "line": {"shape": "hv", "color": colour, "dash": dash, "width": 2.5},
                "hovertemplate": "%{x:.4g}: %{y:.1%}<extra></extra>",
            }
        )  # fmt: skip
        table += [{"series": label, "value": x, "share": y} for x, y in zip(xs, ys, strict=True)]
    if curve is not None:
        label, grid, heights = curve
        data.append(stroke(grid.tolist(), heights.tolist(), color=WARM, dash="dash", name=label))
    title = f"Share of rows up to each value of {safe(name)}"
    names = [*labels, *([curve[0]] if curve else [])]
    return Picture(
        title=title,
        explanation="The further the curves are apart, the more the distributions differ.",
        alt=f"Cumulative shares of {short(name)} for {' and '.join(short(one) for one in names)}.",
        table=table,
        figure={
            "data": data,
            "layout": layout(
                title, safe(name), "Share of rows", yaxis={"tickformat": ".0%"}, showlegend=True,
                legend={"orientation": "h", "y": -0.25},
            ),
        },
    )  # fmt: skip


def differences(
    first: str, second: str, x: FloatArray, y: FloatArray, middle: float, ends: tuple[float, float]
) -> Picture:
    """Each subject's change against its level."""
    change, level = y - x, (x + y) / 2
    shown = np.arange(len(x))
    if len(x) > MOST_SCATTERED:
        shown = np.sort(np.random.default_rng(SEED).choice(len(x), MOST_SCATTERED, replace=False))
    span = [float(level.min()), float(level.max())]
    title = f"Change from {safe(first)} to {safe(second)}"
    return Picture(
        title=title,
        explanation="Each dot is one pair. The line is the typical change, the band its interval; the dotted line is "
        "no change.",
        alt=f"{len(x):,} changes from {short(first)} to {short(second)}: typical {number(middle)} ({interval(*ends)}), "
        f"{int((change > 0).sum()):,} rose and {int((change < 0).sum()):,} fell.",
        table=[
            {"first": float(a), "second": float(b), "change": float(b - a)}
            for a, b in zip(x[shown][:200], y[shown][:200], strict=True)
        ],
        figure={
            "data": [
                band(np.array(span), np.full(2, ends[0]), np.full(2, ends[1])),
                stroke(span, [0, 0], dash="dot"),
                points(level[shown].tolist(), change[shown].tolist()),
                stroke(span, [middle, middle], color=ACCENT, width=2.5),
            ],
            "layout": layout(title, "Mean of both values", "Change"),
        },
    )


def interaction(measure: str, first: str, second: str, means: dict[tuple[str, str], float]) -> Picture:
    """Means of the cells of two factors: parallel lines mean no interaction."""
    columns = list(dict.fromkeys(a for a, _ in means))
    rows = list(dict.fromkeys(b for _, b in means))
    dashes = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
    data = [
        {
            "type": "scatter", "mode": "lines+markers", "x": columns, "name": row,
            "y": [means.get((column, row)) for column in columns],
            "line": {"dash": dashes[index % len(dashes)]}, "hovertemplate": "%{y:.4g}<extra></extra>",
        }
        for index, row in enumerate(rows)
    ]  # fmt: skip
    title = f"Mean {safe(measure)} by {safe(first)} and {safe(second)}"
    return Picture(
        title=title,
        explanation=f"One line for each value of {short(second)}. Parallel lines mean that the two columns act "
        "independently.",
        alt="Cell means: " + "; ".join(f"{short(a)}/{short(b)} "
        f"{number(m)}" for (a, b), m in list(means.items())[:8]) + ".",
        table=[{first: a, second: b, "mean": m} for (a, b), m in means.items()],
        figure={
            "data": data,
            "layout": layout(
                title, safe(first), f"Mean {safe(measure)}", xaxis={"type": "category"}, showlegend=True,
                legend={"orientation": "h", "y": -0.25},
            ),
        },
    )  # fmt: skip
