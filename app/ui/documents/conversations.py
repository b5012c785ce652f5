"""The conversations with the documents: go back to one, rename it, take it away."""

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.guard import guard, show_error
from app.ui.text import plain
from core.errors import NotFound, WorkbenchError
from core.knowledge import Conversation

CONVERSATION = "conversation"
"""In the address."""
MOST_SHOWN = 30


def of_address() -> Conversation | None:
    """The conversation that the address names; None for a new one."""
    wanted = st.query_params.get(CONVERSATION)
    if not wanted:
        return None
    try:
        return services().conversations.get(wanted)
    except NotFound:
        st.warning("The address names a conversation that was deleted.", icon=":material/link_off:")
        go_to(None, rerun=False)
        return None


def go_to(conversation_id: str | None, *, rerun: bool = True) -> None:
    """Open a conversation; None begins a new one."""
    if conversation_id is None:
        st.query_params.pop(CONVERSATION, None)
    else:
        st.query_params[CONVERSATION] = conversation_id
    st.session_state.pop("ask-opened", None)
    if rerun:
        st.rerun()


def bar(conversation: Conversation | None) -> None:
    """Title of the conversation, earlier ones, a new one, and what can be done with it."""
    row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="ask-bar")
    title = conversation.title if conversation is not None and conversation.title else "New conversation"
    row.markdown(f"**{plain(title)}**", width="stretch")
    buttons = row.container(horizontal=True, horizontal_alignment="right", width="content", gap="small")
    if conversation is not None and buttons.button("New", icon=":material/add_comment:", key="ask-new"):
        go_to(None)
    with buttons.popover("Earlier", icon=":material/history:", key="ask-history"):
        _earlier(conversation)
    if conversation is not None:
        with buttons.popover("", icon=":material/more_vert:", help="Rename, export, archive, delete", key="ask-more"):
            _actions(conversation)


def _earlier(conversation: Conversation | None) -> None:
    is_archive = st.toggle("Archived ones", key="ask-archived")
    with guard():
        found, _ = services().conversations.list_newest(archived=is_archive, limit=MOST_SHOWN)
    if not found:
        st.caption("Nothing in the archive." if is_archive else "No conversation yet. It begins with a question.")
    for one in found:
        is_here = conversation is not None and one.id == conversation.id
        label = f"{plain(one.title or 'Untitled')} · :gray[{numbers.relative_time(one.updated_at)}]"
        if st.button(label, key=f"ask-open-{one.id}", type="tertiary", disabled=is_here):
            go_to(one.id)


def _actions(conversation: Conversation) -> None:
    with st.form(f"ask-rename-{conversation.id}", border=False):
        title = st.text_input("Title", value=conversation.title, max_chars=200, key=f"ask-title-{conversation.id}")
        if st.form_submit_button("Rename", icon=":material/edit:"):
            try:
                services().conversations.rename(conversation.id, title)
            except WorkbenchError as error:
                show_error(error)
            else:
                st.rerun()
    with guard():
        text = services().conversations.markdown(conversation.id)
    st.download_button(
        "Export as Markdown",
        text,
        file_name=f"conversation-{conversation.id[:8]}.md",
        mime="text/markdown",
        icon=":material/download:",
        key="ask-export",
    )
    away, word = (False, "Bring back") if conversation.is_archived else (True, "Archive")
    if st.button(word, icon=":material/archive:", key="ask-archive"):
        with guard():
            services().conversations.archive(conversation.id, archived=away)
        go_to(None if away else conversation.id)
    if st.button(
        "Delete", icon=":material/delete:", key="ask-delete", help="With its questions and answers, for good."
    ):
        with guard():
            services().conversations.delete(conversation.id)
        go_to(None)
