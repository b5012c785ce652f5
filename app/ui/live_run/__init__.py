"""The live panel of a run: curves that follow the training in the browser, without a rerun of the page.

The browser reads ``/api/v1/events`` itself (or polls where a stream cannot be had), so a page that thirty people
watch costs Streamlit nothing between the moments at which the run changes its state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

API_ROOT = "/api/v1"

_FOLDER = Path(__file__).parent
# One script in this order: Streamlit mounts a single module, which cannot import its neighbours.
_SCRIPTS = (
    "format.js",
    "requests.js",
    "series.js",
    "axes.js",
    "chart.js",
    "feed.js",
    "words.js",
    "log.js",
    "table.js",
    "explain.js",
    "view.js",
    "panel.js",
)

_mount = st.components.v2.component(
    "praxis_live_run",
    html=(_FOLDER / "panel.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "panel.css").read_text(encoding="utf-8"),
    js="\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


@dataclass(frozen=True, kw_only=True)
class LiveRunEvent:
    """What happened in the panel since the page last ran; seen by one run of the page only."""

    kind: Literal["changed", "opened", "tried"]
    """``changed``: the run went to another state. ``opened``: its title was clicked. ``tried``: a change that a remark
    or a failure proposes was clicked."""
    run_id: str
    status: str
    """The new state as the browser saw it, empty for the others. Read the run anew before acting on it."""
    remark: str = ""
    """For ``tried``: key of the remark, or "error" for what follows from the failure."""


def live_run(
    run_id: str,
    *,
    snapshot: Mapping[str, Any],
    key: str,
    title: str = "",
    href: str = "",
    compact: bool = False,
    about: Mapping[str, str] | None = None,
) -> LiveRunEvent | None:
    """Show a run as it trains, with its curves, its place, its log, and pause, resume and stop.

    Call it again on each rerun with the same ``key``: the panel keeps its connection and its curves.

    Args:
        run_id: The run to watch.
        snapshot: What the first paint needs, as plain JSON: ``status`` (the status event), ``metrics`` (rows so far,
            thinned at will), ``last_seq`` (where the stream goes on) and ``log`` (the last lines).
        key: Unique within the page.
        title: Name of the run, as text. Left out, none is shown.
        href: Address of the run's page, relative to this one, for a title that opens in a new tab too.
        about: The model that is trained: ``label``, ``technical`` and ``kitchen``.
        compact: A sparkline of the deciding metric instead of the full panel, for lists of what is running.

    Returns:
        What happened, or None. A page reruns by itself when this is not None.
    """
    result = _mount(
        key=key,
        data={
            "api": API_ROOT,
            "run_id": run_id,
            "snapshot": dict(snapshot),
            "title": title,
            "href": href,
            "compact": compact,
            "about": about and dict(about),
        },
        on_changed_change=_rerun_only,
        on_opened_change=_rerun_only,
        on_tried_change=_rerun_only,
    )
    if result.opened:
        return LiveRunEvent(kind="opened", run_id=run_id, status="")
    if result.tried:
        return LiveRunEvent(kind="tried", run_id=run_id, status="", remark=str(result.tried))
    if result.changed:
        return LiveRunEvent(kind="changed", run_id=run_id, status=str(result.changed))
    return None


def _rerun_only() -> None:
    """Declares a trigger; the rerun that it brings is all that is wanted."""
