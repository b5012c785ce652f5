"""The cards of a scope: filters, the list, and what was looked at."""

from collections.abc import Sequence

import streamlit as st

from app.bootstrap import services
from app.services.insight_export import StoredInsight
from app.services.insight_scopes import Scope
from app.services.insights import CardFilter
from app.ui import numbers
from app.ui.guard import guard
from app.ui.insights.card import show_card
from app.ui.insights.words import FAMILY_WORD, STATUS, SURENESS_HELP, SURENESS_WORD
from app.ui.text import plain
from core.insights.report import InsightReport
from core.knowledge import InsightStatus

PAGE_SIZE = 12
SHOWN = "insights-shown"
VIEWS = {
    "found": (InsightStatus.NEW, InsightStatus.KEPT),
    "kept": (InsightStatus.KEPT,),
    "dismissed": (InsightStatus.DISMISSED,),
}


def show_cards(scope: Scope | None, scope_id: str | None, *, report: InsightReport | None) -> None:
    """Cards with filters; a sentence where there is none."""
    with guard():
        counts = services().insights.counts(scope, scope_id or "")
    statuses, families, sureness = _filters(counts)
    wanted = CardFilter(scope=scope, scope_id=scope_id, families=families, sureness=sureness, statuses=VIEWS[statuses])
    with guard():
        page = services().insights.list_page(wanted, limit=st.session_state.get(SHOWN, PAGE_SIZE))
    if not page.items:
        _nothing(report, is_filtered=bool(families or sureness), view=statuses)
    for stored in page.items:
        show_card(stored, key=f"insight-{stored.card.id}", with_subject=scope is None)
    if page.next_cursor and st.button("Show more", icon=":material/expand_more:", key="insights-more"):
        st.session_state[SHOWN] = st.session_state.get(SHOWN, PAGE_SIZE) + PAGE_SIZE
        st.rerun()
    if report is not None:
        show_looked(report)


def show_looked(report: InsightReport) -> None:
    """How much was looked at, and what was left out."""
    n_looked = sum(one.n_looked for one in report.looked)
    label = f"What was looked at: {numbers.count(n_looked, 'question')} of {numbers.count(len(report.looked), 'kind')}"
    with st.expander(label, icon=":material/fact_check:"):
        for notice in report.notices:
            st.caption(f":material/info: {plain(notice)}")
        st.dataframe(
            [
                {
                    "Looked for": one.label,
                    "Questions": one.n_looked,
                    "Cards": one.n_found,
                    "Took": numbers.duration(one.seconds),
                }
                for one in report.looked
            ],
            hide_index=True,
            alt="What was looked for, how often, and how many cards came of it",
        )


def _filters(counts: dict[InsightStatus, int]) -> tuple[str, Sequence[str], Sequence[str]]:
    new, kept = counts.get(InsightStatus.NEW, 0), counts.get(InsightStatus.KEPT, 0)
    labels = {
        "found": f"Found {new + kept}",
        "kept": f"{STATUS[InsightStatus.KEPT]} {kept}",
        "dismissed": f"{STATUS[InsightStatus.DISMISSED]} {counts.get(InsightStatus.DISMISSED, 0)}",
    }
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    view = row.segmented_control(
        "Cards",
        list(VIEWS),
        default="found",
        required=True,
        format_func=labels.__getitem__,
        key="insights-view",
        label_visibility="collapsed",
        width="content",
    )
    more = row.popover("Filter", icon=":material/filter_list:", key="insights-filter", width="content")
    with more:
        families = st.pills(
            "Kind",
            list(FAMILY_WORD),
            selection_mode="multi",
            format_func=FAMILY_WORD.__getitem__,
            key="insights-family",
        )
        sureness = st.pills(
            "How sure",
            list(SURENESS_WORD),
            selection_mode="multi",
            format_func=SURENESS_WORD.__getitem__,
            key="insights-sureness",
            help=SURENESS_HELP,
        )
    return view, families, sureness


def _nothing(report: InsightReport | None, *, is_filtered: bool, view: str) -> None:
    if is_filtered:
        st.info("No card fits this filter.", icon=":material/filter_list_off:")
    elif view == "dismissed":
        st.info("Nothing was dismissed here.", icon=":material/close:")
    elif view == "kept":
        st.info(
            "Nothing was kept here yet. Keep a card to find it again, whatever later looks find.",
            icon=":material/bookmark:",
        )
    elif report is not None:
        n_looked = sum(one.n_looked for one in report.looked)
        st.success(
            f"Nothing stands out, and that is a result: {numbers.count(n_looked, 'question')} of "
            f"{numbers.count(len(report.looked), 'kind')} were looked at, and none has an answer that is both sure and "
            "large enough to matter.",
            icon=":material/task_alt:",
        )


def one_card(stored: StoredInsight) -> None:
    """A card by itself, as a shared link opens it."""
    show_card(stored, key=f"insight-{stored.card.id}", with_subject=True)
