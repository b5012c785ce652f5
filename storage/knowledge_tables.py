"""The SQLModel tables of collections, documents, conversations and insights."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, Index, Integer, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables import UtcDateTime


class CollectionRow(SQLModel, table=True):
    """Documents that are searched together."""

    __tablename__ = "collection"

    id: str = Field(primary_key=True, sa_type=String(36))
    name: str = Field(unique=True, sa_type=String(200))
    description: str = Field(sa_type=Text)
    chunking: dict[str, Any] = Field(sa_type=JSON)
    embedding_model: str = Field(sa_type=String(300))
    dimension: int = Field(sa_type=Integer)
    origin: str = Field(default="", sa_type=String(32))
    created_at: datetime = Field(sa_type=UtcDateTime)


class DocumentRow(SQLModel, table=True):
    """One file of a collection."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("collection_id", "file_name"),)

    id: str = Field(primary_key=True, sa_type=String(36))
    collection_id: str = Field(index=True, foreign_key="collection.id", sa_type=String(36))
    archive_id: str | None = Field(default=None, index=True, sa_type=String(36))
    file_name: str = Field(sa_type=String(400))
    size_bytes: int = Field(sa_type=BigInteger)
    original_sha256: str = Field(index=True, sa_type=String(64))
    status: str = Field(index=True, sa_type=String(16))
    attempt: int = Field(sa_type=Integer)
    format: str = Field(default="", sa_type=String(32))
    title: str = Field(default="", sa_type=Text)
    n_pages: int | None = Field(default=None, sa_type=Integer)
    n_characters: int = Field(default=0, sa_type=BigInteger)
    n_passages: int = Field(default=0, sa_type=Integer)
    text_sha256: str | None = Field(default=None, index=True, sa_type=String(64))
    index_key: str = Field(default="", sa_type=String(64))
    generation: int = Field(default=0, sa_type=Integer)
    notices: list[Any] = Field(sa_type=JSON)
    stage: str = Field(default="", sa_type=String(200))
    progress: float = Field(default=0.0, sa_type=Float)
    is_cancel_requested: bool = Field(default=False, sa_type=Boolean)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    idempotency_key: str | None = Field(default=None, unique=True, sa_type=String(200))


class PassageRow(SQLModel, table=True):
    """A stretch of a document. ``terms`` is what the lexical index of the database reads; it follows by triggers."""

    __tablename__ = "passage"
    __table_args__ = (Index("passage_place", "document_id", "seq", unique=True),)

    key: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    id: str = Field(unique=True, sa_type=String(64))
    document_id: str = Field(foreign_key="document.id", sa_type=String(36))
    collection_id: str = Field(index=True, foreign_key="collection.id", sa_type=String(36))
    seq: int = Field(sa_type=Integer)
    text: str = Field(sa_type=Text)
    start: int = Field(sa_type=BigInteger)
    end: int = Field(sa_type=BigInteger)
    page: int | None = Field(default=None, sa_type=Integer)
    page_end: int | None = Field(default=None, sa_type=Integer)
    heading: list[Any] = Field(sa_type=JSON)
    kind: str = Field(sa_type=String(16))
    n_tokens: int = Field(sa_type=Integer)
    terms: str = Field(sa_type=Text)


class ConversationRow(SQLModel, table=True):
    """Questions and answers about some collections."""

    __tablename__ = "conversation"

    id: str = Field(primary_key=True, sa_type=String(36))
    title: str = Field(sa_type=String(200))
    collection_ids: list[Any] = Field(sa_type=JSON)
    is_archived: bool = Field(default=False, sa_type=Boolean)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(index=True, sa_type=UtcDateTime)


class MessageRow(SQLModel, table=True):
    """One question of a conversation."""

    __tablename__ = "message"

    id: str = Field(primary_key=True, sa_type=String(36))
    conversation_id: str = Field(index=True, foreign_key="conversation.id", sa_type=String(36))
    question: str = Field(sa_type=Text)
    computation_id: str = Field(foreign_key="computation.id", sa_type=String(36))
    params: dict[str, Any] = Field(sa_type=JSON)
    rating: int | None = Field(default=None, sa_type=Integer)
    created_at: datetime = Field(sa_type=UtcDateTime)


class QuestionSetRow(SQLModel, table=True):
    """Judged questions about a collection."""

    __tablename__ = "question_set"

    id: str = Field(primary_key=True, sa_type=String(36))
    collection_id: str = Field(index=True, foreign_key="collection.id", sa_type=String(36))
    name: str = Field(sa_type=String(200))
    questions: list[Any] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class RetrievalTrialRow(SQLModel, table=True):
    """One evaluation of retrieval settings."""

    __tablename__ = "retrieval_trial"

    id: str = Field(primary_key=True, sa_type=String(36))
    question_set_id: str = Field(index=True, foreign_key="question_set.id", sa_type=String(36))
    name: str = Field(sa_type=String(200))
    params: dict[str, Any] = Field(sa_type=JSON)
    computation_id: str = Field(foreign_key="computation.id", sa_type=String(36))
    created_at: datetime = Field(sa_type=UtcDateTime)


class LanguageModelUseRow(SQLModel, table=True):
    """One call of the language model."""

    __tablename__ = "language_model_use"

    id: str = Field(primary_key=True, sa_type=String(36))
    purpose: str = Field(sa_type=String(64))
    model: str = Field(sa_type=String(200))
    prompt_tokens: int = Field(sa_type=BigInteger)
    completion_tokens: int = Field(sa_type=BigInteger)
    cost: float = Field(sa_type=Float)
    duration_s: float = Field(sa_type=Float)
    is_cached: bool = Field(sa_type=Boolean)
    error: str = Field(sa_type=String(64))
    who: str = Field(default="local", sa_type=String(64))
    n_redacted: int = Field(default=0, sa_type=Integer)
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)


class InsightRow(SQLModel, table=True):
    """Something worth knowing, with its evidence."""

    __tablename__ = "insight"
    __table_args__ = (UniqueConstraint("fingerprint"), Index("insight_scope", "scope", "scope_id"))

    id: str = Field(primary_key=True, sa_type=String(36))
    scope: str = Field(sa_type=String(16))
    scope_id: str = Field(sa_type=String(64))
    fingerprint: str = Field(sa_type=String(64))
    kind: str = Field(sa_type=String(64))
    content: dict[str, Any] = Field(sa_type=JSON)
    status: str = Field(index=True, sa_type=String(16))
    computation_id: str | None = Field(default=None, sa_type=String(36))
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(index=True, sa_type=UtcDateTime)
