"""One insight as a card: statement, picture, evidence, how sure, what to do, and what a person makes of it."""

import json

import streamlit as st

from app.bootstrap import services, wiring
from app.services.insight_code import code_for
from app.services.insight_export import StoredInsight, evidence_line
from app.ui.figures import themed
from app.ui.guard import guard
from app.ui.insights.going import action_button
from app.ui.insights.words import ABOUT, FAMILY, SURENESS
from app.ui.text import plain
from core.insights.spec import Finding
from core.knowledge import InsightStatus

PICTURE_HEIGHT = 220
MOST_ROWS = 300


def show_card(stored: StoredInsight, *, key: str, with_subject: bool = False) -> None:
    """The card.

    Args:
        stored: What it says.
        key: Unique within the page.
        with_subject: Whether to say what it is about: on pages that show cards of several subjects.
    """
    finding = stored.finding
    with st.container(border=True, key=f"{key}-card"):
        _head(stored, with_subject=with_subject)
        if finding.picture is None:
            _words(finding)
        else:
            left, right = st.columns([5, 4], gap="medium")
            with left:
                _words(finding)
            with right:
                _picture(finding, key=key)
        _buttons(stored, key=key)


def _head(stored: StoredInsight, *, with_subject: bool) -> None:
    finding = stored.finding
    line = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    marks = [FAMILY[finding.family], SURENESS[finding.sureness]]
    if stored.card.status is InsightStatus.KEPT:
        marks.append(":material/bookmark: kept")
    if not stored.is_current:
        marks.append(":gray[:material/history: not found by the last look]")
    line.caption("  ·  ".join(marks), width="content")
    if with_subject:
        name = stored.about or ABOUT[stored.card.scope]
        line.caption(plain(name), width="content")
    st.markdown(f"**{plain(finding.title)}**")


def _words(finding: Finding) -> None:
    st.markdown(plain(finding.wording or finding.statement))
    if finding.wording:
        st.caption(f":material/edit_note: Worded by a language model, numbers checked. {plain(finding.statement)}")
    for test in finding.tests[:3]:
        st.caption(f":material/science: {plain(evidence_line(test))}")
    if finding.advice:
        st.markdown(f":material/lightbulb: {plain(finding.advice)}")


def _picture(finding: Finding, *, key: str) -> None:
    assert finding.picture is not None
    picture = themed(finding.picture)
    layout = picture["layout"]
    layout["title"] = {"text": ""}
    layout["height"] = min(int(layout.get("height", PICTURE_HEIGHT)), 280)
    layout["margin"] = {"l": 4, "r": 8, "t": 24 if layout.get("showlegend") else 8, "b": 4}
    st.plotly_chart(
        picture, key=f"{key}-picture", alt=finding.statement, config={"displaylogo": False, "displayModeBar": False}
    )


def _buttons(stored: StoredInsight, *, key: str) -> None:
    finding, card_id = stored.finding, stored.card.id
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    doing = row.container(horizontal=True, width="content", gap="small")
    judging = row.container(horizontal=True, width="content", gap="small")
    with doing:
        for number, action in enumerate(finding.actions[:3]):
            action_button(card_id, number, action, key=f"{key}-act-{number}", is_main=number == 0)
    with judging:
        _more(stored, key=key)
        _judge(stored, key=key)


def _judge(stored: StoredInsight, *, key: str) -> None:
    card, status = stored.card, stored.card.status
    choices = {
        InsightStatus.NEW: (
            ("Keep", ":material/bookmark_add:", InsightStatus.KEPT),
            ("Dismiss", ":material/close:", InsightStatus.DISMISSED),
        ),
        InsightStatus.KEPT: (("Let go", ":material/bookmark_remove:", InsightStatus.NEW),),
        InsightStatus.DISMISSED: (("Take back", ":material/undo:", InsightStatus.NEW),),
    }
    for label, icon, wanted in choices[status]:
        if st.button(label, icon=icon, type="tertiary", key=f"{key}-{wanted.value}"):
            with guard():
                services().insights.judge(card.id, wanted)
            st.rerun()


def _more(stored: StoredInsight, *, key: str) -> None:
    finding, card_id = stored.finding, stored.card.id
    more = st.popover("More", icon=":material/more_horiz:", type="tertiary", key=f"{key}-more", on_change="rerun")
    if not more.open:
        return
    with more:
        base_url = wiring().settings.browser_url
        st.caption("A link to this card")
        st.code(f"{base_url}/insights?card={card_id}", language=None)
        name = f"insight-{card_id[-8:]}"
        with guard():
            markdown = services().insights.export(card_id, "md", base_url=base_url)
            content = services().insights.export(card_id, "json", base_url=base_url)
        with st.container(horizontal=True):
            for label, text, ending, mime in (
                ("Markdown", markdown, "md", "text/markdown"),
                ("JSON", content, "json", "application/json"),
            ):
                st.download_button(
                    label,
                    text,
                    file_name=f"{name}.{ending}",
                    mime=mime,
                    icon=":material/download:",
                    key=f"{key}-{ending}",
                    on_click="ignore",
                )
        if finding.table:
            st.caption("The numbers behind it")
            rows = {head: column[:MOST_ROWS] for head, column in finding.table.items()}
            st.dataframe(rows, hide_index=True, alt="The numbers behind the card")
        if finding.numbers:
            st.caption("Every number that its words may name")
            st.code(json.dumps(finding.numbers, indent=1, ensure_ascii=False), language="json")
        code = code_for(stored, base_url=base_url)
        if code:
            st.caption("The code for this")
            st.code(code, language="python")
