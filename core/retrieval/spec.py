"""The words of retrieval: what is asked, what is found, and through which ports."""

from collections.abc import Collection as AnyOf
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import Field

from core.knowledge import Collection, Document, Passage, QuestionSet
from core.params import Params
from core.types import Value

Vectors = npt.NDArray[np.float32]
"""Unit rows, shape (n, dimension)."""

LONGEST_QUESTION = 8_000
"""Characters; longer ones are refused by name."""


class Filters(Params):
    """Where to look."""

    collection_ids: tuple[str, ...] = ()
    """Empty: every collection."""
    document_ids: tuple[str, ...] = ()
    """Empty: every document of them."""
    added_after: datetime | None = None
    added_before: datetime | None = None


class SearchSettings(Params):
    """The knobs of retrieval."""

    top_k: Annotated[
        int,
        Field(ge=1, le=50, title="Passages", description="How many passages come.", json_schema_extra={"front": True}),
    ] = 8
    use_dense: Annotated[bool, Field(title="By meaning", description="Search by the embedding of the question.")] = True
    use_lexical: Annotated[bool, Field(title="By words", description="Search by the words of the question.")] = True
    dense_weight: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            title="Meaning against words",
            description="Share of the meaning in the joint score; the rest is that of the words.",
            json_schema_extra={"front": True},
        ),
    ] = 0.5
    candidates: Annotated[
        int, Field(ge=10, le=500, title="Candidates", description="How many passages each search brings to the fusion.")
    ] = 60
    fusion: Annotated[
        Literal["scores", "ranks"],
        Field(
            title="Fusion",
            description="By scores: what each passage scores by meaning and by words, on one scale. By ranks: "
            "reciprocal rank fusion, which looks at places alone.",
        ),
    ] = "scores"
    rrf_k: Annotated[
        int,
        Field(
            ge=1,
            le=200,
            title="Rank damping",
            description="k of reciprocal rank fusion: a large one levels ranks. Only for fusion by ranks.",
        ),
    ] = 60
    diversity: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            title="Diversity",
            description="Maximal marginal relevance: 0 takes the best, 1 the most different ones.",
            json_schema_extra={"front": True},
        ),
    ] = 0.0
    rerank: Annotated[
        bool, Field(title="Cross-encoder", description="Judge the candidates again by the configured cross-encoder.")
    ] = False


class SearchParams(Params):
    """One question to the index."""

    question: Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)]
    filters: Filters = Filters()
    settings: SearchSettings = SearchSettings()


class Part(Value):
    """What one way of searching says of a passage."""

    rank: int
    """From 1."""
    score: float
    """Its own measure: cosine, BM25, cross-encoder logit."""
    contribution: float
    """To the joint score."""


class Hit(Value):
    """A passage that was found, and why."""

    passage: Passage
    file_name: str
    title: str = ""
    collection_name: str = ""
    score: float
    """The joint score that decided the order."""
    parts: dict[str, Part] = Field(default_factory=dict)
    """By way of searching: "dense", "lexical", "rerank"."""
    similarity: float
    """Cosine between question and passage, whichever way found it."""
    moved_by_diversity: int = 0
    """Places that it gained (positive) or lost for being different from, or like, those before."""
    matches: tuple[tuple[int, int], ...] = ()
    """Stretches of the passage's text that match words of the question."""


class SearchResult(Value):
    """What came, best first."""

    hits: tuple[Hit, ...]
    n_candidates: dict[str, int] = Field(default_factory=dict)
    """By way of searching."""
    notices: tuple[str, ...] = ()
    """Sentences for a person: a way of searching that was not there, documents still being indexed."""
    seconds: dict[str, float] = Field(default_factory=dict)
    """By part of the work: "encode", "dense", "lexical", "fuse", "rerank"."""


class Encoder(Protocol):
    """A model that turns texts into vectors whose cosine says how alike they are."""

    @property
    def name(self) -> str:
        """Name and revision: two encoders with one name make the same vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Longer texts are cut off."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text, in the order of ``texts``.

        Raises:
            Unavailable: An endpoint does not answer.
        """
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones left out."""
        ...


class Library(Protocol):
    """The collections as a computation may read them."""

    @property
    def encoder(self) -> Encoder:
        """The configured encoder, loaded when first asked for."""
        ...

    def search(self, params: SearchParams) -> SearchResult:
        """The best passages.

        Raises:
            NotFound: A collection or document that the filters name does not exist.
            UserInputError: A collection was made by another embedding model.
            Unavailable: Neither way of searching answers.
        """
        ...

    def collections(self) -> tuple[Collection, ...]:
        """Every collection."""
        ...

    def documents(self, collection_id: str) -> tuple[Document, ...]:
        """The ready documents of a collection."""
        ...

    def question_set(self, question_set_id: str) -> QuestionSet:
        """A set of judged questions. Raises NotFound."""
        ...

    def passages(self, passage_ids: AnyOf[str]) -> dict[str, Passage]:
        """The passages that exist among ``passage_ids``, by id."""
        ...

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        """The passages of a document, in its order."""
        ...

    def vectors(self, passage_ids: Sequence[str]) -> Vectors:
        """Their vectors, in that order: stored ones where they are, encoded anew otherwise."""
        ...


class VectorIndex(Protocol):
    """Where vectors are kept and found."""

    def add(self, collection_id: str, ids: Sequence[str], vectors: Vectors, metadata: Sequence[dict[str, Any]]) -> None:
        """Insert or replace; metadata holds ``document_id`` and ``generation``. Raises Unavailable."""
        ...

    def remove_document(
        self, collection_id: str, document_id: str, *, but_generation: int | None = None, up_to: int | None = None
    ) -> None:
        """Remove the vectors of a document: all, all but those of one generation, those up to a generation.

        Raises:
            Unavailable: The index does not answer.
        """
        ...

    def remove_collection(self, collection_id: str) -> None:
        """Remove a collection with all its vectors; none is fine. Raises Unavailable."""
        ...

    def search(
        self, collection_id: str, vector: Vectors, n: int, *, document_ids: Sequence[str] = ()
    ) -> list[tuple[str, float]]:
        """Ids and cosines of the nearest, nearest first; ``vector`` has shape (dimension,). Raises Unavailable."""
        ...

    def get(self, collection_id: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that exist among ``ids``, each of shape (dimension,). Raises Unavailable."""
        ...

    def count(self, collection_id: str) -> int:
        """How many vectors a collection has. Raises Unavailable."""
        ...
