"""What is judged, and what a judgement says."""

from typing import Annotated

from pydantic import Field

from core.knowledge import JudgedQuestion
from core.params import Params
from core.retrieval.spec import SearchSettings
from core.types import Value

MOST_QUESTIONS = 2_000
"""In one set."""
DEPTH = 10
"""Passages that are looked at for each question."""


class TrialParams(Params):
    """One evaluation of retrieval settings on a question set."""

    question_set_id: str
    settings: SearchSettings = SearchSettings()
    with_answers: Annotated[
        bool,
        Field(
            title="Answers too",
            description="Have every question answered from the passages, to see how much of the answers is supported "
            "and whether unanswerable questions are refused.",
        ),
    ] = True


class Estimate(Value):
    """A mean over questions with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    n: int
    """Questions that it is a mean of."""


class QuestionOutcome(Value):
    """How one question went."""

    question_id: str
    text: str
    is_answerable: bool
    """Whether the set names a passage that answers it."""
    rank: int | None = None
    """Place of the first passage that answers it, from 1; None when it is not among those looked at."""
    found: tuple[str, ...] = ()
    """What of ``JudgedQuestion.relevant`` was found."""
    missed: tuple[str, ...] = ()
    scores: dict[str, float] = Field(default_factory=dict)
    """Metrics of this question; empty when it has no answer."""
    best: str = ""
    """File and heading of the first passage."""
    is_refused: bool | None = None
    """Whether the answer was a refusal; None when answers were not asked for."""
    support_rate: float | None = None
    """Share of the answer's sentences that are supported; None for a refusal."""
    seconds: float
    """From the question to its passages, inside the worker."""


class TrialReport(Value):
    """What an evaluation found."""

    scores: dict[str, Estimate]
    """By metric: see ``core.lab.judging.METRICS``; those without a question to judge them are left out."""
    median_s: float
    p95_s: float
    """Latency from a question to its passages, inside the worker, without the way there and back."""
    n_questions: int
    n_unanswerable: int
    questions_sha256: str
    """Hash of the questions and their judgements: trials are comparable only where it is the same."""
    collection_name: str
    embedding_model: str
    outcomes: tuple[QuestionOutcome, ...]
    notices: tuple[str, ...] = ()


class DraftParams(Params):
    """Questions to be drafted from the passages of a collection."""

    collection_id: str
    n: Annotated[int, Field(ge=1, le=200, title="Questions", description="How many to draft.")] = 30
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 7


class Drafts(Value):
    """Drafted questions, to be read by a person before they judge anything."""

    questions: tuple[JudgedQuestion, ...]
    mode: str
    """"rules", or the name of the language model."""
    notices: tuple[str, ...] = ()
