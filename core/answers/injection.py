"""Instructions in documents: recognised, named, kept out of prompts and answers. Text of documents is data.

Three things hold, whatever a document says, and each is tried by tests on its own: what looks like an instruction to an
assistant never reaches a prompt and never becomes a sentence of an answer; what a model says is stripped of pictures,
links and tags before anybody sees it; and a sentence that no other stretch supports is marked.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.answers.injection_signs import LOOKALIKES, SIGNS
from core.answers.units import sentence_spans
from core.answers.words import content_stems, coverage

OMITTED = "[an instruction in the document was left out]"

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_HIDING = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0020-\U000e007f]|[\u200b-\u200f\u2060-\u2064]{4,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACED = re.compile(r"\b(?:[^\W\d_][ .\-_*]){5,}[^\W\d_]\b")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINE_OR_ALL = re.compile(r"[^\n]+")

TAKES_THE_LINE = frozenset(
    (
        "asks to set earlier instructions aside",
        "gives the assistant another role",
        "speaks to the assistant",
        "imitates the marks of a prompt",
        "gives instructions to an assistant in another language",
    )
)
"""Signs after which the rest of the line is not trusted either: it goes on with what is to be obeyed."""

REPEATS = 0.8
"""Share of a sentence's content words in one left-out stretch, from which it counts as its repetition."""


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """A stretch that speaks to an assistant."""

    start: int
    """In the text that was looked at."""
    end: int
    what: str
    """What it does, for a person: "asks to set earlier instructions aside"."""


def suspicions(text: str) -> tuple[Suspicion, ...]:
    """The stretches of ``text`` that look like instructions to an assistant, in its order, not overlapping."""
    found: list[Suspicion] = [
        Suspicion(start=match.start(), end=match.end(), what="hides an instruction in a comment")
        for match in _COMMENT.finditer(text)
        if _sign_of(match.group())
    ]
    for line in _LINE_OR_ALL.finditer(text):
        found += _in_stretch(text, line.start(), line.end())
    # An instruction may be broken over two lines, or over two sentences.
    found += _across_lines(text, found)
    found += [one for known in found if known.what in TAKES_THE_LINE for one in _rest_of_line(text, known)]
    return _merged(found)


def visible(text: str) -> str:
    """``text`` without characters that nobody sees: they hide words from people and not from models."""
    return _CONTROL.sub("", _INVISIBLE.sub("", text))


def without(text: str, stretches: Iterable[tuple[int, int]], *, instead: str = OMITTED) -> str:
    """``text`` with ``instead`` in place of ``stretches``, which ascend and do not overlap."""
    parts, at = [], 0
    for start, end in stretches:
        parts += [text[at:start], instead]
        at = end
    return "".join([*parts, text[at:]])


def for_prompt(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """A passage as a prompt may quote it: stretches left out, nothing invisible, no mark that could end its fence."""
    plain = visible(without(text, stretches))
    plain = re.sub(r"[<>]", lambda sign: "\u2039" if sign.group() == "<" else "\u203a", plain)
    return re.sub(r"\[(\d+)\]", r"(\1)", plain)  # a passage cites nothing: marks like [3] are the answer's own


def overlaps(start: int, end: int, stretches: Iterable[tuple[int, int]]) -> bool:
    """Whether a stretch shares a character with any of ``stretches``."""
    return any(start < other_end and other_start < end for other_start, other_end in stretches)


def repeats(sentence: str, left_out: Sequence[str]) -> bool:
    """Whether a sentence says, in nearly the same words, what one of the left-out stretches says, or a part of it."""
    stems = content_stems(sentence)
    if not stems:
        return False
    flat = " ".join(_one_spelling(sentence).split()).strip(" .!?\"'")
    for other in left_out:
        if len(flat) >= 4 and flat in " ".join(_one_spelling(other).split()):
            return True
        if len(stems) >= 2 and coverage(stems, content_stems(other)) >= REPEATS:
            return True
    return False


def harmless(text: str) -> str:
    """What a model said, as text alone: no pictures, no targets of links, no tags, nothing invisible."""
    plain = visible(_COMMENT.sub("", text))
    plain = re.sub(r"!\[([^\]\n]*)\]\([^)\n]*\)?", "", plain)
    plain = re.sub(r"!\[([^\]\n]*)\]\[[^\]\n]*\]", "", plain)
    plain = re.sub(r"\[([^\]\n]+)\]\(\s*[^)\n]*\)?", r"\1", plain)
    plain = re.sub(r"^\s*\[[^\]\n]+\]:\s*\S+.*$", "", plain, flags=re.MULTILINE)
    plain = re.sub(r"</?[A-Za-z!][^<>\n]{0,1000}>?", "", plain)
    plain = re.sub(r"(?:<\|[^|\n]*\|>)", "", plain)
    plain = re.sub(r"\b(?:https?|ftp|file|data|javascript|vbscript|mailto):\S+", "(address left out)", plain)
    return re.sub(r"[ \t]+\n", "\n", plain)


def _in_stretch(text: str, start: int, end: int) -> list[Suspicion]:
    spans = sentence_spans(text, start, end)
    return [Suspicion(start=a, end=b, what=what) for a, b in spans if (what := _sign_of(text[a:b]))]


def _rest_of_line(text: str, known: Suspicion) -> list[Suspicion]:
    """What follows on the line; on the next line, when the sign was all of its own, like a heading."""
    end = text.find("\n", known.end)
    end = len(text) if end < 0 else end
    if not text[known.end : end].strip() and known.what == "imitates the marks of a prompt":
        after = text.find("\n", end + 1)
        end = len(text) if after < 0 else after
    return [Suspicion(start=known.start, end=end, what=known.what)] if end > known.end else []


def _across_lines(text: str, known: list[Suspicion]) -> list[Suspicion]:
    """Signs that only show when neighbouring sentences or lines are read as one."""
    spans = [span for line in _LINE_OR_ALL.finditer(text) for span in sentence_spans(text, line.start(), line.end())]
    taken = [(one.start, one.end) for one in known]
    found = []
    for (a, b), (c, d) in pairwise(spans):
        if overlaps(a, b, taken) or overlaps(c, d, taken):
            continue
        if re.search(r"[.!?]\s*$", text[a:b]) or d - a > 600:
            continue
        if what := _sign_of(f"{text[a:b]} {text[c:d]}"):
            found.append(Suspicion(start=a, end=d, what=what))
    return found


def _sign_of(stretch: str) -> str:
    if _HIDING.search(stretch) and content_stems(visible(stretch)):
        hidden = "".join(chr(ord(sign) - 0xE0000) for sign in stretch if 0xE0020 <= ord(sign) <= 0xE007E)
        if hidden.strip():
            return "hides text in invisible characters"
    plain = _one_spelling(stretch)
    return next((name for name, pattern in SIGNS if pattern.search(plain)), "")


def _one_spelling(text: str) -> str:
    """``text`` as the signs want it: tricks of spelling undone."""
    plain = unicodedata.normalize("NFKC", visible(text)).replace("’", "'")
    plain = re.sub(r"\S+", lambda word: _latin(word.group()), plain)
    plain = _SPACED.sub(lambda run: re.sub(r"[ .\-_*]", "", run.group()), plain)
    return plain.casefold()


def _latin(word: str) -> str:
    has_latin = any("a" <= sign.lower() <= "z" for sign in word)
    return word.translate(LOOKALIKES) if has_latin and not word.isascii() else word


def _merged(found: list[Suspicion]) -> tuple[Suspicion, ...]:
    merged: list[Suspicion] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if merged and one.start < merged[-1].end:
            if one.end > merged[-1].end:
                merged[-1] = Suspicion(start=merged[-1].start, end=one.end, what=merged[-1].what)
            continue
        merged.append(one)
    return tuple(merged)
