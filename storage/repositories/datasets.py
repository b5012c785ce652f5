"""Datasets in the database."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, func, or_, update
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from core.errors import NotFound
from core.records import Dataset, DatasetSummary
from core.types import DatasetStatus
from storage.knowledge_tables import InsightRow
from storage.repositories.attempts import AttemptRepository
from storage.repositories.paging import Page, check_limit
from storage.tables import ComputationRow, DatasetRow, LedgerRow, QueryRecordRow, RecipeDraftRow, SavedChartRow

_SUMMARY = [getattr(DatasetRow, name) for name in DatasetSummary.model_fields]
"""The columns of a list: all but those that grow with the width of a table."""


class DatasetRepository(AttemptRepository[Dataset]):
    """Reads and changes of ``dataset`` rows."""

    what = "dataset"
    row = DatasetRow

    def add(self, dataset: Dataset) -> Dataset:
        """Insert ``dataset``; its id and its idempotency key must be new."""
        self._session.add(DatasetRow(**self.columns({name: getattr(dataset, name) for name in Dataset.model_fields})))
        self._session.flush()
        return dataset

    def find(self, dataset_id: str) -> Dataset | None:
        """The dataset, or None."""
        row = self._session.get(DatasetRow, dataset_id, populate_existing=True)
        return None if row is None else _to_record(row)

    def get(self, record_id: str) -> Dataset:
        """The dataset.

        Raises:
            NotFound: There is none with this id.
        """
        dataset = self.find(record_id)
        if dataset is None:
            raise _no_dataset(record_id)
        return dataset

    def find_summary(self, dataset_id: str) -> DatasetSummary | None:
        """The dataset as lists show it, or None."""
        row = self._session.execute(sa_select(*_SUMMARY).where(col(DatasetRow.id) == dataset_id)).mappings().first()
        return None if row is None else DatasetSummary.model_validate(dict(row))

    def get_summary(self, dataset_id: str) -> DatasetSummary:
        """The dataset as lists show it. Raises NotFound."""
        summary = self.find_summary(dataset_id)
        if summary is None:
            raise _no_dataset(dataset_id)
        return summary

    def find_by_idempotency_key(self, key: str) -> Dataset | None:
        """The dataset that an earlier request with this key made, or None."""
        row = self._session.exec(select(DatasetRow).where(DatasetRow.idempotency_key == key)).first()
        return None if row is None else _to_record(row)

    def list_page(
        self,
        *,
        limit: int = 50,
        cursor: str | None = None,
        statuses: Collection[DatasetStatus] = (),
        family_id: str | None = None,
    ) -> Page[DatasetSummary]:
        """Newest first; ids grow with time, so the last id is the cursor."""
        query = sa_select(*_SUMMARY).order_by(col(DatasetRow.id).desc()).limit(check_limit(limit) + 1)
        if cursor:
            query = query.where(col(DatasetRow.id) < cursor)
        if statuses:
            query = query.where(col(DatasetRow.status).in_([status.value for status in statuses]))
        if family_id:
            query = query.where(col(DatasetRow.family_id) == family_id)
        rows = self._session.execute(query).mappings()
        records = tuple(DatasetSummary.model_validate(dict(row)) for row in rows)
        return Page(records[:limit], records[limit - 1].id if len(records) > limit else None)

    def list_family_tree(self, dataset_id: str) -> tuple[DatasetSummary, ...]:
        """All versions of the dataset, what they were made from, and what was made from them, oldest first."""
        family = sa_select(col(DatasetRow.family_id)).where(col(DatasetRow.id) == dataset_id).scalar_subquery()
        versions = sa_select(col(DatasetRow.id)).where(col(DatasetRow.family_id) == family)
        parents = sa_select(col(DatasetRow.parent_id)).where(col(DatasetRow.family_id) == family)
        query = (
            sa_select(*_SUMMARY)
            .where(
                or_(
                    col(DatasetRow.family_id) == family,
                    col(DatasetRow.parent_id).in_(versions),
                    col(DatasetRow.id).in_(parents),
                )
            )
            .order_by(col(DatasetRow.id))
        )
        return tuple(DatasetSummary.model_validate(dict(row)) for row in self._session.execute(query).mappings())

    def rename_family(self, family_id: str, name: str) -> None:
        """Give every version of a dataset another name."""
        self._session.execute(update(DatasetRow).where(col(DatasetRow.family_id) == family_id).values(name=name))

    def last_version(self, family_id: str) -> int:
        """The highest version number of a family, and so it stays in this transaction; 0 when there is no such one."""
        # Whoever adds a version holds the first one's row, so that no number is given twice.
        self._session.execute(sa_select(col(DatasetRow.id)).where(col(DatasetRow.id) == family_id).with_for_update())
        query = sa_select(func.max(col(DatasetRow.version))).where(col(DatasetRow.family_id) == family_id)
        return self._session.scalar(query) or 0

    def is_original(self, sha256: str) -> bool:
        """Whether any dataset was read from these bytes."""
        query = select(DatasetRow.id).where(DatasetRow.original_sha256 == sha256).limit(1)
        return self._session.exec(query).first() is not None

    def count_children(self, dataset_id: str) -> int:
        """How many datasets were made from this one."""
        query = sa_select(func.count()).where(col(DatasetRow.parent_id) == dataset_id)
        return self._session.scalar(query) or 0

    def remove(self, dataset_id: str) -> None:
        """Delete the row and what belongs to it alone: answers, charts, tests, queries, insights, the recipe draft.

        The caller has made sure that nothing else needs it. Raises NotFound.
        """
        self.get(dataset_id)
        computations = sa_select(col(ComputationRow.id)).where(col(ComputationRow.dataset_id) == dataset_id)
        for table in (LedgerRow, QueryRecordRow):
            self._session.execute(delete(table).where(col(table.computation_id).in_(computations)))
        for owned in (LedgerRow, SavedChartRow, RecipeDraftRow, ComputationRow):
            self._session.execute(delete(owned).where(col(owned.dataset_id) == dataset_id))
        of_dataset = (col(InsightRow.scope) == "dataset", col(InsightRow.scope_id) == dataset_id)
        self._session.execute(delete(InsightRow).where(*of_dataset))
        self._session.execute(delete(DatasetRow).where(col(DatasetRow.id) == dataset_id))

    def list_by_ids(self, dataset_ids: Collection[str]) -> dict[str, Dataset]:
        """The datasets that exist among ``dataset_ids``, by id."""
        query = select(DatasetRow).where(col(DatasetRow.id).in_(list(dataset_ids)))
        return {row.id: _to_record(row) for row in self._session.exec(query)}

    def list_by_status(self, statuses: Collection[DatasetStatus]) -> tuple[Dataset, ...]:
        """Every dataset in one of ``statuses``, oldest first."""
        query = select(DatasetRow).where(col(DatasetRow.status).in_(list(statuses))).order_by(col(DatasetRow.id))
        return tuple(_to_record(row) for row in self._session.exec(query))

    def columns(self, changes: dict[str, Any]) -> dict[str, Any]:
        """See ``AttemptRepository.columns``; lists show how many columns there are without reading them."""
        counted = {"n_columns": len(changes["columns"])} if "columns" in changes else {}
        return super().columns(changes) | counted


def _no_dataset(dataset_id: str) -> NotFound:
    return NotFound(f"There is no dataset {dataset_id!r}.", hint="See Datasets for those that exist.")


def _to_record(row: DatasetRow) -> Dataset:
    return Dataset.model_validate(row.model_dump(exclude={"n_columns"}))
