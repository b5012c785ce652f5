"""The path forecast from each origin."""

from collections.abc import Sequence

import numpy as np

from core.outputs import ForecastOut
from core.types import LearningTask
from evaluation.forecasts import forecast, known, moment_words
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_ORIGINS = 15


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Forecast and truth of every step from up to 15 origins, evenly spaced."""
    del labels
    moments, values = moment_words(predictions), forecast(predictions, ForecastOut.VALUE)
    n = len(values)
    chosen = np.unique(np.linspace(0, n - 1, min(n, MOST_ORIGINS)).round().astype(np.intp)).tolist()
    return [
        {
            "origin": moments[origin][0],
            "moment": moments[origin][step],
            "forecast": float(values[origin, step]),
            "truth": known(predictions.y_true[origin, step]),
        }
        for origin in chosen
        for step in range(values.shape[1])
    ]


def draw(table: Table) -> Figure:
    """What came as one line, and a path from each origin."""
    truth = dict(sorted({row["moment"]: row["truth"] for row in table}.items(), key=lambda pair: pair[0]))
    paths: list[list[object]] = [[], []]
    for number, row in enumerate(table):
        if number and row["origin"] != table[number - 1]["origin"]:
            paths[0].append(None)
            paths[1].append(None)
        paths[0].append(row["moment"])
        paths[1].append(row["forecast"])
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "name": "Forecasts",
                "x": paths[0],
                "y": paths[1],
                "line": {"width": 1.2},
                "opacity": 0.8,
                "hovertemplate": "%{x}<br>Forecast: %{y:.4g}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": "What came",
                "x": list(truth),
                "y": list(truth.values()),
                "line": {"width": 2},
                "hovertemplate": "%{x}<br>Came: %{y:.4g}<extra></extra>",
            },
        ],
        "layout": {
            "title": {"text": "Forecasts from rolling origins (unit of the target)"},
            "xaxis": {"title": {"text": "Time"}},
            "yaxis": {"title": {"text": "Value"}},
            "showlegend": True,
        },
    }


def alt(table: Table) -> str:
    """How many paths are drawn."""
    n_origins = len({row["origin"] for row in table})
    span = f"between {table[0]['moment']} and {table[-1]['moment']}"
    return f"Forecast paths from {n_origins} origins {span}, beside what came."


SPEC = ChartSpec(
    key="rolling_origins",
    label="Rolling origins",
    tasks=frozenset({LearningTask.FORECASTING}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="Each thin line starts at one moment and knows nothing after it. Lines that fan out show how the "
    "forecast changes its mind as time passes.",
)
