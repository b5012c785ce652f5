"""What the form starts with when the page is opened from a run or by a link that proposes settings.

``?like=<run>`` takes everything from that run; ``?model=...&params.max_depth=8&split.scheme=grouped`` sets single
values. What does not fit is left at its default: an address is typed by anybody.
"""

import contextlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from app.bootstrap import services
from app.ui.guard import guard, show_not_here
from core.errors import NotFound
from core.records import RunConfig

_KEY = "train-prefill"
GROUPS = ("params", "preprocessing", "split", "resampling")
"""Parts of a configuration of which a link may name single values, as ``part.name=value``."""


def take_up_link() -> None:
    """Read the address once: what it proposes becomes the defaults of the form."""
    if like := st.query_params.get("like"):
        with guard():
            _like(like)
        del st.query_params["like"]
    _single_values()


def proposed(part: str) -> Any:
    """What ``seed``, ``model``, ``task`` or one of ``GROUPS`` should start with; None or empty when nothing says so."""
    found = st.session_state.get(_KEY, {})
    return found.get(part, {} if part in GROUPS else None)


def link_query(run_id: str, changes: Mapping[str, Any]) -> dict[str, str]:
    """The query that opens the form with a run's settings and some ``changes``, such as ``{"params.max_depth": 8}``."""
    return {"like": run_id} | {name: json.dumps(value) for name, value in changes.items()}


def link(run_id: str, changes: Mapping[str, Any]) -> str:
    """The address, relative to the instance, that opens the form so."""
    return "/train?" + urlencode(link_query(run_id, changes))


def _like(run_id: str) -> None:
    try:
        run = services().runs.get(run_id)
    except NotFound:
        show_not_here("a run to start from:", [run_id], hint="The form has its usual settings.")
        return
    st.session_state[_KEY] = _values(run.config)
    st.query_params["dataset"] = run.dataset_id
    for name in ("target", "task", "model"):
        st.query_params[name] = str(getattr(run.config, name))


def _values(config: RunConfig) -> dict[str, Any]:
    return config.model_dump(mode="json", exclude={"target"})


def _single_values() -> None:
    for name in [name for name in st.query_params if name.partition(".")[0] in GROUPS]:
        group, _, field = name.partition(".")
        text = st.query_params[name]
        del st.query_params[name]
        value: Any = text
        with contextlib.suppress(ValueError):
            value = json.loads(text)
        st.session_state.setdefault(_KEY, {}).setdefault(group, {})[field] = value
