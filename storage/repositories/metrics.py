"""The metric points of runs: append-only, unique, read by position."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from core.ids import utc_now
from core.types import MetricPoint, MetricRow, Split
from storage.tables import MetricTableRow

_METRICS = MetricTableRow.__table__.c  # type: ignore[attr-defined]

_POINT = ("run_id", "name", "split", "step")
"""What makes a point the same point."""

MAX_ROWS = 10_000
"""Most rows that one read returns."""


class MetricRepository:
    """Reads and appends of ``metric`` rows. One run has one writer at a time; its attempt number sees to that."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, run_id: str, points: Sequence[MetricPoint], *, wall_time: datetime | None = None) -> None:
        """Add ``points`` in order; those already stored (same name, split and step) change nothing."""
        if not points:
            return
        next_seq = self.last_seq(run_id) + 1
        wall_time = wall_time or utc_now()
        rows = [
            {
                "run_id": run_id,
                "seq": seq,
                "step": point.step,
                "name": point.name,
                "split": point.split.value,
                "value": point.value,
                "wall_time": wall_time,
            }
            for seq, point in enumerate(points, start=next_seq)
        ]
        dialect = self._session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        # Only a repeated point is passed over: a position taken by another writer is an error, never a lost point.
        statement = insert(MetricTableRow).on_conflict_do_nothing(index_elements=_POINT)
        self._session.connection().execute(statement, rows)

    def last_seq(self, run_id: str) -> int:
        """Position of the newest point; 0 when there is none."""
        query = select(col(MetricTableRow.seq)).where(col(MetricTableRow.run_id) == run_id)
        return self._session.scalar(query.order_by(col(MetricTableRow.seq).desc()).limit(1)) or 0

    def list_since(self, run_id: str, since: int = 0, *, limit: int = MAX_ROWS) -> tuple[MetricRow, ...]:
        """The points after position ``since``, at most ``limit``, in order.

        Costs what it returns, however long the run is: a range of the primary key, read as plain columns.
        """
        table = _METRICS
        query = (
            select(table.seq, table.step, table.name, table.split, table.value, table.wall_time)
            .where(table.run_id == run_id, table.seq > since)
            .order_by(table.seq)
            .limit(min(limit, MAX_ROWS))
        )
        return tuple(
            MetricRow.model_construct(
                seq=seq, step=step, name=name, split=Split(split), value=value, wall_time=wall_time
            )
            for seq, step, name, split, value, wall_time in self._session.execute(query)
        )

    def list_buckets(self, run_id: str, *, n_buckets: int = 500) -> tuple[MetricPoint, ...]:
        """Each series thinned to the extremes of ``n_buckets`` equal stretches of steps, in order of step.

        At most two points a bucket, all of them real ones, so a spike stays visible where it was. Of equal values the
        earliest counts. Reads the whole run once, inside the database.
        """
        table = _METRICS
        last_step = self._session.scalar(select(func.max(table.step)).where(table.run_id == run_id)) or 1
        bucket = table.step * n_buckets // (last_step + 1)
        extremes = (
            select(
                table.name,
                table.split,
                bucket.label("bucket"),
                func.min(table.value).label("low"),
                func.max(table.value).label("high"),
            )
            .where(table.run_id == run_id)
            .group_by(table.name, table.split, bucket)
            .subquery()
            .c
        )
        first_step = func.min(table.step)
        is_extreme = and_(
            table.name == extremes.name,
            table.split == extremes.split,
            bucket == extremes.bucket,
            or_(table.value == extremes.low, table.value == extremes.high),
        )
        query = (
            select(first_step, table.name, table.split, table.value)
            .where(table.run_id == run_id, is_extreme)
            .group_by(table.name, table.split, extremes.bucket, table.value)
            .order_by(first_step, table.name, table.split)
        )
        return tuple(
            MetricPoint(step=step, name=name, split=Split(split), value=value)
            for step, name, split, value in self._session.execute(query)
        )
