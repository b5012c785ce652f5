"""Questions that ask for a picture."""

from dataclasses import dataclass
from typing import Any

from core.questions.filters import read_flags, read_values
from core.questions.grouping import can_group, read_groups
from core.questions.reading import Reading, adds_up
from core.questions.statements import Group
from core.questions.table import AskedColumn

_KINDS = {
    "histogram": "histogram",
    "distribution": "histogram",
    "distributed": "histogram",
    "boxplot": "box",
    "violinplot": "violin",
    "violin": "violin",
    "scatterplot": "scatter",
    "scatter": "scatter",
    "barchart": "bar",
    "linechart": "time_series",
    "overtime": "time_series",
    "trend": "time_series",
    "develop": "time_series",
    "developed": "time_series",
    "development": "time_series",
    "evolve": "time_series",
    "evolution": "time_series",
    "heatmap": "heatmap",
    "piechart": "pie",
}
_PLAIN = frozenset({"plot", "draw", "chart", "graph", "visualise", "visualize", "picture", "diagram", "curve"})
_AGAINST = frozenset({"against", "versus", "over"})


@dataclass(frozen=True)
class ChartCall:
    """A chart and the columns that play its parts."""

    chart: str
    """Key of the chart registry."""
    params: dict[str, Any]
    words: str


def read_chart(reading: Reading) -> ChartCall | None:
    """The chart that a question asks for; None when it asks for none, or names nothing that can be drawn."""
    kind = _asked_kind(reading)
    if kind is None:
        return None
    groups = read_groups(reading)
    is_against = any(token.text in _AGAINST for token in reading.tokens)
    numbers, others = _named_columns(reading, groups)
    read_values(reading)
    read_flags(reading)
    reading.use_words({"distribution", "average", "mean", "count", "howmany", "value", "number", *_AGAINST})
    kind = kind or _fitting_kind(numbers, others, groups)
    return _BUILDERS[kind](reading, numbers, others, groups, is_against)


def _asked_kind(reading: Reading) -> str | None:
    """The key of the chart that is asked for, "" when any will do, None when no chart is asked for."""
    for at, token in enumerate(reading.tokens):
        kind = _KINDS.get(token.text) or _KINDS.get(token.stem)
        if kind is not None:
            reading.use(at)
            reading.use_words(_PLAIN)
            return kind
    return "" if reading.use_words(_PLAIN) else None


def _named_columns(reading: Reading, groups: list[Group]) -> tuple[list[AskedColumn], list[AskedColumn]]:
    """Columns of numbers, and columns of classes with the groups among them, as they are named."""
    numbers: list[AskedColumn] = []
    others: list[AskedColumn] = [group.column for group in groups if not group.unit]
    for mention in reading.free_columns():
        column = mention.column
        if column.is_flag or column.is_time:
            if column.is_time:
                reading.take(mention)
            continue
        reading.take(mention)
        target = numbers if column.is_numeric else others
        if column not in target:
            target.append(column)
    return numbers, others


def _fitting_kind(numbers: list[AskedColumn], others: list[AskedColumn], groups: list[Group]) -> str:
    if any(group.unit for group in groups):
        return "time_series"
    if len(numbers) >= 2:
        return "scatter"
    if numbers:
        return "box" if others else "histogram"
    return "heatmap" if len(others) >= 2 else "bar"


def _histogram(
    reading: Reading, numbers: list[AskedColumn], others: list[AskedColumn], groups: list[Group], is_against: bool
) -> ChartCall | None:
    if not numbers:
        return _bar(reading, numbers, others, groups, is_against)
    color = others[0] if others else None
    words = f"Distribution of {numbers[0].name}" + (f" by {color.name}" if color else "")
    return ChartCall("histogram", _params(x=numbers[0], color=color), words)


def _spread(kind: str, numbers: list[AskedColumn], others: list[AskedColumn]) -> ChartCall | None:
    classes = others or [column for column in numbers[1:] if can_group(column)]
    if not numbers:
        return None
    x = classes[0] if classes else None
    words = f"Spread of {numbers[0].name}" + (f" by {x.name}" if x else "")
    return ChartCall(kind, _params(y=numbers[0], x=x), words)


def _box(
    reading: Reading, numbers: list[AskedColumn], others: list[AskedColumn], groups: list[Group], is_against: bool
) -> ChartCall | None:
    del reading, groups, is_against
    return _spread("box", numbers, others)


def _violin(
    reading: Reading, numbers: list[AskedColumn], others: list[AskedColumn], groups: list[Group], is_against: bool
) -> ChartCall | None:
    del reading, groups, is_against
    return _spread("violin", numbers, others)


def _scatter(
    reading: Reading, numbers: list[AskedColumn], others: list[AskedColumn], groups: list[Group], is_against: bool
) -> ChartCall | None:
    del reading, groups
    if len(numbers) < 2:
        return None
    # What is plotted against something stands on the vertical axis.
    y, x = (numbers[0], numbers[1]) if is_against else (numbers[1], numbers[0])
    color = others[0] if others else None
    words = f"{y.name} against {x.name}" + (f", coloured by {color.name}" if color else "")
    return ChartCall("scatter", _params(x=x, y=y, color=color), words)


def _time_series(
    reading: Reading, numbers: list[AskedColumn], others: list[AskedColumn], groups: list[Group], is_against: bool
) -> ChartCall | None:
    del is_against
    time = reading.table.time
    if time is None:
        return None
    y = numbers[0] if numbers else None
    color = others[0] if others else None
    params = _params(x=time, y=y, color=color)
    if y is not None:
        params["aggregate"] = "sum" if adds_up(y) else "mean"
    what = f"{'Total' if adds_up(y) else 'Mean'} {y.name}" if y else "Number of rows"
    unit = next(
        (group.unit for group in groups if group.unit in ("year", "quarter", "month", "week", "day", "hour")), ""
    )
    if unit:
        params["every"] = unit
    return ChartCall("time_series", params, f"{what} over {time.name}" + (f" by {color.name}" if color else ""))


def _bar(
    reading: Reading, numbers: list[AskedColumn], others: list[AskedColumn], groups: list[Group], is_against: bool
) -> ChartCall | None:
    del groups, is_against
    classes = others or [column for column in numbers if can_group(column)][:1]
    if not classes:
        return None
    y = next((column for column in numbers if column is not classes[0]), None)
    params = _params(x=classes[0], y=y, color=classes[1] if len(classes) > 1 else None)
    if y is not None:
        params["aggregate"] = "sum" if adds_up(y) and not reading.has("average", "mean") else "mean"
    what = f"{'Total' if params.get('aggregate') == 'sum' else 'Mean'} {y.name}" if y else "Number of rows"
    return ChartCall("bar", params, f"{what} by {classes[0].name}")


def _heatmap(
    reading: Reading, numbers: list[AskedColumn], others: list[AskedColumn], groups: list[Group], is_against: bool
) -> ChartCall | None:
    del reading, groups, is_against
    classes = [*others, *(column for column in numbers if can_group(column))]
    if len(classes) < 2:
        return None
    return ChartCall("heatmap", _params(x=classes[0], y=classes[1]), f"{classes[0].name} by {classes[1].name}")


def _pie(
    reading: Reading, numbers: list[AskedColumn], others: list[AskedColumn], groups: list[Group], is_against: bool
) -> ChartCall | None:
    del reading, groups, is_against
    classes = others or [column for column in numbers if can_group(column)][:1]
    if not classes:
        return None
    value = next((column for column in numbers if column is not classes[0]), None)
    what = f"Parts of {value.name}" if value else "Parts of the rows"
    return ChartCall("pie", _params(x=classes[0], value=value), f"{what} by {classes[0].name}")


def _params(**columns: AskedColumn | None) -> dict[str, Any]:
    return {role: column.name for role, column in columns.items() if column is not None}


_BUILDERS = {
    "histogram": _histogram,
    "box": _box,
    "violin": _violin,
    "scatter": _scatter,
    "time_series": _time_series,
    "bar": _bar,
    "heatmap": _heatmap,
    "pie": _pie,
}
