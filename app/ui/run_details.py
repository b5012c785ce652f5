"""Parts of a run's page: what can be done with it, what it found, what it was made from."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui import places
from app.ui.guard import guard
from app.ui.insights.worth import insights_link
from app.ui.panels import code_expander
from app.ui.run.downloads import download_menu
from app.ui.text import plain
from app.ui.train.prefill import link_query
from core.records import Dataset, Run
from core.types import RunStatus


def loss(run: Run) -> None:
    """Why a run was given up, and what to do; why one failed is said in the live panel."""
    if run.error is not None and run.status is RunStatus.LOST:
        st.error(f"{plain(run.error.message)} {plain(run.error.hint)}", icon=":material/error:")


def actions(run: Run) -> None:
    """What can be done with a run that is over."""
    if not run.status.is_terminal:
        return
    buttons = st.container(horizontal=True)
    if buttons.button(
        "Run again", icon=":material/replay:", key="run-retry", help="The same configuration, a new run."
    ):
        with guard():
            new_run = services().runs.retry(run.id)
        st.switch_page(places.RUNS, query_params={"run": new_run.id})
    if buttons.button(
        "Change and train", icon=":material/tune:", key="run-change", help="Opens the form with these settings."
    ):
        st.switch_page(places.TRAIN, query_params=link_query(run.id, {}))
    if run.status is RunStatus.LOST and buttons.button("Take up again", icon=":material/resume:", key="run-resume"):
        with guard():
            services().runs.resume(run.id)
        st.rerun()
    if run.result is not None and buttons.button("Compare", icon=":material/leaderboard:", key="run-compare"):
        others = services().runs.list_page(limit=20, dataset_id=run.dataset_id).items
        ids = [run.id, *(other.id for other in others if other.id != run.id and other.result is not None)]
        st.switch_page(places.COMPARE, query_params={"runs": ",".join(ids[:8])})
    with buttons:
        download_menu(run)
        if run.result is not None:
            insights_link("run", run.id, label="What to do next")


def configuration(run: Run, dataset: Dataset) -> None:
    """Everything the run was made from, and the code that repeats it."""
    with st.expander("Configuration and origin", icon=":material/settings:"):
        st.dataframe(
            [{"Setting": name, "Value": value} for name, value in _settings(run, dataset).items()],
            hide_index=True,
            alt="Configuration of the run",
        )
    if run.artifacts.script is not None:
        with guard():
            script = services().runs.script(run.id)
        code_expander(
            script,
            note=f"Repeats this run without Praxis. Save the dataset first: "
            f"/api/v1/datasets/{dataset.id}/export?format=parquet",
        )


def _settings(run: Run, dataset: Dataset) -> dict[str, str]:
    config = run.config.model_dump(mode="json")
    values: dict[str, Any] = {
        "dataset": f"{dataset.name} v{dataset.version}",
        "dataset content (SHA-256)": run.provenance.dataset_sha256,
        "split (SHA-256)": run.provenance.split_sha256,
        "code version": run.provenance.code_version,
        "libraries": ", ".join(f"{name} {version}" for name, version in run.provenance.libraries.items()),
        "run": run.id,
        "repeats": run.parent_id,
        "attempt": run.attempt,
        "worker": run.worker,
    }
    for name in ("target", "task", "model", "seed"):
        values[name] = config[name]
    for group in ("params", "preprocessing", "split"):
        values |= {f"{group}.{name}": value for name, value in config[group].items()}
    return {name: str(value) for name, value in values.items() if value not in (None, "", [])}
