"""A collection with documents in a running stack, for tests."""

from pathlib import Path

from sqlalchemy import text

from core.knowledge import Collection, Document
from storage.filing import Filed
from storage.vectors import ChromaVectors
from tests.stacks import Stack, wait_for

CATS = "# Cats\n\nCats sleep for most of the day. They purr when they are content.\n"
DOGS = "# Dogs\n\nDogs bark at strangers. A dog needs a walk each day.\n"


class Shelf:
    """One collection and what is known of it in every place."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.stack = stack
        self.documents = stack.wiring.services.documents
        self.collections = stack.wiring.services.collections
        self.collection: Collection = self.collections.create(name)
        self.vectors = ChromaVectors(stack.settings.chroma_url)

    def add(self, content: str | bytes, *, file_name: str, **facts: str) -> Filed:
        """Put a file into the collection; returns at once."""
        path = self.stack.settings.home / "document.part"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.documents.add(self.collection.id, path, file_name=file_name, **facts)

    def own(self, text: str) -> str:
        """``text`` in bytes that no other collection has."""
        return f"{text}\n\nThis is the copy of {self.collection.id}.\n"

    def ready(self, content: str | bytes, *, file_name: str) -> Document:
        """A document that a worker has read."""
        return self.wait_end(self.add(content, file_name=file_name).document, must_be_ready=True)

    def wait_end(self, document: Document, *, must_be_ready: bool = False) -> Document:
        """The document when its reading is over; the sweeper is at work meanwhile."""

        def look() -> Document | None:
            self.stack.recovery.sweep()
            now = self.documents.get(document.id)
            assert not must_be_ready or now.error is None, now.error
            return now if now.status.is_terminal else None

        return wait_for(look, what="the end of the reading")

    def wait_gone(self, document: Document) -> None:
        """Wait until nothing is left of a removed document's row."""
        self.wait_no_row("document", document.id)

    def wait_no_row(self, table: str, row_id: str) -> None:
        """Wait until a row is gone; the sweeper is at work meanwhile."""

        def look() -> bool:
            self.stack.recovery.sweep()
            return self.count(f"SELECT count(*) FROM {table} WHERE id = :id", id=row_id) == 0

        wait_for(look, what=f"the end of the {table}")

    def count(self, statement: str, **values: str) -> int:
        """The number that a query gives."""
        with self.stack.storage.engine.connect() as connection:
            return int(connection.execute(text(statement), values).scalar_one())

    def n_passages(self, document: Document) -> int:
        """Passages of a document in the database."""
        return self.count("SELECT count(*) FROM passage WHERE document_id = :id", id=document.id)

    def n_vectors(self) -> int:
        """Vectors of the collection in the vector store."""
        return self.vectors.count(self.collection.id)

    def n_lexical(self, term: str) -> int:
        """Passages in the lexical index that hold a term."""
        if self.stack.storage.engine.dialect.name == "sqlite":
            return self.count("SELECT count(*) FROM passage_terms WHERE passage_terms MATCH :term", term=term)
        statement = "SELECT count(*) FROM passage WHERE to_tsvector('simple', terms) @@ to_tsquery('simple', :term)"
        return self.count(statement, term=term)

    def has_file(self, sha256: str | None) -> bool:
        """Whether a file is kept."""
        assert sha256 is not None
        return self.stack.storage.artifacts.has(sha256)


def long_text(n_sections: int) -> str:
    """A document whose embedding takes a while: about a passage for each section."""

    def section(number: int) -> str:
        voyages = (f"Sentence {each} of chapter {number} tells of voyage {number * each}." for each in range(12))
        return f"# Chapter {number}\n\n{' '.join(voyages)}"

    return "\n\n".join(map(section, range(1, n_sections + 1)))


def write(path: Path, content: str) -> Path:
    """A file with this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path
