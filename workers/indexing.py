"""The job of a document: from its bytes to passages that are found by words and by meaning.

The order of writes makes every moment a safe one to die in. Vectors go first, under ids of this attempt that nobody
looks for yet; then one transaction replaces the passages and says which attempt made them; last, vectors of earlier
attempts go. What the vector store has and the database does not is never shown.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from core.documents.chunking import fitting_params, make_passages, passage_input
from core.documents.index_key import index_key
from core.documents.parsing import parse_document
from core.documents.registry import DOCUMENT_FORMATS
from core.documents.spec import ParsedDocument
from core.errors import Unavailable, UserInputError
from core.ids import utc_now
from core.knowledge import Collection, Document, DocumentStatus, Passage
from core.retrieval.spec import Encoder
from core.retrieval.terms import passage_terms
from storage.filing import ARCHIVE
from storage.repositories.documents import batched
from storage.unused import remove_unused
from workers import kinds, short_work
from workers.clearing import clear_old_vectors, clear_own_vectors, remove_document, see_to_collection
from workers.context import current
from workers.encoding import encoder_of, vectors_of
from workers.spool import PassageSpool
from workers.unpacking import unpack
from workers.workspace import WorkerWorkspace, open_workspace

BATCH = 128
"""Passages that are encoded and stored at once."""
PATIENCE_S = 10.0
"""How long one attempt waits for a vector store or an embedding endpoint that does not answer."""
PAUSE_S = 0.5

TEXT = "text.json"
"""What was read, in the workspace, until the passages are stored."""

READ, CUT, EMBEDDED = 0.25, 0.3, 0.95
"""How far the work is when these stages are over."""

T = TypeVar("T")
Report = Callable[[float, str], None]


def run_indexing(subject_id: str, attempt: int) -> None:
    """Read the document into the index if it waits for this delivery, or remove it; a second delivery changes nothing.

    The id may be that of a collection as well: then the handbook is filled, vectors that nobody needs are cleared, or
    the collection is removed.
    """
    context = current()
    with context.storage.read() as unit:
        document = unit.documents.find(subject_id)
        collection = unit.collections.find_marked(subject_id) if document is None else None
    if collection is not None:
        see_to_collection(context, collection)
    elif document is not None and document.status is DocumentStatus.REMOVING:
        remove_document(context, document)
    else:
        short_work.run_short_work(kinds.DOCUMENTS, subject_id, attempt, _read)


def _read(attempt: short_work.Attempt[Document]) -> None:
    with (
        attempt.heartbeat() as beat,
        open_workspace(attempt.context, beat.report, owner=attempt.subject.id) as workspace,
    ):
        if attempt.subject.format == ARCHIVE.key:
            unpack(attempt, workspace)
        else:
            _Indexing(attempt, workspace).run()


class _Indexing:
    """One attempt at one document."""

    def __init__(self, attempt: short_work.Attempt[Document], workspace: WorkerWorkspace) -> None:
        self._attempt = attempt
        self._context = attempt.context
        self._document = attempt.subject
        self._workspace = workspace
        self._index = vectors_of(attempt.context.settings)
        self._has_vectors = False
        self._text_sha256: str | None = None

    def run(self) -> None:
        """Read, cut, embed, store; an attempt that ends otherwise takes its vectors with it."""
        try:
            self._run()
        finally:
            if self._attempt.subject.status is not DocumentStatus.READY:
                if self._has_vectors:
                    clear_own_vectors(self._context, self._index, self._document)
                remove_unused(self._context.storage, [self._text_sha256])

    def _run(self) -> None:
        self._workspace.report(0.0, "Reading")
        original = self._workspace.kept_file(self._document.original_sha256)
        spec, parsed = parse_document(original, self._document.file_name, _Reading(self._workspace))
        (self._workspace.folder / TEXT).write_text(parsed.model_dump_json(), encoding="utf-8")
        collection = self._settled_collection()
        spool = PassageSpool(self._workspace.folder / "passages.jsonl")
        self._workspace.report(READ, "Cutting into passages")
        spool.fill(self._passages(parsed, collection))
        facts: dict[str, Any] = {
            "format": spec.key,
            "title": parsed.title,
            "n_pages": parsed.n_pages,
            "n_characters": len(parsed.text),
            "notices": parsed.notices,
            "index_key": index_key(
                self._document.original_sha256,
                file_name=self._document.file_name,
                document_format=DOCUMENT_FORMATS[spec.key],
                chunking=collection.chunking,
                embedding_model=collection.embedding_model,
            ),
        }
        del parsed
        self._embed(spool, collection, str(facts["title"]))
        self._workspace.report(EMBEDDED, "Storing")
        before = self._store(spool, facts)
        clear_old_vectors(self._index, self._attempt.subject)
        if before != self._attempt.subject.text_sha256:
            remove_unused(self._context.storage, [before])

    def _encoder(self) -> Encoder:
        return self._patiently(lambda: encoder_of(self._context.settings), "Waiting for the embedding model")

    def _settled_collection(self) -> Collection:
        """The collection, with the embedding model that its vectors are made by from now on."""
        encoder = self._encoder()
        name, dimension = self._patiently(lambda: (encoder.name, encoder.dimension), "Waiting for the embedding model")
        collection_id = self._document.collection_id

        def settle() -> Collection:
            with self._context.storage.write() as unit:
                if unit.collections.settle(collection_id, embedding_model=name, dimension=dimension):
                    # Vectors of another model may be left; nobody adds new ones before this transaction ends.
                    self._index.remove_collection(collection_id)
                return unit.collections.get(collection_id)

        collection = self._patiently(settle, "Waiting for the vector store")
        if collection.embedding_model != name:
            raise UserInputError(
                f"The collection was made with the embedding model {collection.embedding_model}, and {name} is set "
                "now. Vectors of two models cannot be compared.",
                hint="Index the collection again, or set the former model (PRAXIS_EMBEDDING_MODEL).",
            )
        return collection

    def _passages(self, parsed: ParsedDocument, collection: Collection) -> Iterator[tuple[Passage, str]]:
        document, encoder = self._document, self._encoder()

        def count_tokens(texts: Sequence[str]) -> list[int]:
            self._workspace.report(READ, "Cutting into passages")
            return encoder.count_tokens(texts)

        params = fitting_params(collection.chunking, encoder.max_tokens)
        for seq, piece in enumerate(make_passages(parsed, params, count_tokens)):
            passage = Passage(
                id=f"{document.id}:{document.attempt}:{seq}",
                document_id=document.id,
                collection_id=document.collection_id,
                seq=seq,
                text=piece.text,
                start=piece.start,
                end=piece.end,
                page=piece.page,
                page_end=piece.page_end,
                heading=piece.heading,
                kind=piece.kind,
                n_tokens=piece.n_tokens,
            )
            yield passage, passage_terms(passage)

    def _embed(self, spool: PassageSpool, collection: Collection, title: str) -> None:
        encoder, index = self._encoder(), self._index
        facts = {"document_id": self._document.id, "generation": self._document.attempt}
        n_done = 0
        for batch in batched((passage for passage, _ in spool), BATCH):
            stage = f"Embedding {n_done + 1:,} of {spool.n_passages:,}"
            self._workspace.report(CUT + (EMBEDDED - CUT) * n_done / spool.n_passages, stage)
            inputs = [passage_input(title, passage) for passage in batch]
            vectors = self._patiently(partial(encoder.encode, inputs), f"{stage}, waiting")
            ids = [passage.id for passage in batch]
            self._has_vectors = True
            add = partial(index.add, collection.id, ids, vectors, [facts] * len(batch))
            self._patiently(add, f"{stage}, waiting for the vector store")
            n_done += len(batch)

    def _store(self, spool: PassageSpool, facts: dict[str, Any]) -> str | None:
        """Show the passages; the hash of the text that they came from before."""
        document = self._document
        with self._context.storage.write() as unit:
            before = unit.documents.get(document.id).text_sha256
            n_passages = unit.passages.replace(document.id, spool)
            # Kept here and not before: until the row names the text, whoever removes a document with the same one takes
            # it, and nobody takes it when this attempt is killed.
            self._text_sha256 = self._workspace.keep(self._workspace.folder / TEXT)
            self._attempt.subject = unit.documents.update(
                document.id,
                expect=[DocumentStatus.RUNNING],
                at_attempt=document.attempt,
                status=DocumentStatus.READY,
                generation=document.attempt,
                n_passages=n_passages,
                text_sha256=self._text_sha256,
                stage="Ready",
                progress=1.0,
                error=None,
                finished_at=utc_now(),
                **facts,
            )
        return before

    def _patiently(self, act: Callable[[], T], stage: str) -> T:
        """What ``act`` gives; something that does not answer gets a while to come back. Raises Unavailable after it."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return act()
            except Unavailable:
                if time.monotonic() > deadline:
                    raise
            self._workspace.report(CUT, stage)
            time.sleep(PAUSE_S)


class _Reading:
    """What a parser may use of a workspace; its part of the progress is the reading."""

    def __init__(self, workspace: WorkerWorkspace) -> None:
        self._workspace = workspace

    @property
    def folder(self) -> Path:
        """See ``ParseContext.folder``."""
        return self._workspace.folder

    def report(self, fraction: float, stage: str) -> None:
        """See ``ParseContext.report``."""
        self._workspace.report(READ * fraction, stage)
