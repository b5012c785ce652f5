"""Charts of datasets: what can be drawn, what fits, and what people keep."""

from collections.abc import Sequence
from typing import Any

from app.services.computations import ComputationService
from app.services.datasets import DatasetService
from core.charts.pages import html_page
from core.charts.registry import CHARTS
from core.charts.rendering import DrawnChart, check_params
from core.charts.spec import GROUP_LABELS, ChartSpec, Suggestion
from core.charts.suggesting import gallery, suggest_charts
from core.charts.table import find_column
from core.errors import UserInputError
from core.ids import clean_name, new_id
from core.records import Computation, Dataset, SavedChart
from core.types import ColumnType, Value
from storage.storage import Storage

MOST_TITLE, MOST_NOTE = 200, 2_000


class RoleInfo(Value):
    """A part that a column can play."""

    name: str
    title: str
    types: tuple[ColumnType, ...]
    is_required: bool
    is_many: bool
    most: int


class ChartInfo(Value):
    """One chart as the API shows it."""

    key: str
    label: str
    group: str
    icon: str
    summary: str
    when: str
    roles: tuple[RoleInfo, ...]
    params: dict[str, Any]
    """JSON schema."""


class ChartService:
    """What can be done with charts."""

    def __init__(self, *, storage: Storage, datasets: DatasetService, computations: ComputationService) -> None:
        self._storage = storage
        self._datasets = datasets
        self._computations = computations

    def kinds(self) -> tuple[ChartInfo, ...]:
        """Every chart that can be drawn."""
        return tuple(_info(spec) for spec in CHARTS.values())

    def start(
        self, dataset_id: str, chart: str, params: dict[str, Any], *, idempotency_key: str | None = None
    ) -> Computation:
        """Have a chart drawn.

        Raises:
            NotFound: No such dataset or chart.
            UserInputError: A parameter does not fit.
            Conflict: The dataset is not ready.
        """
        values = self._checked(self._datasets.get(dataset_id), chart, params)
        request = {"dataset_id": dataset_id, "chart": chart, "params": values}
        return self._computations.start("chart", request, idempotency_key=idempotency_key)

    def suggest(self, dataset_id: str, columns: Sequence[str]) -> tuple[Suggestion, ...]:
        """Charts for these columns, best first; without columns, a first look at the whole dataset.

        Raises:
            NotFound: No such dataset.
            UserInputError: It has no such column.
        """
        dataset = self._datasets.get(dataset_id)
        if not columns:
            return gallery(dataset.columns)
        known = {column.name: column for column in dataset.columns}
        return suggest_charts([find_column(known, name, "columns") for name in dict.fromkeys(columns)])

    def save(
        self, dataset_id: str, chart: str, params: dict[str, Any], *, title: str = "", note: str = ""
    ) -> SavedChart:
        """Keep a chart with its dataset. Raises like ``start``."""
        values = self._checked(self._datasets.get(dataset_id), chart, params)
        spec = CHARTS[chart]
        own = clean_name(title, max_length=MOST_TITLE) or spec.title(spec.params.model_validate(values))[:MOST_TITLE]
        saved = SavedChart(
            id=new_id(), dataset_id=dataset_id, chart=chart, params=values, title=own, note=_checked_note(note)
        )
        with self._storage.write() as unit:
            return unit.saved_charts.add(saved)

    def list_saved(self, dataset_id: str) -> tuple[SavedChart, ...]:
        """The charts kept with a dataset, newest first. Raises NotFound."""
        self._datasets.get(dataset_id)
        with self._storage.read() as unit:
            return unit.saved_charts.list_for_dataset(dataset_id)

    def get_saved(self, chart_id: str) -> SavedChart:
        """A kept chart. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.saved_charts.get(chart_id)

    def update(
        self,
        chart_id: str,
        *,
        title: str | None = None,
        note: str | None = None,
        params: dict[str, Any] | None = None,
    ) -> SavedChart:
        """Change the title, the note or the parameters of a kept chart; None leaves them.

        Raises:
            NotFound: No such chart.
            UserInputError: The title is empty, or a parameter does not fit.
        """
        saved = self.get_saved(chart_id)
        changes: dict[str, Any] = {}
        if title is not None:
            changes["title"] = clean_name(title, max_length=MOST_TITLE)
            if not changes["title"]:
                raise UserInputError("The title is empty.", hint="Give the chart a name.", field="title")
        if note is not None:
            changes["note"] = _checked_note(note)
        if params is not None:
            changes["params"] = self._checked(self._datasets.get(saved.dataset_id), saved.chart, params)
        with self._storage.write() as unit:
            return unit.saved_charts.update(chart_id, **changes)

    def remove(self, chart_id: str) -> None:
        """Delete a kept chart. Raises NotFound."""
        with self._storage.write() as unit:
            unit.saved_charts.remove(chart_id)

    def html(self, chart: DrawnChart, *, title: str = "", note: str = "") -> str:
        """A drawn chart as one HTML file that needs no network."""
        return html_page(chart, title=title, note=note)

    def _checked(self, dataset: Dataset, chart: str, params: dict[str, Any]) -> dict[str, Any]:
        columns = {column.name: column for column in dataset.columns}
        return check_params(CHARTS[chart], params, columns).model_dump(mode="json")


def _checked_note(note: str) -> str:
    if len(note) > MOST_NOTE:
        raise UserInputError(
            f"The note has {len(note):,} characters; {MOST_NOTE:,} are allowed.", hint="Shorten it.", field="note"
        )
    return note.strip()


def _info(spec: ChartSpec) -> ChartInfo:
    return ChartInfo(
        key=spec.key,
        label=spec.label,
        group=GROUP_LABELS[spec.group],
        icon=spec.icon,
        summary=spec.summary,
        when=spec.when,
        roles=tuple(
            RoleInfo(
                name=part.name,
                title=part.title,
                types=part.types,
                is_required=part.is_required,
                is_many=part.is_many,
                most=part.most,
            )
            for part in spec.roles.values()
        ),
        params=spec.params.model_json_schema(),
    )
