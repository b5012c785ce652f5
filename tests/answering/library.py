"""A small library of real text and a real encoder, for answers without a database or a vector store."""

import os
import re
import tempfile
from collections.abc import Collection as AnyOf
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from core.answers.words import content_stems, coverage
from core.errors import NotFound, Unavailable
from core.knowledge import Collection, Document, DocumentStatus, Passage, QuestionSet
from core.retrieval.encoders.factory import make_encoder
from core.retrieval.spec import Encoder, Hit, Part, SearchParams, SearchResult, Vectors

ROOT = Path(__file__).parents[2]
LONGEST = 900
"""Characters of a passage, about 200 tokens."""
_HEADING = re.compile(r"^(#{1,4})\s+(.*)$")


@cache
def encoder() -> Encoder:
    """The real one, once a test process."""
    folder = Path(tempfile.gettempdir()) / f"praxis-test-encoders-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return make_encoder("", cache_folder=folder, n_jobs=2)


class SmallLibrary:
    """The ``Library`` port on texts by file name; everything is compared with everything."""

    def __init__(self, texts: Mapping[str, str], *, with_encoder: bool = True, name: str = "Shelf") -> None:
        self._collection = Collection(id="c", name=name, embedding_model="test", dimension=384)
        self._documents = {
            file: Document(
                id=f"d{at}",
                collection_id="c",
                file_name=file,
                size_bytes=len(text),
                original_sha256="0" * 64,
                status=DocumentStatus.READY,
                title=_title(text),
            )
            for at, (file, text) in enumerate(texts.items())
        }
        self._passages = tuple(
            passage for file, text in texts.items() for passage in _passages(self._documents[file], text)
        )
        self._with_encoder = with_encoder
        self._vectors: Vectors | None = None
        self.asked: list[str] = []

    @property
    def encoder(self) -> Encoder:
        """See ``Library.encoder``."""
        if not self._with_encoder:
            raise Unavailable("There is no encoder.")
        return encoder()

    def search(self, params: SearchParams) -> SearchResult:
        """See ``Library.search``: reciprocal ranks of cosine and of common words."""
        self.asked.append(params.question)
        if not self._passages:
            return SearchResult(hits=())
        wanted = content_stems(params.question)
        words = np.array([coverage(wanted, content_stems(_searched(one))) for one in self._passages])
        cosines = np.zeros(len(self._passages))
        if self._with_encoder:
            if self._vectors is None:
                self._vectors = encoder().encode([_searched(one) for one in self._passages])
            cosines = (self._vectors @ encoder().encode([params.question])[0]).astype(float)
        scores = np.sum([1 / (60 + np.argsort(np.argsort(-one, kind="stable"))) for one in (cosines, words)], axis=0)
        order = np.argsort(-np.asarray(scores), kind="stable")[: params.settings.top_k]
        return SearchResult(hits=tuple(self._hit(int(at), float(scores[at]), float(cosines[at])) for at in order))

    def collections(self) -> tuple[Collection, ...]:
        """See ``Library.collections``."""
        return (self._collection,) if self._documents else ()

    def documents(self, collection_id: str) -> tuple[Document, ...]:
        """See ``Library.documents``."""
        del collection_id
        return tuple(self._documents.values())

    def question_set(self, question_set_id: str) -> QuestionSet:
        """See ``Library.question_set``: there is none."""
        raise NotFound(f"There is no question set {question_set_id!r}.")

    def passages(self, passage_ids: AnyOf[str]) -> dict[str, Passage]:
        """See ``Library.passages``."""
        return {one.id: one for one in self._passages if one.id in passage_ids}

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        """See ``Library.passages_of``."""
        return tuple(one for one in self._passages if one.document_id == document_id)

    def vectors(self, passage_ids: Sequence[str]) -> Vectors:
        """See ``Library.vectors``."""
        known = self.passages(passage_ids)
        return encoder().encode([known[one].text for one in passage_ids])

    def _hit(self, at: int, score: float, similarity: float) -> Hit:
        passage = self._passages[at]
        document = next(one for one in self._documents.values() if one.id == passage.document_id)
        parts = {"dense": Part(rank=1, score=similarity, contribution=score)}
        return Hit(
            passage=passage,
            file_name=document.file_name,
            title=document.title,
            collection_name=self._collection.name,
            score=score,
            parts=parts,
            similarity=similarity,
        )


@cache
def handbook() -> SmallLibrary:
    """Praxis's own help as it stands under docs/, but for what is generated."""
    files = sorted((ROOT / "docs").glob("*.md")) + sorted((ROOT / "docs" / "user").glob("*.md"))
    left_out = {"api.md", "models.md"}
    return SmallLibrary(
        {file.name: file.read_text(encoding="utf-8") for file in files if file.name not in left_out}, name="Handbook"
    )


def _searched(passage: Passage) -> str:
    return f"{' '.join(passage.heading)}\n{passage.text}"


def _title(text: str) -> str:
    match = _HEADING.match(text.lstrip().split("\n", 1)[0])
    return match.group(2) if match else ""


def _passages(document: Document, text: str) -> Iterator[Passage]:
    seq = 0
    for heading, start, end in _sections(text):
        for a, b in _packed(text, start, end):
            yield Passage(
                id=f"{document.id}:1:{seq}",
                document_id=document.id,
                collection_id="c",
                seq=seq,
                text=text[a:b],
                start=a,
                end=b,
                heading=heading,
                n_tokens=(b - a) // 4,
            )
            seq += 1


def _sections(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    path: list[tuple[int, str]] = []
    at, start, is_code = 0, 0, False
    for line in text.splitlines(keepends=True):
        is_code ^= line.lstrip().startswith("```")
        if not is_code and (match := _HEADING.match(line.rstrip())):
            if text[start:at].strip():
                yield tuple(name for _, name in path), start, at
            level = len(match.group(1))
            path = [*(one for one in path if one[0] < level), (level, match.group(2))]
            start = at + len(line)
        at += len(line)
    if text[start:].strip():
        yield tuple(name for _, name in path), start, len(text)


def _packed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Whole paragraphs together as long as they fit."""
    at = start
    while at < end:
        stop = end
        if end - at > LONGEST:
            cut = text.rfind("\n\n", at + 200, at + LONGEST)
            stop = (
                cut
                if cut > 0
                else text.rfind("\n", at + 1, at + LONGEST)
                if "\n" in text[at + 1 : at + LONGEST]
                else at + LONGEST
            )
        body = text[at:stop]
        lead = len(body) - len(body.lstrip("\n"))
        if body.strip():
            yield at + lead, at + lead + len(body.strip("\n"))
        at = max(stop, at + 1)
