"""The log lines of runs."""

from sqlmodel import Session, col, select

from core.ids import utc_now
from core.types import LogLine, Severity
from storage.tables import LogRow

MAX_LINES = 1_000


class LogRepository:
    """Reads and appends of ``run_log`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, run_id: str, text: str, *, level: Severity = Severity.INFO) -> None:
        """Add one line."""
        last = self._session.exec(
            select(LogRow.seq).where(LogRow.run_id == run_id).order_by(col(LogRow.seq).desc()).limit(1)
        ).first()
        self._session.add(LogRow(run_id=run_id, seq=(last or 0) + 1, at=utc_now(), level=level.value, text=text))
        self._session.flush()

    def list_since(self, run_id: str, since: int = 0, *, limit: int = MAX_LINES) -> tuple[LogLine, ...]:
        """The lines after position ``since``, in order."""
        query = (
            select(LogRow)
            .where(LogRow.run_id == run_id, col(LogRow.seq) > since)
            .order_by(col(LogRow.seq))
            .limit(min(limit, MAX_LINES))
        )
        return tuple(
            LogLine(seq=row.seq, at=row.at, level=Severity(row.level), text=row.text)
            for row in self._session.exec(query)
        )
