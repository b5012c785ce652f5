"""Computations in the database, with the rules that keep two workers from writing one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from core.errors import Conflict, NotFound
from core.ids import utc_now
from core.records import Computation
from core.types import ComputationStatus
from storage.repositories.datasets import to_json_value
from storage.tables import ComputationRow

_GOOD = (ComputationStatus.QUEUED, ComputationStatus.RUNNING, ComputationStatus.FINISHED)


class ComputationRepository:
    """Reads and changes of ``computation`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, computation: Computation) -> Computation:
        """Insert ``computation``; its id and its idempotency key must be new."""
        values = {name: to_json_value(getattr(computation, name)) for name in Computation.model_fields}
        self._session.add(ComputationRow(**values))
        self._session.flush()
        return computation

    def find(self, computation_id: str) -> Computation | None:
        """The computation, or None."""
        row = self._session.get(ComputationRow, computation_id, populate_existing=True)
        return None if row is None else _to_record(row)

    def get(self, computation_id: str) -> Computation:
        """The computation.

        Raises:
            NotFound: There is none with this id.
        """
        computation = self.find(computation_id)
        if computation is None:
            raise NotFound(f"There is no computation {computation_id!r}.", hint="Ask for it again.")
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

    def update(
        self,
        computation_id: str,
        *,
        expect: Sequence[ComputationStatus],
        at_attempt: int | None = None,
        **changes: Any,
    ) -> Computation:
        """Change fields, only if the computation is in one of the ``expect`` states and (if given) at ``at_attempt``.

        Raises:
            NotFound: There is none with this id.
            Conflict: Its state or attempt is another.
        """
        statement = update(ComputationRow).where(
            col(ComputationRow.id) == computation_id,
            col(ComputationRow.status).in_([status.value for status in expect]),
        )
        if at_attempt is not None:
            statement = statement.where(col(ComputationRow.attempt) == at_attempt)
        values = {name: to_json_value(value) for name, value in changes.items()}
        changed = self._session.execute(statement.values(**values))
        computation = self.get(computation_id)
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            raise Conflict(f"The computation is {computation.status.value} (attempt {computation.attempt}).")
        return computation

    def requeue(self, computation: Computation) -> Computation:
        """Give a computation that was running its next attempt.

        Raises:
            Conflict: It has moved on since ``computation`` was read.
        """
        return self.update(
            computation.id,
            expect=[ComputationStatus.RUNNING],
            at_attempt=computation.attempt,
            attempt=computation.attempt + 1,
            status=ComputationStatus.QUEUED,
            heartbeat_at=utc_now(),
        )

    def list_finished_before(self, moment: datetime, *, limit: int = 500) -> tuple[Computation, ...]:
        """Computations that ended before ``moment``, oldest first."""
        query = (
            select(ComputationRow)
            .where(col(ComputationRow.finished_at) < moment)
            .order_by(col(ComputationRow.finished_at))
            .limit(limit)
        )
        return tuple(_to_record(row) for row in self._session.exec(query))


def _to_record(row: ComputationRow) -> Computation:
    return Computation.model_validate(row.model_dump())
