"""Permutation importance as an answer: the numbers, their picture, and a word about columns that share their worth."""

from collections.abc import Sequence

from core.charts.drawing import COLORS, axis, category_axis
from core.wording import joined, short
from evaluation.explaining.answer import Drawing, Explanation, drawing, rounded, words
from evaluation.explaining.correlated import Pair
from evaluation.explaining.permuting import Importance
from evaluation.spec import MetricSpec

MOST_BARS = 25
MOST_PAIRS = 6


class PermutationImportances(Explanation):
    """Importances from the largest down."""

    metric: str
    """Key of the metric."""
    names: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    """What was shuffled together under each name."""
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    repeats: list[list[float]]
    score: float
    """Of the untouched rows."""
    n_rows: int


def importance_answer(
    found: Sequence[Importance],
    *,
    metric: MetricSpec,
    score: float,
    n_rows: int,
    n_available: int,
    part: str,
    pairs: Sequence[Pair],
    is_grouped: bool,
) -> PermutationImportances:
    """The answer in words, numbers and a picture.

    Args:
        found: In any order.
        metric: What got worse.
        score: Of the untouched rows.
        n_rows: Rows that were shuffled.
        n_available: Rows that they were drawn from.
        part: Name of the part: "validation".
        pairs: Columns that go closely together.
        is_grouped: Whether such columns were shuffled together.
    """
    ordered = sorted(found, key=lambda each: -each.mean)
    n_repeats = len(ordered[0].repeats)
    rows = f"{n_rows:,} {part} rows" if n_rows == n_available else f"{n_rows:,} of {n_available:,} {part} rows"
    top = ordered[0]
    remarks = [
        f"{metric.label} of the untouched rows: {words(score)}. {rows[0].upper()}{rows[1:]}, each shuffled "
        f"{n_repeats} times; the intervals hold for other rows of the same kind (95 %).",
        *([_warning(pairs, is_grouped=is_grouped)] if pairs else []),
    ]
    return PermutationImportances(
        sentence=_sentence(top, metric),
        remarks=tuple(remarks),
        drawings=(_bars(ordered, metric),),
        metric=metric.key,
        names=tuple(each.name for each in ordered),
        members=tuple(each.members for each in ordered),
        means=tuple(each.mean for each in ordered),
        deviations=tuple(each.deviation for each in ordered),
        lows=tuple(each.low for each in ordered),
        highs=tuple(each.high for each in ordered),
        repeats=[list(each.repeats) for each in ordered],
        score=score,
        n_rows=n_rows,
    )


def _sentence(top: Importance, metric: MetricSpec) -> str:
    if top.low <= 0:
        return (
            f"No column matters enough to tell: shuffling {top.name!r}, the first, may change {metric.label} by chance."
        )
    return f"{top.name!r} matters most: shuffled, it costs {words(top.mean)} of {metric.label}."


def _warning(pairs: Sequence[Pair], *, is_grouped: bool) -> str:
    named = [f"{pair.first!r} with {pair.second!r} ({pair.strength:.2f})" for pair in pairs[:MOST_PAIRS]]
    more = f" and {len(pairs) - MOST_PAIRS} more pairs" if len(pairs) > MOST_PAIRS else ""
    if is_grouped:
        return f"Shuffled together, since they go closely together: {joined(named)}{more}."
    return (
        f"These columns go closely together: {joined(named)}{more}. While one is shuffled, the model still has the "
        "other, so each looks less important than it is. Shuffle such columns together to see what they are worth."
    )


def _bars(ordered: Sequence[Importance], metric: MetricSpec) -> Drawing:
    shown = ordered[:MOST_BARS]
    return drawing(
        "importance",
        title=f"What shuffling costs, in {metric.label}",
        explanation=f"By how much {metric.label} gets worse when a column no longer belongs to its rows. 0 means that "
        "the model does as well without it; below 0 is chance. The lines are 95 % intervals.",
        alt="Permutation importance: "
        + ", ".join(f"{each.name} {words(each.mean)} ({words(each.low)} to {words(each.high)})" for each in shown[:5])
        + ".",
        table=[
            {
                "name": each.name,
                "shuffled": ", ".join(each.members),
                "importance": rounded(each.mean),
                "low": rounded(each.low),
                "high": rounded(each.high),
                "deviation over repeats": rounded(each.deviation),
            }
            for each in ordered
        ],
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "y": [each.name for each in shown],
                "x": [each.mean for each in shown],
                "marker": {"color": COLORS[0]},
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": [each.high - each.mean for each in shown],
                    "arrayminus": [each.mean - each.low for each in shown],
                    "thickness": 1.5,
                    "width": 4,
                    "color": "#66757f",
                },
                "hovertemplate": "%{y}: %{x:.4g}<extra></extra>",
            }
        ],
        layout={
            "height": 110 + 26 * len(shown),
            "xaxis": axis(f"Loss of {short(metric.label, 30)}", zeroline=True),
            "yaxis": category_axis("", [each.name for each in shown], autorange="reversed", showgrid=False),
        },
    )
