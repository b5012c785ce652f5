"""Time in steps: one number for each hour, day, week, month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from core.charts.aggregates import aggregate_python, aggregate_sql, is_additive
from core.charts.dividing import Divided, columns, divide
from core.charts.fields import DividedParams
from core.charts.scripts import divided_by, divided_lines, needs
from core.charts.spec import Frame
from core.charts.table import ChartTable
from core.errors import UserInputError
from core.expressions.quoting import name_sql

Step = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
Every = Annotated[
    Literal["automatic", "minute", "hour", "day", "week", "month", "quarter", "year"],
    Field(title="One point every", description="Automatic takes the finest step that gives at most 120 points."),
]
STEPS: dict[Step, tuple[float, str]] = {
    "minute": (60, "min"),
    "hour": (3_600, "h"),
    "day": (86_400, "D"),
    "week": (604_800, "W"),
    "month": (2_629_746, "M"),
    "quarter": (7_889_238, "Q"),
    "year": (31_556_952, "Y"),
}
"""Length in seconds (on average), and the code of a pandas period."""
AIM = 120
MOST_POINTS = 2_000


def choose_step(low: datetime, high: datetime, every: str) -> Step:
    """The step for times between ``low`` and ``high``.

    Raises:
        UserInputError: The wanted one would give too many points.
    """
    span_s = (high - low).total_seconds()
    if every == "automatic":
        return next((step for step, (seconds, _) in STEPS.items() if span_s / seconds <= AIM), "year")
    seconds, _ = STEPS[every]  # type: ignore[index]  # the field allows these alone
    if span_s / seconds > MOST_POINTS:
        raise UserInputError(
            f"One point every {every} would make about {span_s / seconds:,.0f} points; {MOST_POINTS:,} are allowed.",
            hint="Choose a longer step, or filter to a shorter time.",
            field="params.every",
        )
    return every  # type: ignore[return-value]  # the field allows these alone


def next_time(moment: datetime, step: Step) -> datetime:
    """The start of the step after the one that starts at ``moment``."""
    if step in ("month", "quarter", "year"):
        months = {"month": 1, "quarter": 3, "year": 12}[step]
        years, month = divmod(moment.month - 1 + months, 12)
        return moment.replace(year=moment.year + years, month=month + 1)
    return moment + timedelta(seconds=STEPS[step][0])


def frame_of_times(
    table: ChartTable, params: DividedParams, *, x: str, y: str | None, aggregate: str, every: str
) -> tuple[Divided, dict[str, list[Any]], Step | None]:
    """One number for each step of each series, gaps included: 0 for counts and sums, None for the others."""
    divided = divide(table, params, [x, y])
    if not divided.view.n_used:
        return divided, {"x": [], "value": [], "rows": []}, None
    cell = name_sql(x)
    low, high = table.rows(f"SELECT min({cell}), max({cell}) FROM ({divided.view.sql})")[0]
    step = choose_step(low, high, every)
    key = f"date_trunc('{step}', {cell})::TIMESTAMP"
    found = divided.aggregate([key], [aggregate_sql(aggregate, y), "count(*)"])
    first, last = min(row[1][0] for row in found), max(row[1][0] for row in found)
    times = [first]
    while times[-1] < last:
        times.append(next_time(times[-1], step))
    rows = []
    for labels in _each_once(labels for labels, _ in found):
        known = {values[0]: values for some, values in found if some == labels}
        gap = 0 if is_additive(aggregate) else None
        rows += [(labels, known.get(moment, [moment, gap, 0])) for moment in times]
    data = columns([(labels, [values[0].isoformat(), *values[1:]]) for labels, values in rows], ["x", "value", "rows"])
    return divided, data, step


def _each_once(found: Any) -> list[dict[str, str]]:
    kept: list[dict[str, str]] = []
    for labels in found:
        if labels not in kept:
            kept.append(labels)
    return kept


def times_python(params: DividedParams, *, x: str, y: str | None, aggregate: str, every: str) -> list[str]:
    """Lines that make ``result`` with ``x``, ``value`` and ``rows``."""
    parts = divided_by(params)
    gap = 0 if is_additive(aggregate) else "np.nan"
    lines = [
        needs(x, y, *([] if params.show_missing else [params.facet, params.color])),
        *divided_lines(params),
        f'x = rows[{x!r}].astype("datetime64[us]")',
    ]
    if every == "automatic":
        steps = {code: seconds for seconds, code in STEPS.values()}
        lines += [
            f"steps = {steps!r}",
            "span_s = (x.max() - x.min()).total_seconds()",
            f'step = next((code for code, seconds in steps.items() if span_s / seconds <= {AIM}), "Y")',
        ]
    else:
        lines.append(f"step = {STEPS[every][1]!r}")  # type: ignore[index]  # the field allows these alone
    lines += [
        'work["x"] = x.dt.to_period(step)',
        *([f'work["y"] = rows[{y!r}].astype(float)'] if y else []),
        *aggregate_python(aggregate, [*parts, "x"]),
        'times = pd.period_range(result["x"].min(), result["x"].max(), freq=step, name="x")',
        f"series = result.groupby({parts!r}, observed=True) if parts else [((), result)]".replace(
            "if parts ", f"if {bool(parts)} "
        ),
        "pieces = []",
        "for key, some in series:",
        '    piece = some.set_index("x").reindex(times)',
        f'    piece["value"], piece["rows"] = piece["value"].fillna({gap}), piece["rows"].fillna(0)',
        f"    pieces.append(piece.reset_index().assign(**dict(zip({parts!r}, key))))",
        "result = pd.concat(pieces)",
        'result["x"] = result["x"].dt.start_time',
    ]
    return lines


def fill_frame(divided: Divided, data: dict[str, list[Any]], step: Step | None, value_title: str) -> Frame:
    """The frame of a chart over time."""
    notes = [f"One point every {step}."] if step else []
    return divided.frame(
        data, facts={"step": step}, names={"value": value_title, "x": f"Start of {step}"}, extra_remarks=notes
    )


def rolled(values: Sequence[float | None], over: int) -> list[float | None]:
    """Mean of each value and the ``over - 1`` before it; None where one of them is missing."""
    found: list[float | None] = []
    for end in range(1, len(values) + 1):
        window = [value for value in values[max(0, end - over) : end] if value is not None]
        found.append(sum(window) / over if end >= over and len(window) == over else None)
    return found
