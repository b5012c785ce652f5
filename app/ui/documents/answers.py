"""Answers on a page: each sentence with its sources, or with a mark that nothing supports it."""

import re

import streamlit as st

from app.services.conversations import Exchanged
from app.ui import numbers
from app.ui.text import plain
from core.answers.markdown import place_of
from core.answers.spec import Answer, AnswerSentence, NumberedPassage, Support
from core.types import ComputationStatus

MARKS = {
    Support.PARTLY: ":orange-badge[:material/help: partly supported]",
    Support.UNSUPPORTED: ":red-badge[:material/error: not supported]",
}
LONGEST_QUOTE = 240
MOST_LINES = 3
"""Rows of a table that are told in lines; more of them are drawn as a table."""
OPENED = "ask-opened"
"""Key in the session of the source that is open: id of the message and number of the passage."""

_ITEM = re.compile(r"^(?:[-*•–‣]|(\d{1,3})[.)])\s+")


def show_answer(exchanged: Exchanged, *, key: str) -> None:
    """One answer: how the question was understood, the sentences, what is to be known of them."""
    answer = exchanged.answer
    if answer is None:
        _show_end(exchanged)
        return
    if answer.rewritten:
        st.caption(f":material/edit: Understood as: {plain(answer.rewritten)}")
    if answer.refused:
        _show_refusal(exchanged, answer, key=key)
    for at, sentence in enumerate(answer.sentences):
        _show_sentence(exchanged, answer, sentence, key=f"{key}-{at}")
    for notice in answer.notices:
        st.caption(f":material/info: {plain(notice)}")
    if not answer.refused:
        st.caption(_how_made(answer))


def opened() -> tuple[str, int] | None:
    """The source that a person has opened: id of the message and number of the passage."""
    found = st.session_state.get(OPENED)
    return (str(found[0]), int(found[1])) if found else None


def open_source(message_id: str, number: int) -> None:
    """Have a source shown beside the conversation."""
    st.session_state[OPENED] = [message_id, number]


def passage_of(answer: Answer, number: int) -> NumberedPassage | None:
    """The passage with this number, if the answer has it."""
    return next((one for one in answer.passages if one.number == number), None)


def said(text: str) -> str:
    """Text that is still being written, line by line, as Markdown that obeys nothing in it."""
    return "  \n".join(plain(line) for line in text.splitlines() if line.strip())


def _show_sentence(exchanged: Exchanged, answer: Answer, sentence: AnswerSentence, *, key: str) -> None:
    row = st.container(horizontal=True, vertical_alignment="top", gap="small", key=f"{key}-row")
    if sentence.kind == "code":
        row.code(sentence.text, language=None, wrap_lines=True)
    elif sentence.kind == "table":
        with row:
            _table(sentence.text)
    else:
        mark = f" {MARKS[sentence.support]}" if sentence.support in MARKS else ""
        row.markdown(
            f"{_line(sentence)}{mark}", help=plain(sentence.reason) if sentence.reason else None, width="stretch"
        )
    for number in dict.fromkeys(one.number for one in sentence.citations):
        _chip(exchanged, answer, number, place=row, key=f"{key}-source-{number}")


def _line(sentence: AnswerSentence) -> str:
    """A sentence; an item of a list keeps its number or gets a dot."""
    match = _ITEM.match(sentence.text) if sentence.kind == "item" else None
    if match is None:
        return plain(_unmarked(sentence.text))
    sign = f"{match.group(1)}\\." if match.group(1) else "•"
    return f"{sign} {plain(_unmarked(sentence.text[match.end() :]))}"


def _unmarked(text: str) -> str:
    """Without the commonest marks of Markdown, which documents in Markdown bring: nothing here is rendered."""
    plain_links = re.sub(r"!?\[([^\]\n]*)\]\([^)\n]*\)", r"\1", text)
    return re.sub(
        r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1",
        r"\2",
        re.sub(r"(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])", r"\1", plain_links),
    )


def _chip(
    exchanged: Exchanged, answer: Answer, number: int, *, place: "st.delta_generator.DeltaGenerator", key: str
) -> None:
    passage = passage_of(answer, number)
    if passage is None:
        return
    is_open = opened() == (exchanged.message.id, number)
    if place.button(
        f":small[**{number}**]" if is_open else f":small[{number}]",
        key=key,
        type="tertiary",
        help=f"Show the passage: {plain(place_of(passage))}",
        icon=":material/radio_button_checked:" if is_open else ":material/article:",
    ):
        open_source(exchanged.message.id, number)
        st.rerun()


def _show_refusal(exchanged: Exchanged, answer: Answer, *, key: str) -> None:
    st.markdown(":material/search_off: **Not in these documents.** No passage answers this question.")
    if not answer.passages:
        return
    st.caption("The nearest passages:")
    for passage in answer.passages:
        row = st.container(horizontal=True, vertical_alignment="top", gap="small", key=f"{key}-near-{passage.number}")
        row.markdown(f":gray[{plain(place_of(passage))}]  \n{plain(_quote(passage))}", width="stretch")
        _chip(exchanged, answer, passage.number, place=row, key=f"{key}-nearest-{passage.number}")


def _quote(passage: NumberedPassage) -> str:
    text = _unmarked(" ".join(passage.hit.passage.text.split()))
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rsplit(' ', 1)[0]} …"


def _table(text: str) -> None:
    """A few rows as lines that wrap, more of them as a table."""
    rows = [[_unmarked(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in text.splitlines()]
    head, *body = rows
    if not body:
        st.markdown(plain(" · ".join(cell for cell in head if cell)), width="stretch")
        return
    names = [cell or f"Column {at}" for at, cell in enumerate(head, start=1)]
    names = [name if name not in names[:at] else f"{name} {at + 1}" for at, name in enumerate(names)]
    width = len(names)
    shown = [dict(zip(names, [*row, *[""] * width][:width], strict=True)) for row in body]
    if len(shown) > MOST_LINES:
        st.dataframe(shown, hide_index=True, width="stretch", alt="Rows of a table in the document")
        return
    lines = ["  ·  ".join(f":gray[{plain(name)}] {plain(cell)}" for name, cell in row.items() if cell) for row in shown]
    st.markdown("  \n".join(lines), width="stretch")


def _how_made(answer: Answer) -> str:
    by = f"Worded by {plain(answer.model)}" if answer.mode == "model" else "Sentences of the documents, word for word"
    n_held = sum(one.support is Support.SUPPORTED for one in answer.sentences)
    checked = f"{n_held} of {numbers.count(len(answer.sentences), 'part')} supported"
    return f":material/fact_check: {by} · {checked} · {numbers.duration(sum(answer.seconds.values()))}"


def _show_end(exchanged: Exchanged) -> None:
    if exchanged.computation.status is ComputationStatus.CANCELLED:
        st.caption(":material/stop_circle: It was stopped.")
    else:
        st.error(plain(exchanged.problem or "There is no answer."), icon=":material/error:")
