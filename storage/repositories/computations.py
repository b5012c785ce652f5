"""Computations in the database, with the rules that keep two workers from writing one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select

from core.errors import NotFound
from core.records import Computation
from core.types import ComputationStatus
from storage.knowledge_tables import MessageRow
from storage.repositories.attempts import AttemptRepository
from storage.tables import ComputationRow

_GOOD = (ComputationStatus.QUEUED, ComputationStatus.RUNNING, ComputationStatus.FINISHED)


class ComputationRepository(AttemptRepository[Computation]):
    """Reads and changes of ``computation`` rows."""

    what = "computation"
    row = ComputationRow

    def add(self, computation: Computation) -> Computation:
        """Insert ``computation``; its id and its idempotency key must be new."""
        values = {name: getattr(computation, name) for name in Computation.model_fields}
        self._session.add(ComputationRow(**self.columns(values)))
        self._session.flush()
        return computation

    def find(self, computation_id: str) -> Computation | None:
        """The computation, or None."""
        row = self._session.get(ComputationRow, computation_id, populate_existing=True)
        return None if row is None else _to_record(row)

    def get(self, record_id: str) -> Computation:
        """The computation.

        Raises:
            NotFound: There is none with this id.
        """
        computation = self.find(record_id)
        if computation is None:
            raise NotFound(f"There is no computation {record_id!r}.", hint="Ask for it again.")
        return computation

    def find_by_idempotency_key(self, key: str) -> Computation | None:
        """The computation that an earlier request with this key made, or None."""
        row = self._session.exec(select(ComputationRow).where(ComputationRow.idempotency_key == key)).first()
        return None if row is None else _to_record(row)

    def find_by_cache_key(self, cache_key: str) -> Computation | None:
        """The newest computation with this key that is under way or finished, or None."""
        query = (
            select(ComputationRow)
            .where(
                ComputationRow.cache_key == cache_key,
                col(ComputationRow.status).in_([status.value for status in _GOOD]),
                col(ComputationRow.is_cancel_requested).is_(False),
            )
            .order_by(col(ComputationRow.id).desc())
            .limit(1)
        )
        row = self._session.exec(query).first()
        return None if row is None else _to_record(row)

    def list_by_ids(self, computation_ids: Collection[str]) -> dict[str, Computation]:
        """The computations that exist among ``computation_ids``, by id."""
        query = select(ComputationRow).where(col(ComputationRow.id).in_(list(computation_ids)))
        return {row.id: _to_record(row) for row in self._session.exec(query)}

    def list_by_status(self, statuses: Collection[ComputationStatus]) -> tuple[Computation, ...]:
        """Every computation in one of ``statuses``, oldest first."""
        query = (
            select(ComputationRow)
            .where(col(ComputationRow.status).in_([status.value for status in statuses]))
            .order_by(col(ComputationRow.id))
        )
        return tuple(_to_record(row) for row in self._session.exec(query))

    def list_finished(self, kind: str, dataset_id: str) -> tuple[Computation, ...]:
        """The finished computations of one kind on a dataset, oldest first."""
        query = (
            select(ComputationRow)
            .where(ComputationRow.kind == kind, ComputationRow.dataset_id == dataset_id)
            .where(ComputationRow.status == ComputationStatus.FINISHED.value)
            .order_by(col(ComputationRow.id))
        )
        return tuple(_to_record(row) for row in self._session.exec(query))

    def list_asked_of(self, kind: str, param: str, value: str) -> tuple[Computation, ...]:
        """The computations of one kind with a value of one parameter, oldest first."""
        query = (
            select(ComputationRow)
            .where(ComputationRow.kind == kind, col(ComputationRow.params)[param].as_string() == value)
            .order_by(col(ComputationRow.id))
        )
        return tuple(_to_record(row) for row in self._session.exec(query))

    def remove(self, computation_ids: Collection[str]) -> None:
        """Delete rows that nothing else names; the caller sees to their files."""
        self._session.execute(delete(ComputationRow).where(col(ComputationRow.id).in_(computation_ids)))

    def remove_before(self, moment: datetime, *, kinds: Collection[str], limit: int = 500) -> tuple[str, ...]:
        """Delete computations of ``kinds`` that ended before ``moment`` and that no conversation shows, oldest first.

        Returns:
            Hashes of results that no computation has any more.
        """
        shown = select(MessageRow.computation_id)
        query = (
            select(ComputationRow.id, ComputationRow.result_sha256)
            .where(
                col(ComputationRow.kind).in_(kinds),
                col(ComputationRow.finished_at) < moment,
                col(ComputationRow.id).not_in(shown),
            )
            .order_by(col(ComputationRow.finished_at))
            .limit(limit)
        )
        found: dict[str, str | None] = {row[0]: row[1] for row in self._session.execute(query)}
        self._session.execute(delete(ComputationRow).where(col(ComputationRow.id).in_(found)))
        results = {sha256 for sha256 in found.values() if sha256}
        needed = select(ComputationRow.result_sha256).where(col(ComputationRow.result_sha256).in_(results))
        return tuple(sorted(results - set(self._session.exec(needed))))


def _to_record(row: ComputationRow) -> Computation:
    return Computation.model_validate(row.model_dump())
