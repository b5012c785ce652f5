"""Questions that documents can answer, made of their headings."""

import re
from collections.abc import Sequence

from core.answers.words import STOP_WORDS, words

_ASKS = re.compile(r"^(?:how|what|why|when|where|which|who|whom|whose)\b", re.IGNORECASE)
_NUMBERING = re.compile(r"^[\dIVXivx]+(?:\.\d+)*[.):]?\s+")
_EVERYWHERE = re.compile(
    r"abstract|summary|introduction|overview|(?:table of )?contents|conclusions?|references|appendix|notes|results"
    r"|discussion|background|untitled|(?:page|slide|sheet) ?\d*",
    re.IGNORECASE,
)
"""Headings that stand in every report."""
SHORTEST, LONGEST = 4, 70


def questions_from(headings: Sequence[tuple[str, tuple[str, ...]]], *, limit: int = 4) -> tuple[str, ...]:
    """At most ``limit`` questions, from as many documents as possible.

    Args:
        headings: Of passages: the title of their document, and the headings they stand under, the outermost first.
        limit: How many.

    Example:
        >>> questions_from([("Runs", ("Runs", "How a run is paused")), ("Runs", ("Runs", "Scores"))])
        ('How is a run paused?', 'What is said about scores (runs)?')
    """
    by_document: dict[str, list[str]] = {}
    for title, path in headings:
        # "What is said about <the title>?" would ask for the whole document.
        is_title = len(path) == 1 and " ".join(path[0].split()) == " ".join(title.split())
        question = "" if is_title and not _ASKS.match(title) else _question(title, path)
        if question and question not in by_document.setdefault(title, []):
            by_document[title].append(question)
    # Questions that the author has asked read best; one of each document before the second of any.
    for found in by_document.values():
        found.sort(key=lambda text: text.startswith("What is said"))
    rows = max((len(found) for found in by_document.values()), default=0)
    spread = [found[at] for at in range(rows) for found in _spread(list(by_document.values())) if at < len(found)]
    return tuple(dict.fromkeys(spread))[:limit]


def _spread(found: list[list[str]]) -> list[list[str]]:
    """Documents that ask something themselves first; otherwise in their order."""
    return sorted(found, key=lambda questions: not questions or questions[0].startswith("What is said"))


def _question(title: str, path: tuple[str, ...]) -> str:
    heading = _NUMBERING.sub("", " ".join((path[-1] if path else "").split())).strip(" :.?#*`_")
    if not SHORTEST <= len(heading) <= LONGEST or not any(word not in STOP_WORDS for word in words(heading)):
        return ""
    if _ASKS.match(heading):
        turned = _turned(heading)
        return f"{turned}?" if turned != heading or path[-1].rstrip().endswith("?") else ""
    if _tells_nothing(heading):
        return ""
    name = " ".join(title.split()).strip(" #*`_")
    where = "" if len(path) < 2 or not name or name == heading or len(name) > 40 else f" ({_small(name)})"
    return f"What is said about {_small(heading)}{where}?"


def _turned(heading: str) -> str:
    """A heading like "How a run is paused" in the order of a question."""
    match = re.match(
        r"^(how|why|when|where) ((?:an?|the|each|every|our|your)\s+\w+(?:\s+\w+)?) (is|are|was|were) (.+)$",
        heading,
        re.IGNORECASE,
    )
    return f"{match[1]} {match[3]} {match[2]} {match[4]}" if match else heading


def _tells_nothing(heading: str) -> bool:
    """Whether a heading is a number, a code or a word that stands in every report."""
    n_letters = sum(character.isalpha() for character in heading)
    return n_letters < 0.7 * len(heading.replace(" ", "")) or _EVERYWHERE.fullmatch(heading) is not None


def _small(text: str) -> str:
    parts = text.split(" ")
    if len(parts) > 1 and all(part[:1].isupper() and part[1:] == part[1:].lower() for part in parts):
        return text.lower()  # Every Word of It Is Capital: that is the style of headings, not of names.
    first = parts[0]
    return text if first[1:] != first[1:].lower() else text[:1].lower() + text[1:]
