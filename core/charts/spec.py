"""What a chart declares. One file under ``core/charts/catalog`` is one chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo

from core.conditions import Conditions
from core.params import Params
from core.types import Column, ColumnType, Value

if TYPE_CHECKING:
    from core.charts.table import ChartTable

NUMERIC = (ColumnType.INTEGER, ColumnType.NUMBER)
CATEGORY = (ColumnType.STRING, ColumnType.BOOLEAN, ColumnType.INTEGER)
TIME = (ColumnType.DATETIME,)

Columns = Mapping[str, Column]
Figure = dict[str, Any]
Group = Literal["distribution", "comparison", "time", "relation", "share", "place", "own"]

_DIVIDERS = ("color", "facet")

GROUP_LABELS: dict[Group, str] = {
    "distribution": "Distribution",
    "comparison": "Comparison",
    "time": "Over time",
    "relation": "Relation",
    "share": "Parts of a whole",
    "place": "Place",
    "own": "Your own",
}


class ChartParams(Params):
    """What every chart takes."""

    filters: Conditions = ()


@dataclass(frozen=True, kw_only=True)
class Role:
    """A part of a chart that a column plays."""

    name: str
    """The field of the parameters."""
    title: str
    types: tuple[ColumnType, ...]
    is_required: bool
    is_many: bool
    """Whether it takes several columns."""
    most: int = 1
    """How many columns it takes at most."""
    least: int = 0


def role(title: str, types: Sequence[ColumnType], description: str = "", **bounds: Any) -> FieldInfo:
    """The field of a column that plays a part: any of ``types`` fits."""
    found: FieldInfo = Field(
        title=title,
        description=description or None,
        json_schema_extra={"role": [each.value for each in types]},
        **bounds,
    )
    return found


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The small table behind a chart, and how many rows it speaks for."""

    data: dict[str, list[Any]]
    """Values by name, all of one length, as JSON knows them; times are ISO texts."""
    n_filtered: int
    """Rows that pass the filters."""
    n_used: int
    """Of these, the rows that have all the values needed."""
    n_shown: int | None = None
    """Rows drawn one by one, where that is a sample; None where every used row counts."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What else the picture and its words need: edges of bins, a trend."""
    names: dict[str, str] = field(default_factory=dict)
    """What the parts of ``data`` are called in the table, where it is not the column that plays the role."""
    remarks: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Rows of the small table."""
        return len(next(iter(self.data.values()), []))

    def rows(self) -> list[dict[str, Any]]:
        """The table row by row."""
        return [dict(zip(self.data, values, strict=True)) for values in zip(*self.data.values(), strict=True)]


class Suggestion(Value):
    """Why a chart fits some columns, and how it would be drawn."""

    chart: str
    score: float
    """0 to 1; the higher, the better it fits."""
    reason: str
    params: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ChartSpec:
    """Facts about one chart and its functions; listing specs imports no engine."""

    key: str
    """Stable snake-case name; never renamed, since saved charts carry it."""
    label: str
    icon: str
    """Name of a Material symbol."""
    group: Group
    summary: str
    """One sentence: how to read it."""
    when: str
    """When to use it, and when not."""
    params: type[ChartParams]
    compute: Callable[[Any, ChartTable], Frame]
    """``(params, table)``: aggregates in the engine and returns at most a few thousand rows."""
    draw: Callable[[Any, Frame], Figure]
    """``(params, frame)``: a Plotly figure as plain JSON. Names from the data may stand in it as they are."""
    title: Callable[[Any], str]
    """What the chart shows, with its unit."""
    alt: Callable[[Any, Frame], str]
    """The main fact in words; never called for an empty frame."""
    code: Callable[[Any, Columns], Script]
    """The same with pandas and Plotly alone."""
    suggest: Callable[[Sequence[Column]], tuple[float, str, dict[str, Any]] | None]
    """Score, reason and parameters for exactly these columns, or None when they do not fit."""
    cost: int = 1
    """1: one pass over few columns. 2: several. 3: many columns or quantiles. Cheap ones come first in a gallery."""

    @property
    def roles(self) -> dict[str, Role]:
        """The parts that columns play, by field; what divides the chart comes last."""
        fields = sorted(self.params.model_fields.items(), key=lambda item: item[0] in _DIVIDERS)
        return {name: _role(name, info) for name, info in fields if _types(info) is not None}


@dataclass(frozen=True, kw_only=True)
class Script:
    """The parts of a script that repeats a chart without Praxis."""

    lines: Sequence[str]
    """From ``rows`` (the filtered table) to ``result``, a frame with the columns of ``Frame.data``."""
    figure: Sequence[str]
    """From ``result`` to ``figure``."""
    helpers: Sequence[Callable[..., Any]] = ()
    """Functions of ours that go into the script as they stand."""


def _types(info: FieldInfo) -> tuple[ColumnType, ...] | None:
    extra = info.json_schema_extra
    if not isinstance(extra, dict) or "role" not in extra:
        return None
    names = extra["role"]
    assert isinstance(names, list)
    return tuple(ColumnType(str(name)) for name in names)


def _role(name: str, info: FieldInfo) -> Role:
    bounds = {
        kind: getattr(each, kind)
        for each in info.metadata
        for kind in ("max_length", "min_length")
        if hasattr(each, kind)
    }
    is_many = "tuple" in str(info.annotation)
    return Role(
        name=name,
        title=info.title or name,
        types=_types(info) or (),
        is_required=info.is_required(),
        is_many=is_many,
        most=bounds.get("max_length", 1) if is_many else 1,
        least=bounds.get("min_length", 0) if is_many else 0,
    )
