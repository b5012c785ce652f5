"""The view "Overview" of the Explore page: what is odd about a dataset, and what each column holds."""

from typing import Literal

import streamlit as st

from app.bootstrap import services, wiring
from app.services.profiles import file_name
from app.ui import numbers
from app.ui.computing import answer
from app.ui.explore.profile_alerts import show_alerts
from app.ui.explore.profile_columns import show_columns
from app.ui.explore.profile_pairs import show_pairs, show_target
from app.ui.explore.profile_versions import show_versions
from app.ui.panels import code_expander, facts
from app.ui.text import plain
from core.profiling.facts import Profile, TableFacts
from core.profiling.html_report import profile_html
from core.profiling.wording import duplicates_text, looked_text
from core.records import Dataset

Level = Literal["quick", "full"]
LEVELS = {"quick": "Quick look", "full": "Every row"}
NO_TARGET = ""


def show(dataset: Dataset) -> None:
    """Draw the view for one dataset that is ready; the quick look starts by itself."""
    level, target = _controls(dataset)
    profile = answer(
        "profile",
        {"dataset_id": dataset.id, "level": level, "target": target},
        Profile,
        key=f"explore-profile-{dataset.id}",
    )
    if profile is None:
        st.caption("You can leave this page; it is worked out in the background and kept.")
        return
    _facts(profile.facts)
    _downloads(profile)
    show_alerts(dataset, profile)
    sections = _sections(dataset, profile.facts)
    wanted = st.query_params.get("show", "columns")
    chosen = st.segmented_control(
        "Show",
        list(sections),
        default=wanted if wanted in sections else "columns",
        required=True,
        format_func=sections.__getitem__,
        key=f"overview-show-{dataset.id}",
        label_visibility="collapsed",
    )
    st.query_params["show"] = str(chosen)
    if chosen == "pairs":
        show_pairs(dataset, profile.facts)
    elif chosen == "target":
        show_target(profile.facts)
    elif chosen == "versions":
        show_versions(dataset)
    else:
        show_columns(dataset, profile.facts)
    _code(dataset, level, target)


def _controls(dataset: Dataset) -> tuple[Level, str | None]:
    """How closely to look and what is to be predicted; both stay in the address."""
    names = [NO_TARGET, *(column.name for column in dataset.columns)]
    asked_level, asked_target = st.query_params.get("level", "quick"), st.query_params.get("target", NO_TARGET)
    level_part, target_part = st.columns([1, 2], vertical_alignment="bottom")
    level = level_part.segmented_control(
        "How closely",
        list(LEVELS),
        default=asked_level if asked_level in LEVELS else "quick",
        required=True,
        format_func=LEVELS.__getitem__,
        key=f"overview-level-{dataset.id}",
        help="A quick look takes some figures of large tables from a part of the rows, and says so. Every row takes "
        "longer, and also compares categories and looks for columns that are nearly equal.",
    )
    target = target_part.selectbox(
        "Do you want to predict a column?",
        names,
        index=names.index(asked_target) if asked_target in names else 0,
        format_func=lambda name: name or "No, just look",
        key=f"overview-target-{dataset.id}",
        help="Then the alerts are about that: columns that give the answer away, rare classes, gaps in the target.",
    )
    st.query_params["level"] = str(level)
    if target:
        st.query_params["target"] = target
    else:
        st.query_params.pop("target", None)
    return ("full" if level == "full" else "quick"), target or None


def _facts(found: TableFacts) -> None:
    n_cells = found.n_rows * len(found.columns)
    facts(
        {
            "Rows": numbers.count(found.n_rows),
            "Columns": numbers.count(len(found.columns)),
            "Missing cells": f"{numbers.count(found.n_missing)} ({numbers.percent(found.n_missing / max(1, n_cells))})",
            "Repeated rows": duplicates_text(found.duplicates),
            "In memory": numbers.file_size(found.memory_bytes),
        }
    )


def _downloads(profile: Profile) -> None:
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    row.caption(plain(looked_text(profile.facts, numbers.count)), width="content")
    with row.popover("Download", icon=":material/download:"):
        st.download_button(
            "As a page (HTML)",
            lambda: profile_html(profile),
            file_name=file_name(profile, "html"),
            mime="text/html",
            on_click="ignore",
            key=f"overview-html-{profile.dataset_id}",
        )
        st.download_button(
            "As data (JSON)",
            lambda: profile.model_dump_json(indent=1),
            file_name=file_name(profile, "json"),
            mime="application/json",
            on_click="ignore",
            key=f"overview-json-{profile.dataset_id}",
        )


def _sections(dataset: Dataset, found: TableFacts) -> dict[str, str]:
    sections = {"columns": "Columns"}
    if found.matrices:
        sections["pairs"] = "Pairs"
    if found.target_facts and found.target_facts.dependences:
        sections["target"] = "Target"
    if len(services().datasets.relatives(dataset.id)) > 1:
        sections["versions"] = "Versions"
    return sections


def _code(dataset: Dataset, level: Level, target: str | None) -> None:
    code_expander(
        f"""import requests

# The same profile as data; `format=html` gives the page.
answer = requests.get(
    "{wiring().settings.browser_url}/api/v1/datasets/{dataset.id}/profile",
    params={ {"level": level, **({"target": target} if target else {}), "wait_s": 60}!r},
)
profile = answer.json()["result"]
for alert in profile["alerts"]:
    print(alert["severity"], alert["sentence"])"""
    )
