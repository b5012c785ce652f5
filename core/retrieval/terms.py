"""Text into the terms of the lexical index: the same for passages and questions, and the same for both databases.

A term is made of ASCII letters and digits only, whatever the script of its word, so that the tokenizers of SQLite and
PostgreSQL, which differ in all else, leave it alone.

- Case, compatibility forms and the accents of Latin, Greek, Cyrillic, Hebrew and Arabic are folded.
- English words are reduced to their stem (Porter's second algorithm). Other languages keep their words: guessing the
  language of a ten-word question goes wrong more often than a missing stem costs, and what the English rules do to,
  say, German words they do to passages and questions alike.
- A name such as ``max_depth``, ``maxDepth`` or ``max-depth`` is one term as a whole and one for each part. A stop
  between digits is kept: ``3.14`` is not ``314``.
- Scripts without spaces, and Korean, become overlapping pairs of characters.
- Stop words are left out of questions only, and only where other words remain.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from core.knowledge import Passage

LONGEST_WORD = 40
"""Characters; of longer words the beginning counts. A hash still differs from another one there."""
MOST_PARTS = 12
"""Parts of one name that become terms of their own: a long path does not fill the index."""

MOST_HUMPS = 4
"""Pieces of one part; what changes between letters and digits more often is a hash, not a name."""

_MARKS = "\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0670\u200c\u200d"
"""Accents, vowel points and what is written without being seen."""
_FOLDED_AWAY = re.compile(f"[{_MARKS}]")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003134f"
)
"""Thai, Lao, Burmese, Khmer, kana, Han, Hangul."""
_LETTER = rf"(?:[^\W_]|[{_MARKS}\u0900-\u0dff])"
"""A letter or a digit with its marks; in the scripts of India also the signs that are written with one."""
_RUN = re.compile(f"[{_UNSPACED}]+")
_NAME = re.compile(rf"(?:(?![{_UNSPACED}]){_LETTER})+(?:[-_./'’:](?:(?![{_UNSPACED}]){_LETTER})+)*(?:\+\+|#)?")
_TOKEN = re.compile(f"{_RUN.pattern}|{_NAME.pattern}")
_PART = re.compile(r"[^-_./'’:+#]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")
_DIGITS_APART = re.compile(r"(?<=\d)[-_./:](?=\d)")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_ACRONYMS = re.compile(r"\b([A-Z]{2,})s\b")
_APOSTROPHES = str.maketrans("", "", "'’")
_NAME_SIGNS = re.compile(r"\d|[_.:+#]|(?<=[a-z])[A-Z]")
_PLAIN = re.compile(r"[a-z0-9]+")

_STOP_WORDS = """
    a about above after again all also am an and any are as at be because been before being below between both but
    by can cant could couldnt did didnt do does doesnt doing don dont down during each else ever every few for
    from further get give given go had has have having he her here hers him his how i if im in into is isnt it its
    itself ive just let like ll make many may me might more most much must my no nor not now of off on once one
    only or other our ours out over own please re same say shall she should show so some such tell than that the
    their theirs them then there these they this those through to too under until up us use used using ve very was
    we were what whatever whats when where whether which while who whom whose why will with within without would
    you your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""English words that say nothing of what a question is about."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text and what it is in the index."""

    start: int
    """In characters of the text as given."""
    end: int
    terms: tuple[str, ...]
    """The word as a whole first, then its parts."""
    is_stop_word: bool
    is_name: bool = False
    """Whether it looks like code, a part number, a version: digits, signs inside, capitals inside."""


def words_of(text: str) -> Iterator[Word]:
    """The words of ``text`` in order; pairs of characters of one run overlap."""
    # One character for another, so offsets stay true.
    text = _THOUSANDS.sub(lambda found: found[0].replace(",", "_"), text) if "," in text else text
    for found in _TOKEN.finditer(text):
        token = found[0]
        if _RUN.match(token):
            yield from _pairs(token, found.start())
        else:
            is_stop_word = token.casefold().translate(_APOSTROPHES) in STOP_WORDS
            is_name = _NAME_SIGNS.search(token) is not None
            yield Word(found.start(), found.end(), _terms_of_name(token), is_stop_word, is_name)


def text_terms(text: str) -> list[str]:
    """Every term of ``text``, in its order."""
    return [term for word in words_of(text) for term in word.terms]


def question_terms(question: str) -> list[str]:
    """The terms that a question is searched by; a word that is asked twice counts twice.

    Example:
        >>> question_terms("What does max_depth do in the trees?")
        ['maxdepth', 'max', 'depth', 'tree']
        >>> question_terms("To be or not to be")
        ['to', 'be', 'or', 'not', 'to', 'be']
    """
    words = list(words_of(question))
    telling = [word for word in words if not word.is_stop_word] or words
    return [term for word in telling for term in word.terms]


def passage_terms(passage: Passage) -> str:
    """What the lexical index reads of a passage: the headings it stands under and its text, as terms with spaces."""
    return " ".join(term for text in (*passage.heading, passage.text) for term in text_terms(text))


def _pairs(run: str, at: int) -> Iterator[Word]:
    if len(run) == 1:
        yield Word(at, at + 1, (_coded(_fold(run)),), is_stop_word=False)
    for first in range(len(run) - 1):
        yield Word(at + first, at + first + 2, (_coded(_fold(run[first : first + 2])),), is_stop_word=False)


@lru_cache(maxsize=65_536)
def _terms_of_name(token: str) -> tuple[str, ...]:
    token = _ACRONYMS.sub(r"\1", _POSSESSIVE.sub("", token))
    if token.endswith("++"):
        token = token[:-2] + "plusplus"
    if token.endswith("#"):
        token = token[:-1] + "sharp"
    if _is_grouped_number(token):
        return (_term(token.replace("_", "")),)
    whole = _term(_DIGITS_APART.sub("d", token))
    pieces = [piece for part in _PART.findall(token) for piece in _humps(part)]
    if len(pieces) < 2:
        return (whole,)
    parts = dict.fromkeys(_term(piece) for piece in pieces if len(piece) > 1 or piece.isdigit())
    return (whole, *list(parts)[:MOST_PARTS])


def _is_grouped_number(token: str) -> bool:
    return "_" in token and token.replace("_", "").isdigit()


def _humps(part: str) -> list[str]:
    """``maxDepth`` in two; a word of one case, or a capitalised one, in one."""
    if part.islower() and part.isalpha():
        return [part]
    pieces = [piece for piece in _HUMPS.split(part) if piece]
    if len(pieces) > MOST_HUMPS:
        return [part]
    return pieces


def _term(word: str) -> str:
    folded = "".join(_PART.findall(_fold(word)))[:LONGEST_WORD]
    if not _PLAIN.fullmatch(folded):
        return _coded(folded)
    if folded[0].isdigit():
        return f"n{folded}"
    return _stem(folded) if folded.isalpha() else folded


def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word).casefold()
    return unicodedata.normalize("NFC", _FOLDED_AWAY.sub("", apart))


def _coded(word: str) -> str:
    """A word of any script in ASCII: four digits of base 36 for each character, behind a "u"."""
    return "u" + "".join(_digits(ord(character)) for character in word)


@lru_cache(maxsize=16_384)
def _digits(number: int) -> str:
    symbols = "0123456789abcdefghijklmnopqrstuvwxyz"
    found = ""
    for _ in range(4):
        number, rest = divmod(number, 36)
        found = symbols[rest] + found
    return found


def _stem(word: str) -> str:
    return word if len(word) < 3 else str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
