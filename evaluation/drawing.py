"""Charts ready to show: figure, table behind it, words for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.registry import CHARTS
from evaluation.spec import Figure, Predictions, Table


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawn chart."""

    key: str
    title: str
    figure: Figure
    table: Table
    alt: str
    explanation: str


def draw_chart(key: str, predictions: Predictions, labels: Sequence[str] = ()) -> Chart:
    """The chart ``key`` of ``predictions``.

    Args:
        key: A chart that suits the predictions' task and number of classes.
        predictions: At least one row.
        labels: Names of the classes in code order; none for a regression.

    Raises:
        NotFound: There is no such chart.
    """
    spec = CHARTS[key]
    table = spec.data(predictions, labels)
    return Chart(
        key=key,
        title=spec.label,
        figure=spec.draw(table),
        table=table,
        alt=spec.alt(table),
        explanation=spec.explanation,
    )
