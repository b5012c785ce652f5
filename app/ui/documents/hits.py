"""Passages that a search has found, and why."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.ui import numbers, places
from app.ui.documents.highlighting import highlighted
from app.ui.text import plain
from core.retrieval.spec import Hit, SearchResult

WAYS = {"dense": "Meaning", "lexical": "Words", "rerank": "Cross-encoder"}
MEASURES = {"dense": "cosine", "lexical": "BM25", "rerank": "logit"}
COLOURS = {"dense": "#1b8fae", "lexical": "#d9691a", "rerank": "#8d4bd6"}
"""Read on white and on the dark page alike."""
_STEPS = {"encode": "question", "dense": "meaning", "lexical": "words", "rerank": "cross-encoder", "fuse": "order"}


def show_result(result: SearchResult, *, key: str, before: SearchResult | None = None) -> None:
    """The hits, best first; with ``before`` each says how it stands there."""
    for notice in result.notices:
        st.info(plain(notice), icon=":material/info:")
    if not result.hits:
        if not result.notices:
            st.info("No passage has anything to do with this.", icon=":material/search_off:")
        return
    st.caption(summary(result))
    top = max(hit.score for hit in result.hits) or 1.0
    ranks = {hit.passage.id: rank for rank, hit in enumerate(before.hits, start=1)} if before is not None else None
    for rank, hit in enumerate(result.hits, start=1):
        show_hit(hit, rank, top=top, moved=moved_words(hit, rank, ranks), key=f"{key}-{rank}")


def show_hit(hit: Hit, rank: int, *, top: float, moved: str, key: str) -> None:
    """One passage: where it stands, what each way of searching adds, its text."""
    with st.container(border=True, key=key, gap="xsmall"):
        head = st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
        )
        title = plain(hit.title or hit.file_name)
        head.markdown(f"**{rank}** · **{title}**{moved}", width="content")
        address = {
            "collection": hit.passage.collection_id,
            "view": "files",
            "document": hit.passage.document_id,
            "passage": hit.passage.id,
        }
        head.page_link(places.DOCUMENTS, label="Open", icon=":material/open_in_full:", query_params=address)
        st.caption(_place(hit))
        st.html(contribution_bar(hit, top=top))
        st.caption(_why(hit))
        st.markdown(highlighted(hit.passage.text, hit.matches))


def contribution_bar(hit: Hit, *, top: float) -> str:
    """A bar of what each way adds, in HTML made of numbers alone; as long as the score is, against ``top``."""
    parts = "".join(
        f'<span style="width:{100 * max(part.contribution, 0.0) / top:.2f}%;background:{COLOURS[way]}"></span>'
        for way, part in hit.parts.items()
        if way in COLOURS
    )
    ground = "display:flex;height:7px;border-radius:4px;overflow:hidden;background:rgba(125,139,148,0.22)"
    return f'<div role="presentation" style="{ground}">{parts}</div>'


def moved_words(hit: Hit, rank: int, ranks: Mapping[str, int] | None) -> str:
    """How a hit stands against other settings, or against the order without diversity."""
    if ranks is None:
        moved = hit.moved_by_diversity
        return f" · :gray[{_arrow(moved)} by diversity]" if moved else ""
    if hit.passage.id not in ranks:
        return " · :green[:material/add: new here]"
    moved = ranks[hit.passage.id] - rank
    return f" · :gray[{_arrow(moved)}]" if moved else " · :gray[same place]"


def summary(result: SearchResult) -> str:
    """How many candidates there were, and where the time went."""
    found = " and ".join(f"{n} by {WAYS[way].lower()}" for way, n in result.n_candidates.items() if way in WAYS)
    steps = ", ".join(
        f"{_STEPS[step]} {_milliseconds(seconds)}" for step, seconds in result.seconds.items() if step in _STEPS
    )
    total = _milliseconds(sum(result.seconds.values()))
    return f"{numbers.count(len(result.hits), 'passage')} of {found} · {total} ms ({steps})"


def legend(ways: Sequence[str]) -> str:
    """The colours of the bars, in words."""
    squares = "".join(
        f'<span style="display:inline-block;width:10px;height:10px;border-radius:2px;margin:0 5px 0 0;'
        f'background:{COLOURS[way]}"></span><span style="margin-right:16px">{WAYS[way]}</span>'
        for way in ways
    )
    return f'<div style="font-size:0.85rem;opacity:0.8">{squares}</div>'


def _place(hit: Hit) -> str:
    parts = [plain(hit.collection_name)] if hit.collection_name else []
    if hit.title and hit.title != hit.file_name:
        parts.append(plain(hit.file_name))
    if hit.passage.page is not None:
        parts.append(f"page {hit.passage.page}")
    if hit.passage.heading:
        parts.append(" › ".join(plain(each) for each in hit.passage.heading))
    parts.append(f"similarity {numbers.significant(hit.similarity, digits=2)}")
    return " · ".join(parts)


def _why(hit: Hit) -> str:
    said = [
        f"{WAYS[way]}: place {part.rank}, {MEASURES[way]} {numbers.significant(part.score)}, "
        f"adds {numbers.significant(part.contribution, digits=2)}"
        for way, part in hit.parts.items()
        if way in WAYS
    ]
    return " · ".join([*said, f"score {numbers.significant(hit.score)}"])


def _arrow(moved: int) -> str:
    icon = ":material/arrow_upward:" if moved > 0 else ":material/arrow_downward:"
    return f"{icon} {numbers.count(abs(moved), 'place')}"


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f}"
