"""Conversations as Markdown, to be kept: every sentence with its source, nothing that a viewer would load."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.answers.spec import Answer, AnswerSentence, NumberedPassage, Support

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~$^])")
_ADDRESS = re.compile(r"(://|\bwww(?=\.)|@)", re.IGNORECASE)
LONGEST_QUOTE = 300

MARKS = {Support.SUPPORTED: "", Support.PARTLY: " *(partly supported)*", Support.UNSUPPORTED: " *(not supported)*"}


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A question and what was answered."""

    question: str
    asked_at: datetime
    answer: Answer | None
    problem: str = ""
    """Why there is no answer."""


def as_markdown(title: str, exchanges: Sequence[Exchange]) -> str:
    """A conversation, to be read by people: text of documents and models is escaped throughout."""
    parts = [f"# {escaped(title)}"]
    for exchange in exchanges:
        parts.append(f"## {escaped(exchange.question)}")
        parts.append(f"Asked {exchange.asked_at:%Y-%m-%d %H:%M} UTC.")
        if exchange.answer is None:
            parts.append(escaped(exchange.problem or "There is no answer."))
        else:
            parts += _answer(exchange.answer)
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """``text`` on one line, without anything that Markdown would obey or turn into a link."""
    return _SPECIAL.sub(r"\\\1", _ADDRESS.sub("\\1\u2060", " ".join(text.split())))


def place_of(passage: NumberedPassage) -> str:
    """Where a passage stands, in words: file, page, headings."""
    found = passage.hit.passage
    parts = [passage.hit.file_name]
    if found.page is not None:
        last = found.page_end
        parts.append(f"page {found.page}" if last in (None, found.page) else f"pages {found.page} to {last}")
    if found.heading:
        parts.append(" > ".join(found.heading))
    return ", ".join(parts)


def _answer(answer: Answer) -> list[str]:
    parts = []
    if answer.rewritten:
        parts.append(f"Understood as: {escaped(answer.rewritten)}")
    if answer.refused:
        parts.append("**Not in these documents.** The nearest passages:")
    else:
        parts += [_sentence(sentence) for sentence in answer.sentences]
        by = f"worded by {answer.model}" if answer.mode == "model" else "taken from the documents"
        parts.append(f"*The answer was {escaped(by)}; each sentence was checked against the passages.*")
    parts += [f"Note: {escaped(notice)}" for notice in answer.notices]
    cited = {citation.number for sentence in answer.sentences for citation in sentence.citations}
    shown = [one for one in answer.passages if answer.refused or one.number in cited]
    if shown:
        parts.append("Sources:")
        parts.append("\n".join(f"{one.number}. {escaped(place_of(one))}: “{escaped(_quote(one))}”" for one in shown))
    return parts


def _sentence(sentence: AnswerSentence) -> str:
    numbers = "".join(f" \\[{number}\\]" for number in dict.fromkeys(one.number for one in sentence.citations))
    if sentence.kind in ("code", "table"):
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", sentence.text)), default=0))
        return f"{fence}\n{sentence.text}\n{fence}\n{numbers}{MARKS[sentence.support]}"
    return f"{escaped(sentence.text)}{numbers}{MARKS[sentence.support]}"


def _quote(passage: NumberedPassage) -> str:
    text = " ".join(passage.hit.passage.text.split())
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
