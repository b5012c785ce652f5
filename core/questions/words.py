"""A question as words and numbers, and which words mean the same."""

import difflib
import math
import re
from dataclasses import dataclass
from functools import lru_cache

from core.questions.vocabulary import REWRITES, SYNONYMS

_TOKEN = re.compile(
    r"\d{4}-\d{2}-\d{2}"
    r"|\d[\d,]*(?:\.\d+)?(?:k|m|bn|th|st|nd|rd)?\b%?"
    r"|\"[^\"]+\"|[<>]=?|=|[^\W_]+(?:['’]\w+)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)(k|m|bn)?%?\Z", re.IGNORECASE)
_FACTORS = {"k": 1e3, "m": 1e6, "bn": 1e9}
_ORDINAL = re.compile(r"(\d+)(st|nd|rd|th)\Z")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_a-zA-Z]+")
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
}
_ORDINAL_WORDS = {word: number for number, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1)}


@dataclass(frozen=True, kw_only=True)
class Token:
    """One word, number, date or sign of a question."""

    text: str
    """In lower case."""
    stem: str
    number: float | None = None
    ordinal: int | None = None
    is_quoted: bool = False

    @property
    def is_date(self) -> bool:
        """Whether it is a date such as 2024-06-01."""
        return len(self.text) == 10 and self.text[4] == "-"


def tokenize(question: str) -> list[Token]:
    """The words of a question, common phrases in one spelling."""
    text = question.replace("’", "'")
    for pattern, replacement in REWRITES:
        text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
    return [_token(match[0]) for match in _TOKEN.finditer(text)]


def split_name(name: str) -> list[str]:
    """The words in a column's name, as they are.

    Example:
        >>> split_name("unitsSold"), split_name("tenure_months")
        (['units', 'sold'], ['tenure', 'months'])
    """
    return [word.lower() for part in re.findall(r"[^\W_]+", name) for word in _CAMEL.findall(part)]


def name_words(name: str) -> list[str]:
    """The words in a column's name, in the singular.

    Example:
        >>> name_words("unitsSold"), name_words("is_online"), name_words("HTTPStatus code2")
        (['unit', 'sold'], ['is', 'online'], ['http', 'status', 'code', '2'])
    """
    return [stem(word) for word in split_name(name)]


def stem(word: str) -> str:
    """``word`` in the singular, roughly.

    Example:
        >>> [stem(word) for word in ("passengers", "categories", "classes", "boxes", "status", "gas", "sales")]
        ['passenger', 'category', 'class', 'box', 'status', 'gas', 'sale']
    """
    if len(word) <= 3 or word.endswith(("ss", "us", "is")) or word in ("species", "series", "news"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


@lru_cache(maxsize=50_000)
def likeness(word: str, other: str) -> float:
    """How surely two stems mean the same: 1 when they are equal, 0 when nothing speaks for it."""
    if word == other:
        return 1.0
    if other in SYNONYMS.get(word, ()) or word in SYNONYMS.get(other, ()):
        return 0.92
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) >= 4 and longer.endswith(shorter) and len(longer) - len(shorter) <= 2:
        return 0.88  # pclass, class
    common = len(_common_start(word, other))
    if common >= 5 and common >= 0.6 * len(longer):
        return 0.86  # survive, survivor; embarked, embarkation
    if min(len(word), len(other)) >= 5 and difflib.SequenceMatcher(None, word, other).ratio() >= 0.84:
        return 0.8  # a slip of the finger
    return 0.0


def _common_start(word: str, other: str) -> str:
    length = 0
    for left, right in zip(word, other, strict=False):
        if left != right:
            break
        length += 1
    return word[:length]


def _token(text: str) -> Token:
    if text.startswith('"'):
        inner = text.strip('"').strip()
        return Token(text=inner.lower(), stem=stem(inner.lower()), is_quoted=True)
    lowered = text.lower()
    if match := _ORDINAL.match(lowered):
        return Token(text=lowered, stem=lowered, ordinal=int(match[1]))
    if match := _NUMBER.match(lowered):
        number = float(match[1].replace(",", "")) * _FACTORS.get(match[2] or "", 1.0)
        # What is beyond every number that a computer holds is a word like any other.
        return Token(text=lowered, stem=lowered, number=number if math.isfinite(number) else None)
    word = lowered.removesuffix("'s")
    number_word = _NUMBER_WORDS.get(word)
    return Token(
        text=word,
        stem=stem(word),
        number=None if number_word is None else float(number_word),
        ordinal=_ORDINAL_WORDS.get(word),
    )
