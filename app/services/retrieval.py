"""Questions to the index of documents: which passages come, and why."""

from app.services.computations import ComputationService
from core.errors import UserInputError
from core.records import Computation
from core.retrieval.spec import LONGEST_QUESTION, Filters, SearchParams, SearchResult, SearchSettings

KIND = "search"


class RetrievalService:
    """Searches in the collections. A worker does them: nothing here loads a model."""

    def __init__(self, *, computations: ComputationService) -> None:
        self._computations = computations

    def start(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        settings: SearchSettings | None = None,
        idempotency_key: str | None = None,
    ) -> Computation:
        """Begin a search; ``result`` has its answer once it is finished.

        Args:
            question: In any words.
            filters: Where to look; everywhere if left out.
            settings: The knobs; the usual ones if left out.
            idempotency_key: A second call with the same key returns the first one's computation.

        Raises:
            UserInputError: The question is empty or too long.
        """
        params = SearchParams(
            question=checked_question(question), filters=filters or Filters(), settings=settings or SearchSettings()
        )
        return self._computations.start(KIND, params, idempotency_key=idempotency_key)

    def search(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        settings: SearchSettings | None = None,
        timeout_s: float = 30.0,
    ) -> SearchResult:
        """The answer, waited for. Raises like ``start``, and Conflict: there is none in time, or it failed."""
        started = self.start(question, filters=filters, settings=settings)
        return self.result(self._computations.wait(started.id, timeout_s=timeout_s))

    def result(self, computation: Computation) -> SearchResult:
        """What a search has found. Raises Conflict while there is nothing."""
        found = self._computations.result(computation)
        assert isinstance(found, SearchResult), "the registry says so"
        return found


def checked_question(question: str) -> str:
    """``question`` without white space around it.

    Raises:
        UserInputError: It is empty or too long.
    """
    text = question.strip()
    if not text:
        raise UserInputError(
            "There is no question.", hint="Ask for something that the documents tell.", field="question"
        )
    if len(text) > LONGEST_QUESTION:
        raise UserInputError(
            f"The question has {len(text):,} characters; {LONGEST_QUESTION:,} are possible.",
            hint="Ask for one thing. A long text belongs into a collection.",
            field="question",
        )
    return text
