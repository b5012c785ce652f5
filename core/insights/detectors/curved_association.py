"""Relations that turn: U-shapes, humps, waves."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import benefit, correlation_interval, deflated_f_p
from core.insights.pairs import Shape
from core.insights.pictures import lines, plain
from core.insights.spec import TestEvidence
from core.insights.table import InsightTable
from core.insights.words import Telling, draw_it, name

LEAST = 0.04
"""Share of the variance that only a turning curve explains."""
LEAST_OF_WAVES = 0.25
"""The same of a curve that turns more than once."""
SUSPICIOUS = 1e-3


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """Two hypotheses for each two quantities: either may be the one that turns."""
    for shape in table.pairs.shapes.values():
        p = _honest_p(table, shape)
        gain = shape.explained - shape.monotone
        is_large = gain >= LEAST and gain >= 0.1 * shape.explained and shape.x.name != table.target
        is_large = is_large and shape.y.codes is None and not _is_other_way(table, shape)
        is_large = is_large and (shape.explained >= LEAST_OF_WAVES or _turns(_smoothed(shape)) == 1)
        yield Hypothesis(
            subject=(shape.x.name, shape.y.name),
            p_value=p,
            strength=benefit(np.sqrt(max(0.0, shape.explained))),
            is_large=is_large and _is_smooth(shape),
            tell=partial(_tell, table, shape, p),
        )


def _is_other_way(table: InsightTable, shape: Shape) -> bool:
    """Whether the same relation, looked at from the other column, only rises or falls: then that is what to tell."""
    other = table.pairs.shapes.get((shape.y.name, shape.x.name))
    if other is None:
        return False
    return other.explained >= 0.1 and other.explained - other.monotone < 0.5 * LEAST


def _is_smooth(shape: Shape) -> bool:
    """Whether neighbouring bins are alike, as on a curve: otherwise it is the columns' grid that shows."""
    means = shape.means[np.isfinite(shape.means)]
    steps = np.diff(means)
    return float((steps**2).mean()) < 1.2 * float(means.var()) if len(means) > 3 else False


def _honest_p(table: InsightTable, shape: Shape) -> float:
    if shape.p_value > SUSPICIOUS:
        return shape.p_value
    rows = shape.codes >= 0
    fitted = np.where(rows, np.nan_to_num(shape.means)[shape.codes], np.nan)
    residual = np.where(rows, shape.y.scores - fitted, np.nan)
    return deflated_f_p(shape.f, shape.df, shape.n, table.deflation(fitted, residual))


def _tell(table: InsightTable, shape: Shape, p: float) -> Draft:
    told = Telling()
    x, y = shape.x, shape.y
    assert x.values is not None
    assert y.values is not None
    present = np.flatnonzero(np.isfinite(shape.means))
    counts = np.bincount(shape.codes[shape.codes >= 0], minlength=len(shape.means))
    rows = shape.codes >= 0
    middle = np.bincount(shape.codes[rows], weights=x.values[rows], minlength=len(counts)) / np.maximum(counts, 1)
    height = np.array([np.median(y.values[shape.codes == place]) for place in present])
    at = middle[present]
    smooth = _smoothed(shape)
    n_turns = _turns(smooth)
    share = told.percent("explained_percent", shape.explained)
    if n_turns == 1:
        is_hump = _is_hump(smooth)
        turn = at[int(np.argmax(smooth) if is_hump else np.argmin(smooth))]
        around = told.number("turn", float(turn))
        how = f"is {'highest' if is_hump else 'lowest'} around {around} and {'falls' if is_hump else 'rises'} both ways"
        title = f"{name(y.name)} {'peaks in the middle' if is_hump else 'dips in the middle'} of {name(x.name)}"
    else:
        how = "goes up and down more than once"
        title = f"{name(y.name)} swings with {name(x.name)}"
    statement = f"Along {name(x.name)}, {name(y.name)} {how}: this curve explains {share} of its differences by rank."
    picture, numbers = lines(
        "Median along the way", x.name, f"Median of {y.name}", [plain(v) for v in at], {f"Median of {y.name}": height}
    )
    r = float(np.sqrt(max(0.0, shape.explained)))
    low, high = correlation_interval(r, shape.n)
    return Draft(
        title=title,
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="F-test of a turning curve against the best one that only rises or falls",
                statistic=shape.f,
                p_value=p,
                effect_name="Variance explained",
                effect=shape.explained,
                interval=(max(0.0, low) ** 2, high**2),
                n=shape.n,
            ),
        ),
        picture=picture,
        table=numbers,
        advice="Correlations and linear models do not see this: use a model of trees, or add the square of the column.",
        actions=(draw_it(table.dataset_id),),
    )


def _smoothed(shape: Shape) -> np.ndarray:
    means = shape.means[np.isfinite(shape.means)]
    return np.convolve(np.pad(means, 1, mode="edge"), np.ones(3) / 3, mode="valid")


def _turns(curve: np.ndarray) -> int:
    """How often the curve changes its direction by more than a tenth of its height."""
    least = 0.15 * float(np.ptp(curve))
    turns, way, last = 0, 0, float(curve[0])
    for value in curve[1:]:
        step = float(value) - last
        if way == 0 and abs(step) > least:
            way, last = (1 if step > 0 else -1), float(value)
        elif way * step > 0:
            last = float(value)
        elif abs(step) > least and way:
            turns, way, last = turns + 1, -way, float(value)
    return turns


def _is_hump(curve: np.ndarray) -> bool:
    return abs(float(np.argmax(curve)) / (len(curve) - 1) - 0.5) < abs(float(np.argmin(curve)) / (len(curve) - 1) - 0.5)


SPEC = Detector(
    key="curved_association",
    label="Relations that turn",
    family="pattern",
    looks_for="A quantity that is highest or lowest in the middle of another, or swings along it.",
    surprise=0.86,
    look=look,
    group="association",
)
