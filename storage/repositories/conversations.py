"""Conversations and their messages in the database."""

from collections.abc import Collection as AnyOf
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from core.errors import NotFound
from core.ids import utc_now
from core.knowledge import Conversation, Message
from core.types import ComputationStatus
from storage.knowledge_tables import ConversationRow, MessageRow
from storage.tables import ComputationRow

BATCH = 500
"""Ids in one statement: SQLite takes no more than some thousand values at once."""


class ConversationRepository:
    """Reads and changes of ``conversation`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, conversation: Conversation) -> Conversation:
        """Insert ``conversation``; its id must be new."""
        values = conversation.model_dump() | {"collection_ids": list(conversation.collection_ids)}
        self._session.add(ConversationRow(**values))
        self._session.flush()
        return conversation

    def get(self, conversation_id: str) -> Conversation:
        """The conversation. Raises NotFound."""
        row = self._session.get(ConversationRow, conversation_id, populate_existing=True)
        if row is None:
            raise NotFound(f"There is no conversation {conversation_id!r}.", hint="Start a new one.")
        return Conversation.model_validate(row.model_dump())

    def list_newest(
        self, *, archived: bool = False, limit: int = 50, before: tuple[str, str] | None = None
    ) -> tuple[Conversation, ...]:
        """Conversations, the last used one first; ``before`` is ``(updated_at as ISO, id)`` of the last one known."""
        from datetime import datetime

        query = select(ConversationRow).where(col(ConversationRow.is_archived).is_(archived))
        if before is not None:
            moment = datetime.fromisoformat(before[0])
            query = query.where(
                (col(ConversationRow.updated_at) < moment)
                | ((col(ConversationRow.updated_at) == moment) & (col(ConversationRow.id) < before[1]))
            )
        order = (col(ConversationRow.updated_at).desc(), col(ConversationRow.id).desc())
        rows = self._session.exec(query.order_by(*order).limit(limit))
        return tuple(Conversation.model_validate(row.model_dump()) for row in rows)

    def update(self, conversation_id: str, **changes: Any) -> Conversation:
        """Change fields. Raises NotFound."""
        self.get(conversation_id)
        self._session.execute(
            update(ConversationRow).where(col(ConversationRow.id) == conversation_id).values(**changes)
        )
        return self.get(conversation_id)

    def touch(self, conversation_id: str) -> Conversation:
        """Note that it was used now. Raises NotFound."""
        return self.update(conversation_id, updated_at=utc_now())

    def remove(self, conversation_id: str) -> tuple[str, ...]:
        """Delete a conversation, its messages and their answers' rows; one that does not exist is fine.

        Returns:
            Hashes of the answers' files that no row names any more.
        """
        ids = list(
            self._session.exec(select(MessageRow.computation_id).where(MessageRow.conversation_id == conversation_id))
        )
        self._session.execute(delete(MessageRow).where(col(MessageRow.conversation_id) == conversation_id))
        self._session.execute(delete(ConversationRow).where(col(ConversationRow.id) == conversation_id))
        return _remove_answers(self._session, ids)


class MessageRepository:
    """Reads and changes of ``message`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, message: Message) -> Message:
        """Insert ``message``; its id must be new, its conversation and computation must exist."""
        self._session.add(MessageRow(**message.model_dump()))
        self._session.flush()
        return message

    def get(self, message_id: str) -> Message:
        """The message. Raises NotFound."""
        row = self._session.get(MessageRow, message_id, populate_existing=True)
        if row is None:
            raise NotFound(f"There is no message {message_id!r}.", hint="See the conversation for those that exist.")
        return Message.model_validate(row.model_dump())

    def find_by_computation(self, computation_id: str) -> Message | None:
        """The message that a computation answers, or None."""
        row = self._session.exec(select(MessageRow).where(MessageRow.computation_id == computation_id)).first()
        return None if row is None else Message.model_validate(row.model_dump())

    def list_for_conversation(self, conversation_id: str, *, limit: int | None = None) -> tuple[Message, ...]:
        """The messages of a conversation, the oldest first; with ``limit`` only the last ones."""
        query = select(MessageRow).where(MessageRow.conversation_id == conversation_id)
        newest = self._session.exec(query.order_by(col(MessageRow.id).desc()).limit(limit or 10_000))
        return tuple(Message.model_validate(row.model_dump()) for row in newest)[::-1]

    def count(self, conversation_ids: AnyOf[str]) -> dict[str, int]:
        """How many messages each conversation has."""
        counts: dict[str, int] = {}
        for ids in _batches(conversation_ids):
            query = (
                select(MessageRow.conversation_id, func.count())
                .where(col(MessageRow.conversation_id).in_(ids))
                .group_by(MessageRow.conversation_id)
            )
            counts |= {row[0]: row[1] for row in self._session.execute(query)}
        return counts

    def rate(self, message_id: str, rating: int | None) -> Message:
        """Keep a person's judgement. Raises NotFound."""
        self.get(message_id)
        self._session.execute(update(MessageRow).where(col(MessageRow.id) == message_id).values(rating=rating))
        return self.get(message_id)


def _remove_answers(session: Session, computation_ids: list[str]) -> tuple[str, ...]:
    """Delete rows of computations that are over; one that still runs was cancelled and is left to its worker."""
    unneeded: set[str] = set()
    over = [status.value for status in ComputationStatus if status.is_terminal]
    for ids in _batches(computation_ids):
        chosen = (col(ComputationRow.id).in_(ids), col(ComputationRow.status).in_(over))
        unneeded |= set(session.exec(select(ComputationRow.result_sha256).where(*chosen))) - {None}  # type: ignore[arg-type]  # hashes only
        session.execute(delete(ComputationRow).where(*chosen))
    for hashes in _batches(unneeded):
        query = select(ComputationRow.result_sha256).where(col(ComputationRow.result_sha256).in_(hashes))
        unneeded -= {sha256 for sha256 in session.exec(query) if sha256}
    return tuple(sorted(unneeded))


def _batches(ids: AnyOf[str]) -> Iterable[list[str]]:
    listed = list(dict.fromkeys(ids))
    return (listed[first : first + BATCH] for first in range(0, len(listed), BATCH))
