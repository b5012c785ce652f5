"""Any judged set through the product's own index: its chunking, encoder, Chroma, database, fusion."""

import contextlib
import math
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from core.documents.chunking import fitting_params, make_passages, passage_input
from core.documents.spec import Block, ParsedDocument
from core.ids import new_id
from core.knowledge import ChunkingParams, Collection, Document, DocumentStatus, Passage
from core.retrieval.metrics import ndcg_at_k, recall_at_k, reciprocal_rank
from core.retrieval.spec import LONGEST_QUESTION, Filters, SearchSettings
from core.retrieval.terms import passage_terms
from core.settings import Settings
from storage.repositories.documents import batched
from storage.storage import Storage
from tests.benchmarks.beir import JudgedFolder
from tests.benchmarks.measurement import percentile
from tests.benchmarks.stored import NoQueue, open_sqlite
from tests.chroma import run_chroma
from tests.servers import share_encoders
from workers.context import WorkerContext
from workers.library import WorkerLibrary
from workers.searching.candidates import find_candidates
from workers.searching.clock import Clock
from workers.searching.scope import resolve_scope
from workers.searching.search import fuse

CANDIDATES = 200
"""Of each way of searching: enough for recall at 100."""
WAYS = {
    "lexical": {"use_dense": False},
    "dense": {"use_lexical": False},
    "hybrid": {},
    "hybrid, by ranks": {"fusion": "ranks"},
}
DOCUMENTS_AT_ONCE = 400


@dataclass(kw_only=True)
class Verdict:
    """How good one way of searching is on a set, and how long it takes."""

    ndcg_10: float
    recall_10: float
    recall_100: float
    mrr: float
    median_s: float
    p95_s: float


@dataclass(kw_only=True)
class Indexed:
    """A set in the product's index."""

    storage: Storage
    library: WorkerLibrary
    collection: Collection
    document_of: dict[str, str] = field(default_factory=dict)
    """Id of the set's document by ours."""
    n_passages: int = 0
    seconds: float = 0.0


@contextlib.contextmanager
def indexed(judged: JudgedFolder) -> Iterator[Indexed]:
    """The set in an index of its own, in a temporary home with a real Chroma server."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        share_encoders(home)
        with run_chroma(home) as url:
            storage = open_sqlite(home)
            settings = Settings(_env_file=None, home=home, chroma_url=url)  # type: ignore[call-arg]
            context = WorkerContext(settings=settings, storage=storage, queue=NoQueue(), name="bench")
            library = WorkerLibrary(context)
            collection = Collection(
                id=new_id(), name="Set", embedding_model=library.encoder.name, dimension=library.encoder.dimension
            )
            with storage.write() as unit:
                unit.collections.add(collection)
            made = Indexed(storage=storage, library=library, collection=collection)
            started = time.perf_counter()
            for some in batched(judged.documents.items(), DOCUMENTS_AT_ONCE):
                _index(made, some)
            made.seconds = time.perf_counter() - started
            try:
                yield made
            finally:
                storage.close()


def _index(made: Indexed, documents: Sequence[tuple[str, tuple[str, str]]]) -> None:
    """As ``workers.indexing`` does it, for many small documents at once."""
    encoder = made.library.encoder
    params = fitting_params(ChunkingParams(), encoder.max_tokens)
    rows: list[tuple[Document, list[Passage]]] = []
    for key, (title, text) in documents:
        document = Document(
            id=new_id(),
            collection_id=made.collection.id,
            file_name=f"{len(made.document_of):07}.txt",
            size_bytes=len(text),
            original_sha256="0" * 64,
            status=DocumentStatus.READY,
            title=title,
            generation=1,
        )
        made.document_of[document.id] = key
        drafts = make_passages(parsed(title, text), params, encoder.count_tokens)
        passages = [
            Passage(
                id=f"{document.id}:1:{seq}",
                document_id=document.id,
                collection_id=made.collection.id,
                seq=seq,
                text=draft.text,
                start=draft.start,
                end=draft.end,
                heading=draft.heading,
                kind=draft.kind,
                n_tokens=draft.n_tokens,
            )
            for seq, draft in enumerate(drafts)
        ]
        rows.append((document, passages))
    flat = [passage for _, passages in rows for passage in passages]
    texts = [passage_input(document.title, passage) for document, passages in rows for passage in passages]
    facts = [{"document_id": passage.document_id, "generation": 1} for passage in flat]
    if flat:
        made.library.vector_index.add(made.collection.id, [each.id for each in flat], encoder.encode(texts), facts)
    with made.storage.write() as unit:
        for document, passages in rows:
            unit.documents.add(document)
            unit.passages.replace(document.id, [(passage, passage_terms(passage)) for passage in passages])
    made.n_passages += len(flat)


def parsed(title: str, text: str) -> ParsedDocument:
    """A document of the set: its title as a heading, and paragraphs."""
    whole = f"{title.strip()}\n\n{text}" if title.strip() else text
    blocks = []
    for found in re.finditer(r"\S(?:.|\n(?!\s*\n))*", whole):
        is_title = bool(title.strip()) and found.start() == 0
        end = found.start() + len(found[0].rstrip())
        kind = "heading" if is_title else "paragraph"
        blocks.append(Block(kind=kind, start=found.start(), end=end, level=1 if is_title else 0))
    return ParsedDocument(text=whole, blocks=tuple(blocks), title=title.strip())


def judge(made: Indexed, judged: JudgedFolder, **settings: object) -> Verdict:
    """Ask every judged question; a document stands where its best passage does."""
    chosen = SearchSettings.model_validate({"candidates": CANDIDATES, **settings})
    values: list[tuple[float, float, float, float]] = []
    seconds = []
    for key, question in judged.questions.items():
        started = time.perf_counter()
        ranked = _ranked(made, question[:LONGEST_QUESTION], chosen)
        seconds.append(time.perf_counter() - started)
        grades = judged.grades[key]
        values.append(
            (
                ndcg_at_k(ranked, grades, 10),
                recall_at_k(ranked, grades, 10),
                recall_at_k(ranked, grades, 100),
                reciprocal_rank(ranked, grades, 100),
            )
        )
    ndcg_10, recall_10, recall_100, mrr = (
        fmean(value for value in column if not math.isnan(value)) for column in zip(*values, strict=True)
    )
    return Verdict(
        ndcg_10=ndcg_10,
        recall_10=recall_10,
        recall_100=recall_100,
        mrr=mrr,
        median_s=percentile(seconds, 50),
        p95_s=percentile(seconds, 95),
    )


def _ranked(made: Indexed, question: str, settings: SearchSettings) -> list[str]:
    with made.storage.read() as unit:
        scope = resolve_scope(unit, Filters(collection_ids=(made.collection.id,)))
    candidates = find_candidates(made.storage, made.library, question, scope, settings, Clock())
    order = fuse(question, candidates, settings)
    documents = (made.document_of[candidates.passages[one.id].document_id] for one in order)
    return list(dict.fromkeys(documents))
