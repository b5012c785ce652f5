"""The collections as computations read them: both searches, one order, what is shown of it."""

import logging
from collections.abc import Collection as AnyOf
from collections.abc import Sequence
from functools import cached_property

import numpy as np

# What a search needs late: loaded here, before the worker forks, so that no job loads it anew.
import orjson  # noqa: F401
import snowballstemmer  # noqa: F401
import urllib3  # noqa: F401

from core.documents.chunking import passage_input
from core.errors import NotFound, Unavailable
from core.knowledge import Collection, Document, DocumentStatus, Passage, QuestionSet
from core.retrieval.spec import Encoder, SearchParams, SearchResult, VectorIndex, Vectors
from workers.context import WorkerContext
from workers.encoding import encoder_of, vectors_of
from workers.searching.search import search

logger = logging.getLogger(__name__)


class WorkerLibrary:
    """The ``Library`` port on the adapters of a worker. Nothing is loaded or connected before it is needed."""

    def __init__(self, context: WorkerContext) -> None:
        self._context = context

    @cached_property
    def encoder(self) -> Encoder:
        """See ``Library.encoder``."""
        return encoder_of(self._context.settings)

    @cached_property
    def vector_index(self) -> VectorIndex:
        """Where vectors are kept."""
        return vectors_of(self._context.settings)

    def search(self, params: SearchParams) -> SearchResult:
        """See ``Library.search``."""
        model = self._context.settings.reranker_model
        return search(self._context.storage, self, params, reranker_model=model)

    def collections(self) -> tuple[Collection, ...]:
        """See ``Library.collections``."""
        with self._context.storage.read() as unit:
            return unit.collections.list_all()

    def documents(self, collection_id: str) -> tuple[Document, ...]:
        """See ``Library.documents``."""
        with self._context.storage.read() as unit:
            unit.collections.get(collection_id)
            listed = unit.documents.list_for_collection(collection_id)
        return tuple(document for document in listed if document.status is DocumentStatus.READY)

    def question_set(self, question_set_id: str) -> QuestionSet:
        """See ``Library.question_set``."""
        with self._context.storage.read() as unit:
            return unit.question_sets.get(question_set_id)

    def passages(self, passage_ids: AnyOf[str]) -> dict[str, Passage]:
        """See ``Library.passages``."""
        with self._context.storage.read() as unit:
            return unit.passages.list_by_ids(passage_ids)

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        """See ``Library.passages_of``."""
        with self._context.storage.read() as unit:
            unit.documents.get(document_id)
            return unit.passages.list_for_document(document_id)

    def vectors(self, passage_ids: Sequence[str]) -> Vectors:
        """See ``Library.vectors``. Raises NotFound: a passage does not exist."""
        passages = self.passages(passage_ids)
        if missing := [each for each in passage_ids if each not in passages]:
            raise NotFound(f"There is no passage {missing[0]!r}.", hint="Its document was removed or indexed anew.")
        held = self.stored_vectors(passages.values())
        absent = [each for each in dict.fromkeys(passage_ids) if each not in held]
        if absent:
            held |= self.encoded_vectors([passages[each] for each in absent])
        if not passage_ids:
            return np.empty((0, self.encoder.dimension), dtype=np.float32)
        return np.stack([held[each] for each in passage_ids])

    def encoded_vectors(self, passages: Sequence[Passage]) -> dict[str, Vectors]:
        """Vectors of ``passages``, made as when they are indexed. Raises Unavailable."""
        with self._context.storage.read() as unit:
            documents = unit.documents.list_by_ids({passage.document_id for passage in passages})
        titles = {each: document.title for each, document in documents.items()}
        texts = [passage_input(titles.get(passage.document_id, ""), passage) for passage in passages]
        return {passage.id: row for passage, row in zip(passages, self.encoder.encode(texts), strict=True)}

    def stored_vectors(self, passages: AnyOf[Passage]) -> dict[str, Vectors]:
        """The vectors of ``passages`` that the vector store has, by id.

        None of a collection that another embedding model has made, and none when the store does not answer.
        """
        models = {collection.id: collection.embedding_model for collection in self.collections()}
        by_collection: dict[str, list[str]] = {}
        for passage in passages:
            if models.get(passage.collection_id) == self.encoder.name:
                by_collection.setdefault(passage.collection_id, []).append(passage.id)
        held: dict[str, Vectors] = {}
        try:
            for collection_id, ids in by_collection.items():
                held |= self.vector_index.get(collection_id, ids)
        except Unavailable as error:
            logger.warning("vectors: %s", error.message)
        return held
