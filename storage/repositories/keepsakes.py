"""What people keep beside their datasets: staged uploads, charts, the ledger of tests, queries, recipe drafts."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from core.errors import Conflict, NotFound
from core.ids import utc_now
from core.records import LedgerEntry, QueryRecord, RecipeDraft, SavedChart, StagedUpload
from storage.tables import LedgerRow, QueryRecordRow, RecipeDraftRow, SavedChartRow, StagedUploadRow

MAX_LISTED = 1_000


class StagedUploadRepository:
    """Reads and changes of ``staged_upload`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, upload: StagedUpload) -> StagedUpload:
        """Insert ``upload``; its id must be new."""
        self._session.add(StagedUploadRow(**upload.model_dump()))
        self._session.flush()
        return upload

    def get(self, upload_id: str) -> StagedUpload:
        """The upload.

        Raises:
            NotFound: There is none with this id; it may have been kept too long.
        """
        row = self._session.get(StagedUploadRow, upload_id)
        if row is None:
            raise NotFound(f"There is no upload {upload_id!r} any more.", hint="Upload the file again.")
        return StagedUpload.model_validate(row.model_dump())

    def is_staged(self, sha256: str) -> bool:
        """Whether any staged upload has these bytes."""
        return (
            self._session.exec(select(StagedUploadRow.id).where(StagedUploadRow.sha256 == sha256)).first() is not None
        )

    def remove_before(self, moment: datetime) -> tuple[StagedUpload, ...]:
        """Forget the uploads from before ``moment``; those that there were."""
        rows = self._session.exec(select(StagedUploadRow).where(col(StagedUploadRow.created_at) < moment)).all()
        removed = tuple(StagedUpload.model_validate(row.model_dump()) for row in rows)
        ids = [upload.id for upload in removed]
        self._session.execute(delete(StagedUploadRow).where(col(StagedUploadRow.id).in_(ids)))
        return removed


class SavedChartRepository:
    """Reads and changes of ``saved_chart`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, chart: SavedChart) -> SavedChart:
        """Insert ``chart``; its id must be new."""
        self._session.add(SavedChartRow(**chart.model_dump()))
        self._session.flush()
        return chart

    def get(self, chart_id: str) -> SavedChart:
        """The chart. Raises NotFound."""
        row = self._session.get(SavedChartRow, chart_id, populate_existing=True)
        if row is None:
            raise NotFound(f"There is no saved chart {chart_id!r}.", hint="See Explore for those that exist.")
        return SavedChart.model_validate(row.model_dump())

    def list_for_dataset(self, dataset_id: str) -> tuple[SavedChart, ...]:
        """The charts kept with a dataset, newest first."""
        query = (
            select(SavedChartRow)
            .where(SavedChartRow.dataset_id == dataset_id)
            .order_by(col(SavedChartRow.id).desc())
            .limit(MAX_LISTED)
        )
        return tuple(SavedChart.model_validate(row.model_dump()) for row in self._session.exec(query))

    def update(self, chart_id: str, **changes: Any) -> SavedChart:
        """Change ``title``, ``note``, ``chart`` or ``params``. Raises NotFound."""
        self.get(chart_id)
        changes["updated_at"] = utc_now()
        self._session.execute(update(SavedChartRow).where(col(SavedChartRow.id) == chart_id).values(**changes))
        return self.get(chart_id)

    def remove(self, chart_id: str) -> None:
        """Delete the chart. Raises NotFound."""
        self.get(chart_id)
        self._session.execute(delete(SavedChartRow).where(col(SavedChartRow.id) == chart_id))


class LedgerRepository:
    """Reads and appends of ``test_record`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, record: LedgerEntry) -> LedgerEntry:
        """Insert ``record``; one that tells of the same computation is already there: nothing changes."""
        known = self.find_by_computation(record.computation_id)
        if known is not None:
            return known
        self._session.add(LedgerRow(**record.model_dump()))
        self._session.flush()
        return record

    def find_by_computation(self, computation_id: str) -> LedgerEntry | None:
        """The line that tells of this computation, or None."""
        row = self._session.exec(select(LedgerRow).where(LedgerRow.computation_id == computation_id)).first()
        return None if row is None else LedgerEntry.model_validate(row.model_dump())

    def list_for_dataset(self, dataset_id: str) -> tuple[LedgerEntry, ...]:
        """The ledger of a dataset, newest first."""
        query = (
            select(LedgerRow)
            .where(LedgerRow.dataset_id == dataset_id)
            .order_by(col(LedgerRow.id).desc())
            .limit(MAX_LISTED)
        )
        return tuple(LedgerEntry.model_validate(row.model_dump()) for row in self._session.exec(query))


class QueryRecordRepository:
    """Reads and appends of ``query_record`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, record: QueryRecord) -> QueryRecord:
        """Insert ``record``; its id must be new."""
        self._session.add(QueryRecordRow(**record.model_dump()))
        self._session.flush()
        return record

    def list_newest(self, *, limit: int = 100) -> tuple[QueryRecord, ...]:
        """The history, newest first."""
        query = select(QueryRecordRow).order_by(col(QueryRecordRow.id).desc()).limit(min(limit, MAX_LISTED))
        return tuple(QueryRecord.model_validate(row.model_dump()) for row in self._session.exec(query))


class RecipeDraftRepository:
    """Reads and changes of ``recipe_draft`` rows: one for each dataset."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, dataset_id: str) -> RecipeDraft:
        """The draft; an empty one of revision 0 when nothing was written yet."""
        row = self._session.get(RecipeDraftRow, dataset_id, populate_existing=True)
        return RecipeDraft(dataset_id=dataset_id) if row is None else RecipeDraft.model_validate(row.model_dump())

    def save(self, draft: RecipeDraft) -> RecipeDraft:
        """Store ``draft`` as the revision after ``draft.revision``.

        Raises:
            Conflict: Another tab has saved that revision before.
        """
        saved = draft.model_copy(update={"revision": draft.revision + 1, "updated_at": utc_now()})
        values: dict[str, Any] = {
            "steps": list(saved.steps),
            "revision": saved.revision,
            "updated_at": saved.updated_at,
        }
        changed = self._session.execute(
            update(RecipeDraftRow)
            .where(col(RecipeDraftRow.dataset_id) == draft.dataset_id, col(RecipeDraftRow.revision) == draft.revision)
            .values(**values)
        )
        if changed.rowcount:  # type: ignore[attr-defined]
            return saved
        if draft.revision or self._session.get(RecipeDraftRow, draft.dataset_id) is not None:
            raise Conflict("The recipe was changed in another tab.", hint="Reload the page to see it.")
        self._session.add(RecipeDraftRow(dataset_id=draft.dataset_id, **values))
        self._session.flush()
        return saved
