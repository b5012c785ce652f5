"""The weights of a linear model: as it has them, and what they mean in the units of the table."""

import numpy as np
import numpy.typing as npt

from core.charts.drawing import COLORS, axis, category_axis
from core.errors import UserInputError
from core.wording import short
from evaluation.explaining.answer import Cell, Explanation, drawing, rounded, signed, words
from evaluation.explaining.columns import ColumnMap, ColumnProbe
from evaluation.explaining.linear import linear_parts
from evaluation.explaining.subject import Subject

FloatArray = npt.NDArray[np.float64]
MOST_BARS = 30
STRAIGHT = 1e-6
"""Largest bend, relative to the whole rise, of what still counts as a straight line."""


class Coefficients(Explanation):
    """Weights from the strongest down."""

    features: tuple[str, ...]
    columns: tuple[str, ...]
    """The raw column of each feature; empty where several are behind it."""
    weights: tuple[float, ...]
    effects: tuple[float | None, ...]
    """Change of the output for one unit more of the raw column, or for being this category; None: there is none."""
    factors: tuple[float | None, ...]
    """By what that multiplies the odds (or the value, for a logarithm); None elsewhere."""
    intercept: float
    unit: str


def coefficients(subject: Subject, columns: ColumnMap, *, class_code: int) -> Coefficients:
    """The weights for one class or for the predicted value.

    Raises:
        UserInputError: The model is not linear.
    """
    parts = linear_parts(subject.estimator)
    if parts is None:
        raise UserInputError(
            "This model is not a weighted sum of its features, so it has no coefficients.",
            hint="SHAP values or permutation importance answer for every model.",
        )
    weights, intercept = parts.of_class(class_code)
    spread = subject.X_background.std(axis=0)
    strength = np.abs(weights) * spread
    order = [int(place) for place in np.argsort(-strength, kind="stable")]
    sources = [columns.source_of(place) for place in order]
    units = [_unit(source, place) for source, place in zip(sources, order, strict=True)]
    effects = [
        None if unit is None else float(weights[place] * unit[0]) for unit, place in zip(units, order, strict=True)
    ]
    is_factor = parts.unit in {"log-odds", "log of the value"}
    factors = [None if effect is None or not is_factor else float(np.exp(min(effect, 700.0))) for effect in effects]
    names = tuple(subject.features[place] for place in order)
    what = subject.target if subject.is_regression else subject.labels[class_code]
    output = f"{parts.unit} of {what}" if parts.codes else (parts.unit if parts.unit != "value" else what)
    table: list[dict[str, Cell]] = [
        {
            "feature": name,
            "column": source.column if source else "",
            "weight": rounded(float(weights[place])),
            "weight x spread": rounded(float(weights[place] * spread[place])),
            "for": unit[1] if unit else "",
            f"change of {output}": None if effect is None else rounded(effect),
            **({"multiplies by": None if factor is None else rounded(factor)} if is_factor else {}),
        }
        for name, source, place, unit, effect, factor in zip(
            names, sources, order, units, effects, factors, strict=True
        )
    ]
    shown = order[:MOST_BARS]
    shares = [float(weights[place] * spread[place]) for place in shown]
    picture = drawing(
        "weights",
        title=f"Weights for the {short(output, 50)}",
        explanation="Each weight times the spread (standard deviation) of its feature over the training rows, so that "
        "they can be compared: to the right it raises the output, to the left it lowers it. Weights of columns that go "
        "closely together share their effect in ways that other rows would share differently.",
        alt="Weights times spread: "
        + ", ".join(
            f"{subject.features[place]} {signed(share)}" for place, share in zip(shown[:5], shares, strict=False)
        )
        + ".",
        table=table,
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "y": [subject.features[place] for place in shown],
                "x": shares,
                "marker": {"color": [COLORS[1] if share >= 0 else COLORS[0] for share in shares]},
                "hovertemplate": "%{y}: %{x:.4g}<extra></extra>",
            }
        ],
        layout={
            "height": 110 + 24 * len(shown),
            "xaxis": axis("Change for one standard deviation", zeroline=True),
            "yaxis": category_axis("", [subject.features[p] for p in shown], autorange="reversed", showgrid=False),
        },
    )
    return Coefficients(
        sentence=_sentence(names, effects, factors, units, output),
        remarks=(f"The {output} is {words(intercept)} where every feature is 0.", *_meaning(parts.unit)),
        drawings=(picture,),
        features=names,
        columns=tuple(source.column if source else "" for source in sources),
        weights=tuple(float(weights[place]) for place in order),
        effects=tuple(effects),
        factors=tuple(factors),
        intercept=intercept,
        unit=parts.unit,
    )


def _unit(source: ColumnProbe | None, feature: int) -> tuple[float, str] | None:
    """Change of a feature for one unit of its raw column, and that unit in words; None where it is no straight line."""
    if source is None:
        return None
    values = source.features[:, feature]
    known = [place for place, value in enumerate(source.values) if value is not None]
    if source.is_ordered:
        raw = [source.values[place] for place in known]
        if len(raw) < 2 or not isinstance(raw[0], int | float):
            return None
        x, y = np.array(raw, dtype=float), values[known]
        slope = (y[-1] - y[0]) / (x[-1] - x[0])
        bend = np.abs(y[0] + slope * (x - x[0]) - y).max()
        return (float(slope), "one unit more") if bend <= STRAIGHT * max(1e-12, float(np.ptp(y))) else None
    levels = np.unique(values)
    if len(levels) != 2:
        return None
    is_rare = (values == levels[1]).sum() <= (values == levels[0]).sum()
    step = float(levels[1] - levels[0])
    return (step, "being it") if is_rare else (step, "being one of its categories")


def _sentence(
    names: tuple[str, ...],
    effects: list[float | None],
    factors: list[float | None],
    units: list[tuple[float, str] | None],
    output: str,
) -> str:
    for name, effect, factor, unit in zip(names, effects, factors, units, strict=True):
        if effect is not None and unit is not None:
            times = "" if factor is None else f", that is times {rounded(factor, 3)}"
            return f"Strongest is {name!r}: {unit[1]} changes the {output} by {signed(effect)}{times}."
    return f"Strongest is {names[0]!r}."


def _meaning(unit: str) -> tuple[str, ...]:
    if unit == "log-odds":
        return ('Log-odds: +0.7 doubles the odds. "Multiplies by" is what happens to the odds.',)
    if unit == "log of the value":
        return ('The model predicts a logarithm: "multiplies by" is what happens to the prediction.',)
    if unit == "score":
        return ("The score decides by its sign or by the largest one; it is no probability.",)
    return ()
