"""Uses of the language model in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func
from sqlmodel import Session, col, select

from core.knowledge import LanguageModelUse
from core.llm.spec import Spent
from storage.knowledge_tables import LanguageModelUseRow

MAX_LISTED = 1_000


class LanguageModelUseRepository:
    """Appends to and sums of ``language_model_use`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, use: LanguageModelUse) -> LanguageModelUse:
        """Insert ``use``; its id must be new."""
        self._session.add(LanguageModelUseRow(**use.model_dump()))
        self._session.flush()
        return use

    def spent(self, since: datetime, until: datetime | None = None, *, who: str | None = None) -> Spent:
        """What was used from ``since`` on and before ``until``, by ``who`` or by everybody."""
        row = col(LanguageModelUseRow.created_at)
        query = select(*_SUMS).where(row >= since)  # type: ignore[call-overload]  # its overloads end at four columns
        if until is not None:
            query = query.where(row < until)
        if who is not None:
            query = query.where(col(LanguageModelUseRow.who) == who)
        found: Any = self._session.exec(query).one()
        names = ("n_calls", "n_cached", "n_errors", "n_redacted", "prompt_tokens", "completion_tokens", "cost")
        return Spent(**{name: value or 0 for name, value in zip(names, found, strict=True)})

    def list_newest(self, *, limit: int = 100, before: str | None = None) -> tuple[LanguageModelUse, ...]:
        """Uses, newest first; with ``before`` those older than the use of this id."""
        query = select(LanguageModelUseRow).order_by(col(LanguageModelUseRow.id).desc())
        if before is not None:
            query = query.where(col(LanguageModelUseRow.id) < before)
        rows = self._session.exec(query.limit(min(limit, MAX_LISTED)))
        return tuple(LanguageModelUse.model_validate(row.model_dump()) for row in rows)

    def remove_before(self, moment: datetime) -> int:
        """Forget the uses from before ``moment``; how many there were."""
        gone = self._session.execute(delete(LanguageModelUseRow).where(col(LanguageModelUseRow.created_at) < moment))
        return int(gone.rowcount)  # type: ignore[attr-defined]  # the stub types execute for statements with rows only


_SUMS = (
    func.count(),
    func.sum(case((col(LanguageModelUseRow.is_cached).is_(True), 1), else_=0)),
    func.sum(case((col(LanguageModelUseRow.error) != "", 1), else_=0)),
    func.sum(LanguageModelUseRow.n_redacted),
    func.sum(LanguageModelUseRow.prompt_tokens),
    func.sum(LanguageModelUseRow.completion_tokens),
    func.sum(LanguageModelUseRow.cost),
)
