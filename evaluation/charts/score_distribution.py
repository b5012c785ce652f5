"""Distribution of the probabilities by true class."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.charting import DASHES, SYMBOLS, by_class, layout, share_axis, shown_classes
from evaluation.confidence import bin_numbers
from evaluation.spec import ChartSpec, Figure, Predictions, Table

N_BINS = 20


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Rows of each true class by probability, in 20 bins.

    Of two classes the probability of the positive one for the rows of both; of more the probability of a row's own
    class, for the classes that are shown.
    """
    is_binary = predictions.n_classes == 2
    classes = list(enumerate(labels)) if is_binary else shown_classes(predictions, labels)
    table: Table = []
    for code, label in classes:
        y_prob = predictions.y_out[predictions.y_true == code, 1 if is_binary else code]
        counts = np.bincount(bin_numbers(y_prob.astype(np.float64), N_BINS), minlength=N_BINS)
        table += [
            {
                "class": label,
                "probability_of": labels[1] if is_binary else label,
                "from": number / N_BINS,
                "to": (number + 1) / N_BINS,
                "rows": int(count),
                "share": float(count / max(len(y_prob), 1)),
            }
            for number, count in enumerate(counts)
        ]
    return table


def draw(table: Table) -> Figure:
    """One line a class over the bins; for two classes filled."""
    groups = by_class(table)
    is_binary = len({row["probability_of"] for row in table}) == 1
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": [(row["from"] + row["to"]) / 2 for row in rows],
            "y": [row["share"] for row in rows],
            "name": label,
            "line": {"shape": "hvh" if is_binary else "linear", "dash": DASHES[position % len(DASHES)], "width": 2},
            "marker": {"symbol": SYMBOLS[position % len(SYMBOLS)], "size": 6},
            "fill": "tozeroy" if is_binary else "none",
            "customdata": [[row["from"], row["to"], row["rows"]] for row in rows],
            "hovertemplate": "%{customdata[0]:.0%} to %{customdata[1]:.0%}<br>Rows: %{customdata[2]} (%{y:.1%} of the "
            "class)<extra></extra>",
        }
        for position, (label, rows) in enumerate(groups.items())
    ]
    what = "Probability of the positive class" if is_binary else "Probability of the row's own class"
    return {
        "data": traces,
        "layout": layout(
            "Probabilities by true class (shares of the class)",
            what,
            "Share of the class",
            xaxis=share_axis(room=0.01),
            yaxis={"rangemode": "tozero", "tickformat": ".0%"},
        ),
    }


def alt(table: Table) -> str:
    """The mean probability of each class."""
    parts = []
    for label, rows in by_class(table).items():
        mean = sum(row["share"] * (row["from"] + row["to"]) / 2 for row in rows)
        parts.append(f"{label} {mean:.1%}")
    return f"Distribution of the probabilities by true class. On average: {', '.join(parts)}."


SPEC = ChartSpec(
    key="score_distribution",
    label="Probabilities by class",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="Where the rows of each class lie. Classes that the model tells apart form separate hills; where hills "
    "overlap, any threshold makes mistakes.",
)
