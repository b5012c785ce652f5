"""Datasets in the database."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from core.errors import Conflict, NotFound
from core.ids import utc_now
from core.records import Dataset
from core.types import DatasetStatus
from storage.repositories.paging import Page, check_limit
from storage.tables import DatasetRow


class DatasetRepository:
    """Reads and changes of ``dataset`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, dataset: Dataset) -> Dataset:
        """Insert ``dataset``; its id and its idempotency key must be new."""
        self._session.add(DatasetRow(**_to_columns(dataset)))
        self._session.flush()
        return dataset

    def find(self, dataset_id: str) -> Dataset | None:
        """The dataset, or None."""
        row = self._session.get(DatasetRow, dataset_id, populate_existing=True)
        return None if row is None else _to_record(row)

    def get(self, dataset_id: str) -> Dataset:
        """The dataset.

        Raises:
            NotFound: There is none with this id.
        """
        dataset = self.find(dataset_id)
        if dataset is None:
            raise NotFound(f"There is no dataset {dataset_id!r}.", hint="See Datasets for those that exist.")
        return dataset

    def find_by_idempotency_key(self, key: str) -> Dataset | None:
        """The dataset that an earlier request with this key made, or None."""
        row = self._session.exec(select(DatasetRow).where(DatasetRow.idempotency_key == key)).first()
        return None if row is None else _to_record(row)

    def list_page(self, *, limit: int = 50, cursor: str | None = None) -> Page[Dataset]:
        """Newest first; ids grow with time, so the last id is the cursor."""
        query = select(DatasetRow).order_by(col(DatasetRow.id).desc()).limit(check_limit(limit) + 1)
        if cursor:
            query = query.where(col(DatasetRow.id) < cursor)
        records = tuple(_to_record(row) for row in self._session.exec(query))
        return Page(records[:limit], records[limit - 1].id if len(records) > limit else None)

    def list_by_ids(self, dataset_ids: Collection[str]) -> dict[str, Dataset]:
        """The datasets that exist among ``dataset_ids``, by id."""
        query = select(DatasetRow).where(col(DatasetRow.id).in_(list(dataset_ids)))
        return {row.id: _to_record(row) for row in self._session.exec(query)}

    def list_by_status(self, statuses: Collection[DatasetStatus]) -> tuple[Dataset, ...]:
        """Every dataset in one of ``statuses``, oldest first."""
        query = select(DatasetRow).where(col(DatasetRow.status).in_(list(statuses))).order_by(col(DatasetRow.id))
        return tuple(_to_record(row) for row in self._session.exec(query))

    def update(
        self,
        dataset_id: str,
        *,
        expect: Sequence[DatasetStatus],
        at_attempt: int | None = None,
        **changes: Any,
    ) -> Dataset:
        """Change fields, only if the dataset is in one of the ``expect`` states and (if given) at ``at_attempt``.

        Raises:
            NotFound: There is none with this id.
            Conflict: Its state or attempt is another.
        """
        statement = update(DatasetRow).where(
            col(DatasetRow.id) == dataset_id, col(DatasetRow.status).in_([status.value for status in expect])
        )
        if at_attempt is not None:
            statement = statement.where(col(DatasetRow.attempt) == at_attempt)
        changed = self._session.execute(statement.values(**_json_values(changes)))
        dataset = self.get(dataset_id)
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            raise Conflict(f"The dataset is {dataset.status.value} (attempt {dataset.attempt}).")
        return dataset

    def requeue(self, dataset: Dataset) -> Dataset:
        """Give a dataset that was being read its next attempt.

        Raises:
            Conflict: It has moved on since ``dataset`` was read.
        """
        return self.update(
            dataset.id,
            expect=[DatasetStatus.RUNNING],
            at_attempt=dataset.attempt,
            attempt=dataset.attempt + 1,
            status=DatasetStatus.QUEUED,
            heartbeat_at=utc_now(),
        )


def _to_columns(dataset: Dataset) -> dict[str, Any]:
    return _json_values({name: getattr(dataset, name) for name in Dataset.model_fields})


def _json_values(values: dict[str, Any]) -> dict[str, Any]:
    return {name: to_json_value(value) for name, value in values.items()}


def to_json_value(value: Any) -> Any:
    """Nested records as plain JSON; times and plain values stay themselves."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, tuple):
        return [to_json_value(item) for item in value]
    return value


def _to_record(row: DatasetRow) -> Dataset:
    return Dataset.model_validate(row.model_dump())
