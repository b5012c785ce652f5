"""Collections put on the shelf without reading files: rows and vectors as the indexing leaves them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from core.documents.chunking import passage_input
from core.ids import new_id, utc_now
from core.knowledge import Collection, Document, DocumentStatus, Passage
from core.retrieval.terms import passage_terms
from core.settings import Settings
from storage.storage import Storage
from tests.servers import share_encoders
from workers.context import WorkerContext
from workers.library import WorkerLibrary


def make_library(storage: Storage, home: Path, **settings: Any) -> WorkerLibrary:
    """The library of a worker with these settings."""
    share_encoders(home)
    made = Settings(_env_file=None, home=home, **settings)  # type: ignore[call-arg]
    return WorkerLibrary(WorkerContext(settings=made, storage=storage, queue=None, name="test"))  # type: ignore[arg-type]  # a library asks no queue


def make_passages(document: Document, texts: Sequence[str | tuple[str, str]]) -> list[Passage]:
    """A passage for each text, or for each pair of heading and text."""
    passages, at = [], 0
    for seq, one in enumerate(texts):
        heading, text = ((), one) if isinstance(one, str) else ((one[0],), one[1])
        passages.append(
            Passage(
                id=f"{document.id}:{document.generation}:{seq}",
                document_id=document.id,
                collection_id=document.collection_id,
                seq=seq,
                text=text,
                start=at,
                end=at + len(text),
                heading=heading,
                n_tokens=len(text.split()),
            )
        )
        at += len(text) + 1
    return passages


def shelve(
    storage: Storage,
    library: WorkerLibrary | None,
    documents: Mapping[str, Sequence[str | tuple[str, str]]],
    *,
    name: str = "",
    embedding_model: str = "",
    added_at: datetime | None = None,
) -> Collection:
    """A collection of ready documents: texts by file name. Without a library there are no vectors."""
    model = embedding_model or (library.encoder.name if library else "some-model")
    collection = Collection(id=new_id(), name=name or f"Shelf {new_id()}", embedding_model=model, dimension=384)
    with storage.write() as unit:
        unit.collections.add(collection)
    for file_name, texts in documents.items():
        put(storage, library, collection, file_name, texts, added_at=added_at)
    return collection


def put(
    storage: Storage,
    library: WorkerLibrary | None,
    collection: Collection,
    file_name: str,
    texts: Sequence[str | tuple[str, str]],
    *,
    added_at: datetime | None = None,
) -> Document:
    """A ready document with its passages and vectors."""
    document = Document(
        id=new_id(),
        collection_id=collection.id,
        file_name=file_name,
        size_bytes=1,
        original_sha256="0" * 64,
        status=DocumentStatus.READY,
        title=file_name.rsplit(".", 1)[0],
        generation=1,
        n_passages=len(texts),
        created_at=added_at or utc_now(),
    )
    passages = make_passages(document, texts)
    if library is not None and passages:
        vectors = library.encoder.encode([passage_input(document.title, passage) for passage in passages])
        facts = {"document_id": document.id, "generation": 1}
        library.vector_index.add(collection.id, [one.id for one in passages], vectors, [facts] * len(passages))
    with storage.write() as unit:
        unit.documents.add(document)
        unit.passages.replace(document.id, [(passage, passage_terms(passage)) for passage in passages])
    return document
