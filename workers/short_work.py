"""The frame around work without checkpoints: claim its row, tell how far it is, end it."""

import logging
from collections.abc import Callable
from typing import Any, Generic

from core.errors import Conflict, NotFound
from core.ids import utc_now
from core.records import ErrorRecord
from workers.context import WorkerContext, current
from workers.edge import CANCELLED, run_to_the_edge
from workers.heartbeat import Heartbeat
from workers.kinds import Kind, S
from workers.recovery import Recovery

logger = logging.getLogger(__name__)


class Attempt(Generic[S]):
    """One delivery of a job. Every write of it is refused once another attempt has taken over."""

    def __init__(self, context: WorkerContext, kind: Kind[S], subject: S) -> None:
        self.context = context
        self.subject = subject
        self._kind = kind

    def update(self, **changes: Any) -> S:
        """Change fields of the row while it is this attempt's. Raises Conflict when it is not any more."""
        with self.context.storage.write() as unit:
            self.subject = self._kind.rows(unit).update(
                self.subject.id, expect=[self._kind.running], at_attempt=self.subject.attempt, **changes
            )
        return self.subject

    def heartbeat(self) -> Heartbeat:
        """Tells the row twice a second how far the work is, and hears whether a person has cancelled it."""
        return Heartbeat(self._tell, what=f"{self._kind.what} {self.subject.id}")

    def fail(self, error: ErrorRecord) -> None:
        """End as failed, or as cancelled; does nothing when another attempt has taken over."""
        status = self._kind.cancelled if error.code == CANCELLED.code else self._kind.failed
        try:
            self.update(status=status, error=error, finished_at=utc_now())
        except Conflict:
            return

    def _tell(self, progress: float, stage: str) -> bool:
        with self.context.storage.write() as unit:
            return (
                self._kind.rows(unit)
                .update(
                    self.subject.id,
                    expect=[self._kind.running],
                    at_attempt=self.subject.attempt,
                    progress=progress,
                    stage=stage,
                    heartbeat_at=utc_now(),
                )
                .is_cancel_requested
            )


def run_short_work(kind: Kind[S], subject_id: str, attempt: int, work: Callable[[Attempt[S]], None]) -> None:
    """Do ``work`` if the row waits for this delivery; a second delivery changes nothing."""
    context = current()
    now = utc_now()
    try:
        with context.storage.write() as unit:
            subject = kind.rows(unit).update(
                subject_id,
                expect=[kind.queued],
                at_attempt=attempt,
                status=kind.running,
                stage="Starting",
                started_at=now,
                heartbeat_at=now,
            )
    except Conflict:
        return
    except NotFound as error:
        logger.warning("job dropped: %s", error.message)
        return
    mine = Attempt(context, kind, subject)
    run_to_the_edge(
        lambda: work(mine),
        fail=mine.fail,
        try_again=lambda error: Recovery.of(context).recover(mine.subject, reason=error, at_once=False),
        what=f"{kind.what} {subject_id}",
    )
