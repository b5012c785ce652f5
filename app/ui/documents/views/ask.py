"""Ask: a conversation with the documents, each sentence of an answer beside its source."""

from typing import Any

import streamlit as st

from app.bootstrap import services, wiring
from app.services.conversations import Exchanged
from app.ui import numbers
from app.ui.documents import conversations
from app.ui.documents.answers import OPENED, open_source, opened, passage_of, said, show_answer
from app.ui.documents.spec import DocumentsView
from app.ui.documents.viewer import show_passage
from app.ui.guard import guard, show_error
from app.ui.panels import code_expander
from app.ui.text import plain
from core.answers.markdown import place_of
from core.answers.spec import Answer
from core.errors import WorkbenchError
from core.knowledge import Collection, Conversation

WATCHED_S = 1.5
"""How long one run of the panel follows an answer before it lets the page breathe."""
SOURCE_PX = 460
CHAT_PX = 410
_SOURCES_BESIDE = (
    "<style>.st-key-ask-chat :is([class*='-row'],[class*='-near-']).stHorizontalBlock{flex-wrap:nowrap}"
    ".st-key-ask-chat :is([class*='-row'],[class*='-near-']).stHorizontalBlock>div:first-child{min-width:0}</style>"
)


def show(collection: Collection | None) -> None:
    """The conversation of the address, or the beginning of a new one."""
    _leave_when_the_collection_changed(collection)
    conversation = conversations.of_address()
    conversations.bar(conversation)
    with guard():
        exchanges = services().conversations.exchanges(conversation.id) if conversation is not None else ()
    source = _source_of(exchanges)
    chat, side = st.columns([1, 1.15], gap="medium") if source is not None else (st.container(), None)
    st.html(_SOURCES_BESIDE)
    with chat:
        if exchanges:
            # The question box stays in view, and the newest answer is scrolled to.
            with st.container(height=CHAT_PX, border=False, autoscroll=True, key="ask-chat"):
                for exchanged in exchanges:
                    _show_exchange(exchanged)
        else:
            _show_beginning(collection)
        _show_settings()
        if _being_read(collection)[0]:
            _still_reading(collection)
        question = st.chat_input("Ask the documents", key="ask-question")
    if side is not None and source is not None:
        with side:
            _show_source(*source)
    if question:
        _ask(collection, conversation, question)
    if exchanges:
        code_expander(_code(exchanges[-1]))


def _leave_when_the_collection_changed(collection: Collection | None) -> None:
    """A conversation is about what was chosen when it began; another choice begins another one."""
    chosen = collection.id if collection is not None else ""
    before = st.session_state.get("ask-collection", chosen)
    st.session_state["ask-collection"] = chosen
    if before != chosen:
        conversations.go_to(None, rerun=False)


def _ask(collection: Collection | None, conversation: Conversation | None, question: str) -> None:
    ids = (collection.id,) if collection is not None else ()
    service = services().conversations
    try:
        if conversation is None:
            service.require_documents(ids)
            service.checked(question)
            conversation = service.start(ids)
        service.ask(conversation.id, question, options=_options())
    except WorkbenchError as error:
        show_error(error)
        return
    conversations.go_to(conversation.id)


def _show_exchange(exchanged: Exchanged) -> None:
    message = exchanged.message
    with st.chat_message("user", avatar=":material/person:"):
        st.markdown(plain(message.question))
    with st.chat_message("assistant", avatar=":material/menu_book:"):
        if not exchanged.computation.status.is_terminal:
            _watch(message.id)
            return
        show_answer(exchanged, key=f"ask-{message.id}")
        if exchanged.answer is not None:
            _rate(exchanged)


@st.fragment(run_every="0.2s")
def _watch(message_id: str) -> None:
    """An answer while it is written: refreshing the page or opening it twice changes nothing."""
    service = services().conversations
    stop = st.container(horizontal=True, horizontal_alignment="right")
    if stop.button("Stop", icon=":material/stop_circle:", key=f"ask-stop-{message_id}"):
        with guard():
            service.cancel(message_id)
    place = st.empty()
    with guard():
        for now in service.stream(message_id, patience_s=WATCHED_S):
            stage = "Stopping" if now.computation.is_cancel_requested else now.computation.stage
            line = f":material/more_horiz: :gray[{plain(stage)}]"
            place.markdown(f"{said(now.text)}\n\n{line}" if now.text else line)
            if now.computation.status.is_terminal:
                st.rerun()


def _rate(exchanged: Exchanged) -> None:
    message = exchanged.message
    key = f"ask-rating-{message.id}"
    if key not in st.session_state and message.rating is not None:
        st.session_state[key] = 1 if message.rating > 0 else 0
    thumbs = st.feedback("thumbs", key=key)
    rating = None if thumbs is None else (1 if thumbs else -1)
    if rating != message.rating:
        with guard():
            services().conversations.rate(message.id, rating)


def _show_beginning(collection: Collection | None) -> None:
    """What can be asked, for whoever has asked nothing yet."""
    ids = (collection.id,) if collection is not None else ()
    try:
        services().conversations.require_documents(ids)
        ideas = services().conversations.suggestions(ids)
    except WorkbenchError as error:
        show_error(error)
        return
    st.caption("Ask in plain words. Each sentence of the answer names the passage it comes from.")
    if not ideas:
        return
    chosen = st.pills("Questions to begin with", ideas, key="ask-ideas", format_func=plain)
    if chosen:
        del st.session_state["ask-ideas"]
        _ask(collection, None, chosen)


def _being_read(collection: Collection | None) -> tuple[int, int]:
    """How many files are still being read, and how many there are."""
    with guard():
        found = services().collections.list_overviews()
    looked_in = [one for one in found if collection is None or one.collection.id == collection.id]
    return sum(one.n_waiting for one in looked_in), sum(one.n_documents for one in looked_in)


@st.fragment(run_every="3s")
def _still_reading(collection: Collection | None) -> None:
    """That answers know only a part of the files yet; the page is drawn anew when they know all."""
    n_waiting, n_all = _being_read(collection)
    if not n_waiting:
        st.rerun()
    st.caption(
        f":orange[:material/hourglass_top:] {numbers.count(n_waiting)} of {numbers.count(n_all, 'file')} "
        f"{'is' if n_waiting == 1 else 'are'} still being read: an answer may be missing until then."
    )


def _show_settings() -> None:
    """Who words the answers, and what is looked at."""
    model = services().conversations.model
    if not model:
        st.caption(
            ":material/format_quote: Answers are sentences of the documents: no language model is configured.",
            help="Set PRAXIS_LLM_MODEL, OPENAI_BASE_URL and OPENAI_API_KEY to have a model word them.",
        )
        return
    st.toggle(f"Have {plain(model)} word the answers", value=True, key="ask-use_model")


def _options() -> dict[str, Any]:
    return {"use_model": bool(st.session_state.get("ask-use_model", True))}


def _source_of(exchanges: tuple[Exchanged, ...]) -> tuple[Exchanged, Answer, int] | None:
    """The source that is open, if its answer is one of these."""
    found = opened()
    if found is None:
        return None
    message_id, number = found
    for exchanged in exchanges:
        answer = exchanged.answer
        if exchanged.message.id == message_id and answer is not None and passage_of(answer, number) is not None:
            return exchanged, answer, number
    st.session_state.pop(OPENED, None)
    return None


def _show_source(exchanged: Exchanged, answer: Answer, number: int) -> None:
    """A passage on its page, highlighted, with the way to the others."""
    head = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    numbers = [one.number for one in answer.passages]
    with head:
        chosen = st.selectbox(
            "Source",
            numbers,
            index=numbers.index(number),
            format_func=lambda each: _label(answer, each),
            key=f"ask-source-{exchanged.message.id}-{number}",
            label_visibility="collapsed",
        )
        if st.button("", icon=":material/close:", help="Close the source", key="ask-close", type="tertiary"):
            st.session_state.pop(OPENED, None)
            st.rerun()
    if chosen != number:
        open_source(exchanged.message.id, chosen)
        st.rerun()
    passage = passage_of(answer, number)
    assert passage is not None, "the caller has looked"
    if passage.suspicious:
        st.caption(":material/shield: This passage speaks to an assistant. Nothing of that was followed.")
    found = passage.hit.passage
    show_passage(found.document_id, found.id, key="ask-passage", height_px=SOURCE_PX)


def _label(answer: Answer, number: int) -> str:
    passage = passage_of(answer, number)
    return f"{number} · {place_of(passage)}" if passage is not None else str(number)


def _code(exchanged: Exchanged) -> str:
    """A script that asks the same."""
    params = exchanged.message.params
    question = exchanged.answer.rewritten if exchanged.answer is not None else ""
    request = {"question": question or exchanged.message.question, "use_model": bool(params.get("use_model", True))}
    ids = params.get("filters", {}).get("collection_ids")
    if ids:
        request["filters"] = {"collection_ids": ids}
    return f'''import requests

answer = requests.post("{wiring().settings.browser_url}/api/v1/ask", json={request!r}, timeout=120).json()["result"]
for sentence in answer["sentences"]:
    numbers = [one["number"] for one in sentence["citations"]]
    print(sentence["text"], numbers, sentence["support"])
for passage in answer["passages"]:
    print(passage["number"], passage["hit"]["file_name"], passage["hit"]["passage"]["page"])
'''


SPEC = DocumentsView(key="ask", label="Ask", icon=":material/forum:", order=10, show=show, spans_all=True)
