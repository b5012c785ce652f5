"""Runs in the database, with the rules that keep two workers from writing one run."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from core.errors import Conflict, NotFound
from core.ids import utc_now
from core.records import Run, RunProgress
from core.types import RunCommand, RunStatus
from storage.repositories.attempts import to_json_value
from storage.repositories.paging import Page, check_limit
from storage.tables import RunRow


class RunRepository:
    """Reads and changes of ``run`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, run: Run) -> Run:
        """Insert ``run``; its id and its idempotency key must be new."""
        self._session.add(RunRow(**{name: to_json_value(getattr(run, name)) for name in Run.model_fields}))
        self._session.flush()
        return run

    def find(self, run_id: str) -> Run | None:
        """The run, or None."""
        row = self._session.get(RunRow, run_id, populate_existing=True)
        return None if row is None else _to_record(row)

    def get(self, run_id: str) -> Run:
        """The run.

        Raises:
            NotFound: There is none with this id.
        """
        run = self.find(run_id)
        if run is None:
            raise NotFound(f"There is no run {run_id!r}.", hint="See Runs for those that exist.")
        return run

    def find_by_idempotency_key(self, key: str) -> Run | None:
        """The run that an earlier request with this key made, or None."""
        row = self._session.exec(select(RunRow).where(RunRow.idempotency_key == key)).first()
        return None if row is None else _to_record(row)

    def list_page(
        self,
        *,
        limit: int = 50,
        cursor: str | None = None,
        dataset_id: str | None = None,
        statuses: Collection[RunStatus] = (),
    ) -> Page[Run]:
        """Newest first; ids grow with time, so the last id is the cursor."""
        query = select(RunRow).order_by(col(RunRow.id).desc()).limit(check_limit(limit) + 1)
        if cursor:
            query = query.where(col(RunRow.id) < cursor)
        if dataset_id:
            query = query.where(RunRow.dataset_id == dataset_id)
        if statuses:
            query = query.where(col(RunRow.status).in_([status.value for status in statuses]))
        records = tuple(_to_record(row) for row in self._session.exec(query))
        return Page(records[:limit], records[limit - 1].id if len(records) > limit else None)

    def list_by_ids(self, run_ids: Sequence[str]) -> tuple[Run, ...]:
        """The runs, in the order asked for.

        Raises:
            NotFound: One does not exist.
        """
        rows = {row.id: row for row in self._session.exec(select(RunRow).where(col(RunRow.id).in_(list(run_ids))))}
        missing = [run_id for run_id in run_ids if run_id not in rows]
        if missing:
            raise NotFound(f"There is no run {missing[0]!r}.", hint="See Runs for those that exist.")
        return tuple(_to_record(rows[run_id]) for run_id in run_ids)

    def list_by_status(self, statuses: Collection[RunStatus]) -> tuple[Run, ...]:
        """Every run in one of ``statuses``, oldest first."""
        query = select(RunRow).where(col(RunRow.status).in_([s.value for s in statuses])).order_by(col(RunRow.id))
        return tuple(_to_record(row) for row in self._session.exec(query))

    def count_by_status(self) -> dict[RunStatus, int]:
        """How many runs are in each state; states without a run are absent."""
        query = select(RunRow.status, func.count()).group_by(RunRow.status)
        return {RunStatus(status): count for status, count in self._session.exec(query)}

    def count_on(self, dataset_id: str) -> int:
        """How many runs were trained on this dataset."""
        query = select(func.count()).select_from(RunRow).where(RunRow.dataset_id == dataset_id)
        return self._session.exec(query).one()

    def checkpoint_in_use(self, sha256: str) -> bool:
        """Whether any run still needs this checkpoint file."""
        return self._session.exec(select(RunRow.id).where(RunRow.checkpoint_sha256 == sha256)).first() is not None

    def update(
        self,
        run_id: str,
        *,
        expect: Sequence[RunStatus],
        at_attempt: int | None = None,
        unless_command: RunCommand | None = None,
        **changes: Any,
    ) -> Run:
        """Change fields in one atomic statement, only where every condition holds.

        Args:
            run_id: The run.
            expect: States in which the change is allowed.
            unless_command: If given, the change is refused where a person has asked for this.
            at_attempt: If given, the run must be at this attempt: a worker that was given up cannot write any more.
            **changes: Fields of ``Run`` and their new values.

        Raises:
            NotFound: There is none with this id.
            Conflict: Another state or attempt.
        """
        conditions = [col(RunRow.id) == run_id, col(RunRow.status).in_([status.value for status in expect])]
        if at_attempt is not None:
            conditions.append(col(RunRow.attempt) == at_attempt)
        if unless_command is not None:
            conditions.append(func.coalesce(col(RunRow.command), "") != unless_command.value)
        values = {name: to_json_value(value) for name, value in changes.items()}
        changed = self._session.execute(update(RunRow).where(*conditions).values(**values))
        run = self.get(run_id)
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            raise Conflict(
                f"Run {run.name!r} is {run.status.value}.", hint=f"This works while it is {_either(expect)}."
            )
        return run

    def note_test_look(self, run_ids: Sequence[str], *, unless_since: datetime) -> None:
        """Count one more look at the test scores of some runs; one that was looked at ``unless_since`` is not."""
        is_due = or_(col(RunRow.test_looked_at).is_(None), col(RunRow.test_looked_at) < unless_since)
        self._session.execute(
            update(RunRow)
            .where(col(RunRow.id).in_(list(run_ids)), is_due)
            .values(test_looks=col(RunRow.test_looks) + 1, test_looked_at=utc_now())
        )

    def requeue(self, run: Run, *, expect: Sequence[RunStatus], **changes: Any) -> Run:
        """Give ``run`` its next attempt, which starts at its checkpoint if it has one.

        Raises:
            Conflict: It has moved on since ``run`` was read.
        """
        return self.update(
            run.id,
            expect=expect,
            at_attempt=run.attempt,
            attempt=run.attempt + 1,
            status=RunStatus.QUEUED,
            progress=run.progress.model_copy(update={"stage": RunProgress().stage, "eta_s": None}),
            heartbeat_at=utc_now(),
            finished_at=None,
            error=None,
            **changes,
        )


def _either(statuses: Sequence[RunStatus]) -> str:
    return " or ".join(status.value for status in statuses)


def _to_record(row: RunRow) -> Run:
    return Run.model_validate(row.model_dump())
