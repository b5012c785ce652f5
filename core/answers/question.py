"""What kind of answer a question wants, and whether there is a question at all."""

import re
from enum import StrEnum

from core.answers.words import STOP_WORDS, content_stems, words
from core.errors import UserInputError
from core.retrieval.spec import LONGEST_QUESTION


class QuestionKind(StrEnum):
    """What a good answer holds."""

    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    HOW_MANY = "how_many"
    DEFINITION = "definition"
    HOW_TO = "how_to"
    LIST = "list"
    WHY = "why"
    OTHER = "other"


_SIGNS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            QuestionKind.HOW_MANY,
            r"\bhow (?:many|much|large|big|long|often|old|far|fast|high|small|few|deep|wide)\b|\bwhat (?:number|size"
            r"|percentage|share|limit|"
            r"port|time-?out|fraction|maximum|minimum|default)\b|\bwie ?viele?\b|\bcombien\b|\bcu[aá]nt[oa]s?\b",
        ),
        (
            QuestionKind.LIST,
            r"^\s*(?:which|what) (?:\w+ )?(?:are|kinds|types|formats|options|models|settings|steps|ways|columns|files"
            r"|metrics|commands|"
            r"charts|tests|errors|routes|databases|functions|tasks)\b|\blist (?:all|the|of)\b|\bname (?:all|the)\b"
            r"|\ball (?:the )?\w+s\b",
        ),
        (QuestionKind.WHO, r"^\s*(?:and )?(?:who|whom|whose|wer|qui|qui[eé]n)\b"),
        (QuestionKind.WHEN, r"^\s*(?:and )?(?:when|since when|what (?:year|date|day|month)|wann|quand|cu[aá]ndo)\b"),
        (QuestionKind.WHERE, r"^\s*(?:and )?(?:where|in which (?:folder|file|place|page)|wo|o[uù]|d[oó]nde)\b"),
        (QuestionKind.WHY, r"^\s*(?:and )?(?:why|how come|what is the reason|warum|wieso|pourquoi|por qu[eé])\b"),
        (
            QuestionKind.HOW_TO,
            r"\bhow (?:do|can|could|should|would|to|does one|must|is it possible)\b|\b(?:steps?|command|way) (?:to"
            r"|for)\b|\bwhat do i (?:need|have) to\b|"
            r"\bwie (?:kann|mache?|installiere|starte)\b|\bcomment (?:puis|faire|on)\b|\bc[oó]mo\b",
        ),
        (
            QuestionKind.DEFINITION,
            r"^\s*(?:what(?:'s| is| are| does)|define|explain|describe|was (?:ist|sind)|qu'est|que es|qu[eé] es)\b"
            r"|\bmean\?*$|\bdefinition of\b",
        ),
    )
)


def kind_of(question: str) -> QuestionKind:
    """The kind of a question; ``OTHER`` when no sign of one is there."""
    return next((kind for kind, pattern in _SIGNS if pattern.search(question)), QuestionKind.OTHER)


def key_stems(question: str) -> list[str]:
    """What the question is about: its content words, or all its words where it has none of those."""
    return content_stems(question) or [word for word in words(question) if word not in STOP_WORDS] or words(question)


def checked_question(text: str) -> str:
    """``text`` as a question on one line.

    Raises:
        UserInputError: It is empty, holds no word, or is too long; the message says which.
    """
    if len(text) > LONGEST_QUESTION:
        raise UserInputError(
            f"The question has {len(text):,} characters; {LONGEST_QUESTION:,} are possible.",
            hint="Ask one thing at a time; a long text can be added as a document instead.",
            field="question",
        )
    question = " ".join(text.replace("\x00", " ").split())
    if not question:
        raise UserInputError("There is no question.", hint="Write what you would like to know.", field="question")
    if not any(sign.isalnum() for sign in question):
        raise UserInputError(
            "The question holds no word, only signs.", hint="Write what you would like to know.", field="question"
        )
    return question
