"""What is asked of the documents, and what an answer holds."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.retrieval.spec import LONGEST_QUESTION, Filters, Hit, SearchSettings
from core.types import Value

MOST_TURNS = 6
"""Earlier turns that a question may bring along."""
LONGEST_TURN = 4_000
"""Characters of an earlier answer that are looked at."""


class Support(StrEnum):
    """What our own check of a sentence against the passages came to."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"


SentenceKind = Literal["sentence", "item", "code", "table"]
Mode = Literal["extractive", "model"]


class Citation(Value):
    """Where a sentence of the answer comes from."""

    number: int
    """Of the passage in ``Answer.passages``, from 1."""
    start: int
    """Of the stretch in the passage's text, in characters."""
    end: int


class AnswerSentence(Value):
    """One sentence, list item, code block or table of an answer, and what holds it."""

    text: str
    """Untrusted: words of a document or of a language model. To be shown, never rendered."""
    kind: SentenceKind = "sentence"
    citations: tuple[Citation, ...] = ()
    """The best first; none for a sentence that nothing supports."""
    support: Support
    score: float
    """0 to 1: how well the best stretch holds it."""
    reason: str = ""
    """Why it is not wholly supported, for a person: a number that no passage has, a name, a negation."""


class NumberedPassage(Value):
    """A passage as the answer cites it."""

    number: int
    """From 1."""
    hit: Hit
    suspicious: tuple[tuple[int, int], ...] = ()
    """Stretches of its text that give instructions to an assistant; they were not used."""


class Turn(Params):
    """An earlier question of the conversation and what was answered."""

    question: Annotated[str, Field(max_length=LONGEST_QUESTION)]
    """As it was understood: rewritten, if it was."""
    answer: Annotated[str, Field(max_length=LONGEST_TURN)] = ""


class AnswerParams(Params):
    """A question to the documents."""

    question: Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION, title="Question")]
    history: Annotated[
        tuple[Turn, ...],
        Field(max_length=MOST_TURNS, title="History", description="Earlier turns, the oldest first."),
    ] = ()
    filters: Filters = Filters()
    settings: SearchSettings = SearchSettings()
    use_model: Annotated[
        bool,
        Field(title="Language model", description="Have the configured language model word the answer."),
    ] = True
    language: Annotated[
        str, Field(max_length=40, title="Language", description="Of a model's answer. Empty: that of the question.")
    ] = ""


class Answer(Value):
    """What the documents say to a question, sentence by sentence, or that they say nothing."""

    question: str
    rewritten: str = ""
    """The question as it was searched for, when a follow-up was completed from the conversation."""
    rewritten_by: str = ""
    """"rules", or the name of the language model."""
    sentences: tuple[AnswerSentence, ...] = ()
    passages: tuple[NumberedPassage, ...] = ()
    """Those that were found, best first; on a refusal, the nearest ones."""
    mode: Mode = "extractive"
    model: str = ""
    """Name of the language model that worded it."""
    refused: bool = False
    """Whether the documents do not answer the question."""
    relevance: float = 0.0
    """0 to 1: how surely the passages speak of what was asked; below the threshold the answer is a refusal."""
    notices: tuple[str, ...] = ()
    """Sentences for a person: what was left out, what was not there."""
    seconds: dict[str, float] = Field(default_factory=dict)
    """By part of the work: "rewrite", "search", "write", "check"."""

    @property
    def text(self) -> str:
        """The words alone, a sentence or block a line."""
        return "\n".join(sentence.text for sentence in self.sentences)

    @property
    def support_rate(self) -> float:
        """Share of the sentences that are wholly supported; 0 without sentences."""
        if not self.sentences:
            return 0.0
        return sum(one.support is Support.SUPPORTED for one in self.sentences) / len(self.sentences)
