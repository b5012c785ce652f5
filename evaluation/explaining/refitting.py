"""Curves that need the pipeline to learn anew: more rows, or another value of one parameter.

Each fit sees training rows alone, preprocessing included; scores are those of the validation rows and, beside them, of
the rows that were learned from.
"""

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.charts.drawing import axis, category_axis
from core.errors import UnsuitableData
from core.types import Direction, LearningTask
from core.wording import counted, short
from evaluation.explaining.answer import Cell, Drawing, Explanation, drawing, rounded, signed, words
from evaluation.explaining.sampling import sample_places
from evaluation.explaining.subject import OnFraction, Subject, silent
from evaluation.resampling import interval
from evaluation.spec import MetricSpec, Predictions

TRAIN, VALIDATION = "#1b8fae", "#d9691a"
"""The series colours of the two parts on every page."""
N_RESAMPLES = 200
FEWEST_ROWS = 20


@dataclass(frozen=True, kw_only=True)
class Point:
    """One fit."""

    x: float | str | bool
    n_rows: int
    train: float
    validation: float
    low: float
    high: float
    """95 % interval of the validation score over its rows."""
    duration_s: float


class RefittedCurve(Explanation):
    """A curve of fits."""

    metric: str
    x: list[Cell]
    train: list[float]
    validation: list[float]
    low: list[float]
    high: list[float]
    durations_s: list[float]


def learning_sizes(n_rows: int, n_points: int, *, least: int = FEWEST_ROWS) -> list[int]:
    """Numbers of rows at equal ratios up to all of them.

    Example:
        >>> learning_sizes(1000, 4)
        [62, 157, 396, 1000]
    """
    first = max(least, n_rows // 16)
    if first >= n_rows:
        return [n_rows]
    sizes = np.unique(np.geomspace(first, n_rows, n_points).round().astype(int))
    return [int(size) for size in sizes]


def nested_parts(subject: Subject, sizes: Sequence[int], *, seed: int) -> list[npt.NDArray[np.int64]]:
    """Places of training rows for each size, each part within the next, the class shares kept."""
    places = np.arange(len(subject.y_background))
    parts = [places]
    for size in sorted(sizes, reverse=True):
        if size < len(parts[-1]):
            inside = sample_places(subject.y_background[parts[-1]], size, task=subject.task, seed=seed)
            parts.append(parts[-1][inside])
    return parts[::-1]


def fit_point(
    subject: Subject, pipeline: Any, places: npt.NDArray[np.int64], x: float | str | bool, *, metric: MetricSpec
) -> Point:
    """Fit ``pipeline`` on some training rows and score it on them and on the rows of ``subject``.

    Raises:
        UnsuitableData: These rows cannot be learned from.
    """
    frame, y = subject.background.iloc[places], subject.y_background[places]
    if subject.task is LearningTask.CLASSIFICATION and len(np.unique(y)) < 2:
        raise UnsuitableData(
            f"The {len(y):,} rows of this point belong to one class.", hint="Ask for fewer points, or more rows."
        )
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that does not converge shows in its score
        fitted = pipeline.fit(frame, y)
    duration_s = time.perf_counter() - started
    twin = _with(subject, fitted)
    train = metric.score(_predictions(twin, frame, y), np.ones((1, len(y))))
    weights = _weights(len(subject.y))
    validation = metric.score(_predictions(twin, subject.frame, subject.y), weights)
    low, high = interval(validation[1:])
    value = float(validation[0])
    return Point(
        x=x,
        n_rows=len(places),
        train=float(train[0]),
        validation=value,
        low=min(low, value),
        high=max(high, value),
        duration_s=duration_s,
    )


def learning_curve(
    subject: Subject,
    new_pipeline: Callable[[], Any],
    *,
    metric: MetricSpec,
    n_points: int,
    seed: int,
    on_fraction: OnFraction = silent,
) -> RefittedCurve:
    """Scores after learning from fewer rows and from all of them."""
    parts = nested_parts(subject, learning_sizes(len(subject.y_background), n_points), seed=seed)
    work = np.cumsum([len(part) for part in parts], dtype=float)
    points = []
    for number, places in enumerate(parts):
        points.append(fit_point(subject, new_pipeline(), places, float(len(places)), metric=metric))
        on_fraction(float(work[number] / work[-1]))
    last = points[-1]
    return _curve(
        points,
        metric=metric,
        sentence=_learning_sentence(points, metric),
        remarks=(
            f"{counted(len(points), 'fit')} on training rows, each part within the next; scored on "
            f"{len(subject.y):,} validation rows. The last fit took {last.duration_s:.1f} s.",
        ),
        x_title="Training rows",
        title=f"{metric.label} against the number of training rows",
        explanation="If the validation line still rises at the right end, more rows would help. If both lines have "
        "met, other columns or another model would; if a wide gap stays, a simpler model or more rows.",
        is_log=True,
    )


def validation_curve(
    subject: Subject,
    settings: Sequence[tuple[float | str | bool, Callable[[], Any]]],
    *,
    parameter: str,
    label: str,
    present: float | str | bool | None,
    metric: MetricSpec,
    is_log: bool,
    on_fraction: OnFraction = silent,
) -> RefittedCurve:
    """Scores for several values of one parameter, everything else as in the run.

    Args:
        subject: Rows to learn from and to score.
        settings: Each value, and what makes an unfitted pipeline with it.
        parameter: Its name in the model.
        label: Its name for people.
        present: The value of the run.
        metric: The score.
        is_log: Whether values lie at equal ratios.
        on_fraction: Told how far it is.
    """
    places = np.arange(len(subject.y_background))
    points = []
    for number, (value, new_pipeline) in enumerate(settings):
        points.append(fit_point(subject, new_pipeline(), places, value, metric=metric))
        on_fraction((number + 1) / len(settings))
    sign = 1.0 if metric.direction is Direction.HIGHER else -1.0
    best = max(points, key=lambda point: sign * point.validation)
    same = [point for point in points if point.low <= best.validation <= point.high]
    sentence = f"{label} = {words(best.x)} scores best on validation: {words(best.validation)}."
    if len(same) > 1:
        sentence += f" {counted(len(same) - 1, 'other value')} cannot be told apart from it."
    return _curve(
        points,
        metric=metric,
        sentence=sentence,
        remarks=(
            f"{counted(len(points), 'fit')} on all {len(places):,} training rows. The run itself used "
            f"{parameter} = {words(present)}.",
            "Choosing the best of many values on the same validation rows flatters it a little; the test score of a "
            "new run tells how much.",
        ),
        x_title=label,
        title=f"{metric.label} against {short(label, 40)}",
        explanation="Left and right of the best value the model is too simple or too free: where training is good and "
        "validation is not, it learns by heart; where both are bad, it cannot learn enough.",
        is_log=is_log,
        present=present,
    )


def spread_values(low: float, high: float, n_points: int, *, is_integer: bool, is_log: bool) -> list[float | int]:
    """Values from ``low`` to ``high`` at equal distances, or at equal ratios.

    Example:
        >>> spread_values(1, 30, 5, is_integer=True, is_log=False)
        [1, 8, 16, 23, 30]
        >>> spread_values(0.01, 100, 3, is_integer=False, is_log=True)
        [0.01, 1.0, 100.0]
    """
    spread = np.geomspace if is_log and low > 0 else np.linspace
    found = spread(low, high, n_points)
    if is_integer:
        return [int(value) for value in np.unique(found.round().astype(int))]
    return [float(min(high, max(low, rounded(float(value), 4)))) for value in found]


def _with(subject: Subject, pipeline: Any) -> Subject:
    from dataclasses import replace

    return replace(subject, pipeline=pipeline)


def _predictions(subject: Subject, frame: Any, y: npt.NDArray[Any]) -> Predictions:
    said = subject.outputs(subject.transform(frame))
    return Predictions(task=subject.task, y_true=y, y_out=said, n_classes=len(subject.labels))


def _weights(n_rows: int) -> npt.NDArray[np.float64]:
    """All ones, then resampling counts: the same rows for each fit, so that fits can be compared."""
    generator = np.random.default_rng(n_rows)
    n_resamples = max(20, min(N_RESAMPLES, 4_000_000 // max(1, n_rows)))
    weights = np.ones((1 + n_resamples, n_rows))
    for row in weights[1:]:
        row[:] = np.bincount(generator.integers(n_rows, size=n_rows), minlength=n_rows)
    return weights


def _learning_sentence(points: Sequence[Point], metric: MetricSpec) -> str:
    last = points[-1]
    if len(points) < 2:
        return f"There are only {last.n_rows} training rows: too few for a curve."
    before = points[-2]
    sign = 1.0 if metric.direction is Direction.HIGHER else -1.0
    gain = sign * (last.validation - before.validation)
    growth = f"from {before.n_rows:,} to {last.n_rows:,} training rows"
    if gain > (last.high - last.low) / 4:
        return f"More rows would probably help: {growth}, {metric.label} still gained {words(gain)} on validation."
    change = signed(last.validation - before.validation)
    return f"More rows alone would change little: {growth}, {metric.label} moved by {change} on validation."


def _curve(
    points: Sequence[Point],
    *,
    metric: MetricSpec,
    sentence: str,
    remarks: tuple[str, ...],
    x_title: str,
    title: str,
    explanation: str,
    is_log: bool,
    present: float | str | bool | None = None,
) -> RefittedCurve:
    return RefittedCurve(
        sentence=sentence,
        remarks=remarks,
        drawings=(_picture(points, metric, x_title, title, explanation, is_log=is_log, present=present),),
        metric=metric.key,
        x=[point.x for point in points],
        train=[point.train for point in points],
        validation=[point.validation for point in points],
        low=[point.low for point in points],
        high=[point.high for point in points],
        durations_s=[rounded(point.duration_s, 4) for point in points],
    )


def _picture(
    points: Sequence[Point],
    metric: MetricSpec,
    x_title: str,
    title: str,
    explanation: str,
    *,
    is_log: bool,
    present: float | str | bool | None,
) -> Drawing:
    is_number = all(isinstance(point.x, int | float) and not isinstance(point.x, bool) for point in points)
    x: list[Cell] = [point.x if is_number else words(point.x) for point in points]
    mode = "lines+markers"
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": mode,
            "name": "training rows",
            "x": x,
            "y": [point.train for point in points],
            "line": {"color": TRAIN, "width": 1.75},
            "hovertemplate": "train, %{x}: %{y:.4g}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": mode,
            "name": "validation rows",
            "x": x,
            "y": [point.validation for point in points],
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [point.high - point.validation for point in points],
                "arrayminus": [point.validation - point.low for point in points],
                "thickness": 1,
                "width": 3,
                "color": VALIDATION,
            },
            "line": {"color": VALIDATION, "width": 2.75},
            "hovertemplate": "validation, %{x}: %{y:.4g}<extra></extra>",
        },
    ]
    x_axis = axis(x_title) if is_number else category_axis(x_title, [str(each) for each in x])
    if is_number and is_log and all(float(each) > 0 for each in x if isinstance(each, int | float)):
        x_axis |= {"type": "log", "tickvals": x, "ticktext": [words(each) for each in x]}
    shapes = []
    if is_number and isinstance(present, int | float):
        shapes = [
            {
                "type": "line",
                "x0": present,
                "x1": present,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": "#7d8b94", "width": 1.5, "dash": "dot"},
            }
        ]
    first, last = points[0], points[-1]
    return drawing(
        "curve",
        title=title,
        explanation=explanation + (" The dotted line is the value of the run." if shapes else ""),
        alt=f"{title}: validation {words(first.validation)} at {words(first.x)}, {words(last.validation)} at "
        f"{words(last.x)}; training {words(first.train)} and {words(last.train)}.",
        table=[
            {
                x_title: point.x,
                "training": rounded(point.train),
                "validation": rounded(point.validation),
                "validation low": rounded(point.low),
                "validation high": rounded(point.high),
                "rows": point.n_rows,
                "seconds": rounded(point.duration_s, 3),
            }
            for point in points
        ],
        data=data,
        layout={
            "height": 420,
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 1, "xanchor": "right"},
            "xaxis": x_axis,
            "yaxis": axis(metric.label),
            **({"shapes": shapes} if shapes else {}),
        },
    )
