"""Collections of documents, what is asked of them, and how well that goes: immutable, typed, free of SQL."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from core.ids import utc_now
from core.params import Params
from core.records import ErrorRecord
from core.types import Notice, Value

HANDBOOK = "handbook"
"""``Collection.origin`` of Praxis's own help."""
NO_HANDBOOK = "no-handbook"
"""``Collection.origin`` of the mark that a person has removed the handbook; it is in no list."""
REMOVED = "removed"
"""``Collection.origin`` of one that is being removed; it is in no list, and its row goes last."""

ATTEMPTS_A_START = 100
"""Attempts are numbered from 1, 101, 201, ...: a person's start begins a new hundred, a lost worker adds one."""


class DocumentStatus(StrEnum):
    """Where a document is in its life. One that is being removed is in no list; its row goes last."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    REMOVING = "removing"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (DocumentStatus.READY, DocumentStatus.FAILED)


class ChunkingParams(Params):
    """How a document is cut into passages."""

    size: Annotated[
        int,
        Field(
            ge=32,
            le=512,
            title="Passage size",
            description="Most tokens of the embedding model in one passage. Small passages are found more exactly, "
            "large ones tell more.",
            json_schema_extra={"front": True},
        ),
    ] = 200
    overlap: Annotated[
        int,
        Field(
            ge=0,
            le=128,
            title="Overlap",
            description="Tokens of the passage before that are repeated, in whole sentences, so that nothing is cut in "
            "two.",
            json_schema_extra={"front": True},
        ),
    ] = 40


class Collection(Value):
    """Documents that are searched together, with one embedding model and one way of cutting."""

    id: str
    name: str
    """Unique."""
    description: str = ""
    chunking: ChunkingParams = ChunkingParams()
    embedding_model: str
    """Name and revision of the model that made its vectors; queries are made by the same one or refused. Empty while it
    has no vectors: the first document brings them."""
    dimension: int
    origin: str = ""
    """``HANDBOOK`` for the built-in one, otherwise empty; ``NO_HANDBOOK`` and ``REMOVED`` are marks."""
    created_at: datetime = Field(default_factory=utc_now)


class Document(Value):
    """One file of a collection. What it says is known once it is ready."""

    id: str
    collection_id: str
    archive_id: str | None = None
    """The zip it came in."""
    file_name: str
    """As the person named it, with its folders inside a zip: data, never a path. Unique in its collection."""
    size_bytes: int
    original_sha256: str
    """Hash of the bytes, which are kept."""
    status: DocumentStatus = DocumentStatus.QUEUED
    attempt: int = 1
    format: str = ""
    """Key of the registry of document formats."""
    title: str = ""
    n_pages: int | None = None
    """Pages, slides or sheets, where the format has them."""
    n_characters: int = 0
    n_passages: int = 0
    text_sha256: str | None = None
    """Hash of the ``core.documents.spec.ParsedDocument`` as JSON, which the passages' offsets point into."""
    index_key: str = ""
    """Hash of the bytes, the parser's version, the chunking and the embedding model: equal keys, equal passages."""
    generation: int = 0
    """The attempt that made the present passages; 0 while there are none."""
    notices: tuple[Notice, ...] = ()
    stage: str = ""
    progress: float = 0.0
    """0 to 1."""
    is_cancel_requested: bool = False
    started_at: datetime | None = None
    heartbeat_at: datetime | None = None
    error: ErrorRecord | None = None
    """Why its last indexing failed. Passages of an earlier one stay."""
    created_at: datetime = Field(default_factory=utc_now)
    finished_at: datetime | None = None
    idempotency_key: str | None = None

    @property
    def tries(self) -> int:
        """How often its work has begun since a person started it."""
        return (self.attempt - 1) % ATTEMPTS_A_START + 1

    @property
    def next_start(self) -> int:
        """Number of the attempt with which a person starts it again."""
        return ((self.attempt - 1) // ATTEMPTS_A_START + 1) * ATTEMPTS_A_START + 1


class Passage(Value):
    """A stretch of a document that is found and cited as one."""

    id: str
    document_id: str
    collection_id: str
    seq: int
    """From 0, in the order of the document."""
    text: str
    start: int
    """Of its text in the document's, in characters."""
    end: int
    page: int | None = None
    """From 1: the page, slide or sheet on which it begins."""
    page_end: int | None = None
    heading: tuple[str, ...] = ()
    """The headings it stands under, the outermost first."""
    kind: str = "text"
    """"text" or "table"."""
    n_tokens: int


class Conversation(Value):
    """Questions and answers about some collections."""

    id: str
    title: str
    collection_ids: tuple[str, ...]
    """Empty: every collection."""
    is_archived: bool = False
    created_at: datetime = Field(default_factory=utc_now)
    updated_at: datetime = Field(default_factory=utc_now)


class Message(Value):
    """One question of a conversation; its answer is the result of a computation."""

    id: str
    conversation_id: str
    question: str
    computation_id: str
    params: dict[str, Any] = Field(default_factory=dict)
    """The settings with which it was asked."""
    rating: int | None = None
    """A person's judgement of the answer: 1 good, -1 bad."""
    created_at: datetime = Field(default_factory=utc_now)


class JudgedQuestion(Value):
    """A question whose right passages are known."""

    id: str
    text: str
    relevant: tuple[str, ...] = ()
    """What answers it: ids of passages, or ``file name`` / ``file name#heading``, which survive a new indexing. Empty:
    the documents do not answer it, and a refusal is right."""
    answer: str = ""
    """What a right answer says, for a person."""


class QuestionSet(Value):
    """Judged questions about a collection."""

    id: str
    collection_id: str
    name: str
    questions: tuple[JudgedQuestion, ...] = ()
    created_at: datetime = Field(default_factory=utc_now)
    updated_at: datetime = Field(default_factory=utc_now)


class RetrievalTrial(Value):
    """One evaluation of retrieval settings on a question set: a row of the table of the lab."""

    id: str
    question_set_id: str
    name: str
    params: dict[str, Any]
    """The settings that were tried."""
    computation_id: str
    created_at: datetime = Field(default_factory=utc_now)


class LanguageModelUse(Value):
    """One call of the language model, for the budget and the record."""

    id: str
    purpose: str
    """What asked: "answer", "wording", ..."""
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    """In the currency of the configured prices."""
    duration_s: float = 0.0
    is_cached: bool = False
    error: str = ""
    """Kind of failure, empty when it answered."""
    who: str = "local"
    """Whose budget it counts against; an instance without users has one."""
    n_redacted: int = 0
    """Secrets and contacts that were blotted out before the request left."""
    created_at: datetime = Field(default_factory=utc_now)


class InsightStatus(StrEnum):
    """What a person made of an insight."""

    NEW = "new"
    KEPT = "kept"
    DISMISSED = "dismissed"


class InsightCard(Value):
    """Something worth knowing, with its evidence."""

    id: str
    scope: str
    """"dataset", "run", "comparison" or "workspace"."""
    scope_id: str
    """Id of the dataset or run, hash of the compared runs, or empty."""
    fingerprint: str
    """Hash of scope, kind and subject: a card found again keeps what a person made of it."""
    kind: str
    """Key of the registry of insights."""
    content: dict[str, Any]
    """``core.insights.spec.Finding`` as JSON: statement, evidence, sureness, action, picture."""
    status: InsightStatus = InsightStatus.NEW
    computation_id: str | None = None
    created_at: datetime = Field(default_factory=utc_now)
    updated_at: datetime = Field(default_factory=utc_now)
