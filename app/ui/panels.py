"""Parts that several pages share: tables of runs, score tables, live panels, the code behind an action."""

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

from app.bootstrap import services
from app.services.live_views import about_model
from app.services.proposing import proposal, proposed_change
from app.ui import numbers, places
from app.ui.live_run import live_run
from app.ui.text import plain
from app.ui.words import RUN_STATUS_WORD
from core.records import DatasetSummary, Run
from core.types import Split
from evaluation.registry import METRICS


def runs_table(
    runs: Sequence[Run], *, key: str, selection_mode: Literal["single-row", "multi-row"] = "multi-row"
) -> list[str]:
    """Runs with state, score and age. Returns the ids of the selected ones."""
    rows = [
        {
            "Run": run.name,
            "State": _state(run),
            "Score on validation": primary_score(run),
            "Predicts": run.config.target,
            "Started": numbers.relative_time(run.created_at),
            "Took": numbers.duration(run.result.duration_s) if run.result else "",
        }
        for run in runs
    ]
    state = st.dataframe(
        rows,
        # Selected rows are row numbers: a list that a new run has moved starts without a selection.
        key=f"{key}-{len(runs)}-{runs[0].id if runs else ''}",
        hide_index=True,
        column_config={"Score on validation": st.column_config.TextColumn(width=240)},  # room for the longest
        on_select="rerun",
        selection_mode=selection_mode,
        alt="Runs with their state, score and target",
    )
    chosen: list[int] = state["selection"]["rows"]
    return [runs[index].id for index in chosen if index < len(runs)]


def _state(run: Run) -> str:
    word = RUN_STATUS_WORD[run.status]
    return word if run.status.is_terminal else f"{word} {numbers.percent(run.progress.fraction)}"


def primary_score(run: Run) -> str:
    """The deciding validation score with its interval, or nothing yet."""
    if run.result is None:
        return ""
    for score in run.result.scores:
        if score.metric == run.result.primary_metric and score.split is Split.VALIDATION:
            text = numbers.score_with_interval(score.value, score.low, score.high)
            return f"{METRICS[score.metric].label} {text}"
    return ""


def follow_run(run: Run, *, key: str) -> None:
    """The live panel of a run; the page runs again when the run changes its state."""
    with st.container(key=f"{key}-container"):
        event = live_run(run.id, snapshot=services().runs.snapshot(run.id), key=key, about=about_model(run))
    if event and event.kind == "tried":
        change = proposed_change(services().runs.get(run.id), event.remark)
        st.switch_page(places.TRAIN, query_params=proposal(run.id, change))


def code_expander(code: str, *, label: str = "The code for this", language: str = "python", note: str = "") -> None:
    """The code behind an action, folded."""
    with st.expander(label, icon=":material/code:"):
        if note:
            st.caption(note)
        st.code(code, language=language)


def dataset_picker(
    datasets: Sequence[DatasetSummary], *, selected: str | None, key: str, label: str = "Dataset"
) -> str:
    """A select box over ready datasets. Returns the id."""
    ids = [dataset.id for dataset in datasets]
    names = {dataset.id: _dataset_label(dataset) for dataset in datasets}
    return str(
        st.selectbox(
            label, ids, index=ids.index(selected) if selected in ids else 0, format_func=names.__getitem__, key=key
        )
    )


def _dataset_label(dataset: DatasetSummary) -> str:
    size = f"{numbers.count(dataset.n_rows, 'row')}, {numbers.count(dataset.n_columns, 'column')}"
    return f"{dataset.name} v{dataset.version} · {size} · {numbers.relative_time(dataset.created_at)}"


def facts(pairs: dict[str, Any]) -> None:
    """Small labelled facts in one line that wraps."""
    st.markdown("  ·  ".join(f":gray[{plain(name)}] {plain(value)}" for name, value in pairs.items()))


def machine_strip() -> None:
    """How busy this machine is, in one line."""
    load = services().health.load()
    unfinished = ", ".join(f"{count} {status}" for status, count in load.runs.items()) or "none"
    facts(
        {
            "Processor": f"{load.cpu_percent:.0f} % of {load.n_cores} cores",
            "Memory": f"{numbers.file_size(load.memory_used_bytes)} of {numbers.file_size(load.memory_total_bytes)}",
            "Disk": f"{numbers.file_size(load.disk_free_bytes)} free",
            "Runs": unfinished,
        }
    )
