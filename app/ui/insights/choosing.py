"""What insights are about: chosen in widgets, kept in the address."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.bootstrap import services
from app.services.insight_scopes import MOST_COMPARED, SCOPES, Scope
from app.ui import places
from app.ui.guard import guard, show_not_here
from app.ui.insights.words import SCOPE
from app.ui.panels import dataset_picker
from core.records import Run
from core.types import RunStatus

OVER = (RunStatus.FINISHED, RunStatus.STOPPED)
MOST_RUNS = 200


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A scope and what in it."""

    scope: Scope
    scope_id: str
    """As the service takes it: for a comparison the ids of its runs with commas."""
    target: str | None = None
    """Of a dataset, if a person named one."""


def choose(head: DeltaGenerator) -> Chosen | None:
    """What a person wants to know of; None where there is nothing to choose yet. The address follows.

    Args:
        head: Where the choice of the scope stands; what is chosen in it stands below.
    """
    wanted = st.query_params.get("scope")
    scope = head.segmented_control(
        "Look at",
        list(SCOPES),
        default=wanted if wanted in SCOPES else "dataset",
        required=True,
        format_func=SCOPE.__getitem__,
        key="insights-scope",
        label_visibility="collapsed",
        width="content",
    )
    choosing = {"dataset": _dataset, "run": _run, "comparison": _comparison, "workspace": _workspace}
    in_address = st.query_params.get("id", "") if wanted == scope else ""
    chosen: Chosen | None = choosing[scope](in_address)
    query: dict[str, str] = {"scope": scope}
    if chosen is not None:
        query |= {"id": chosen.scope_id} if chosen.scope_id else {}
        query |= {"target": chosen.target} if chosen.target else {}
    st.query_params.from_dict(query)
    return chosen


def _dataset(in_address: str) -> Chosen | None:
    with guard():
        datasets = services().datasets.list_ready()
    if in_address and in_address not in {dataset.id for dataset in datasets}:
        with guard():
            older = services().datasets.find_ready(in_address)
        datasets = (*datasets, older) if older else datasets
        if older is None:
            show_not_here("a dataset that is not ready:", [in_address], hint="Another one is chosen below.")
    if not datasets:
        st.info("Insights need a dataset that has been read.", icon=":material/lightbulb:")
        st.page_link(places.DATASETS, label="Bring one, or take a sample", icon=":material/table:")
        return None
    left, right = st.columns([3, 2])
    with left:
        dataset_id = dataset_picker(datasets, selected=in_address or None, key="insights-dataset")
    with guard():
        names = [column.name for column in services().datasets.get(dataset_id).columns]
    wanted = st.query_params.get("target")
    target = right.selectbox(
        "What is predicted",
        names,
        index=names.index(wanted) if wanted in names else None,
        placeholder="Nothing in particular",
        key=f"insights-target-{dataset_id}",
        help="Optional. What concerns this column comes first, and models are recommended for it.",
    )
    return Chosen(scope="dataset", scope_id=dataset_id, target=target)


def _run(in_address: str) -> Chosen | None:
    runs = _finished()
    if not runs:
        _no_runs("a finished run")
        return None
    ids = [run.id for run in runs]
    show_not_here(
        "a run without a result:",
        [in_address] if in_address and in_address not in ids else [],
        hint="It does not exist, or has no result yet.",
    )
    labels = _labels(runs)
    run_id = st.selectbox(
        "Run",
        ids,
        index=ids.index(in_address) if in_address in ids else 0,
        format_func=labels.__getitem__,
        key="insights-run",
    )
    return Chosen(scope="run", scope_id=run_id)


def _comparison(in_address: str) -> Chosen | None:
    runs = _finished()
    if len(runs) < 2:
        _no_runs("two finished runs on the same rows")
        return None
    labels = _labels(runs)
    wanted = [run_id for run_id in dict.fromkeys(in_address.split(",")) if run_id]
    show_not_here(
        "runs without a result:",
        [run_id for run_id in wanted if run_id not in labels],
        hint="They do not exist, or have no result yet.",
    )
    newest = runs[0]
    alike = [run.id for run in runs if run.provenance.split_sha256 == newest.provenance.split_sha256][:6]
    run_ids = st.multiselect(
        "Runs",
        list(labels),
        default=[run_id for run_id in wanted if run_id in labels] or alike,
        format_func=labels.__getitem__,
        max_selections=MOST_COMPARED,
        key="insights-runs",
    )
    if len(run_ids) < 2:
        st.info("Choose at least two runs.", icon=":material/lightbulb:")
        return None
    return Chosen(scope="comparison", scope_id=",".join(run_ids))


def _workspace(in_address: str) -> Chosen:
    del in_address
    return Chosen(scope="workspace", scope_id="")


def _finished() -> tuple[Run, ...]:
    with guard():
        runs = services().runs.list_page(limit=MOST_RUNS, statuses=OVER).items
    return tuple(run for run in runs if run.result is not None)


def _labels(runs: tuple[Run, ...]) -> dict[str, str]:
    return {run.id: f"{run.name} · {run.config.target or 'no target'} · {run.id[-4:]}" for run in runs}


def _no_runs(what: str) -> None:
    st.info(f"This needs {what}.", icon=":material/lightbulb:")
    st.page_link(places.TRAIN, label="Train", icon=":material/model_training:")
