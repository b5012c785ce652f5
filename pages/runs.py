"""Runs: what is running and what has run; one run in full."""

import streamlit as st

from app.bootstrap import services
from app.ui import places
from app.ui.guard import guard
from app.ui.panels import follow_run, runs_table
from app.ui.run.result import show_result
from app.ui.run_details import actions, configuration, loss
from app.ui.text import plain
from app.ui.words import purpose

N_RUNS = 50


@st.fragment(run_every="2s")
def live_list() -> None:
    """The list while something runs; the page runs again when nothing does any more."""
    with guard():
        runs = services().runs.list_page(limit=N_RUNS).items
    if all(run.status.is_terminal for run in runs):
        st.rerun()
    run_list(runs)


def run_list(runs: tuple) -> None:  # type: ignore[type-arg]
    """The list with what can be done to the selected runs."""
    chosen = runs_table(runs, key="runs-list")
    buttons = st.container(horizontal=True)
    if buttons.button("Open", icon=":material/open_in_full:", disabled=len(chosen) != 1, key="runs-open"):
        st.switch_page(places.RUNS, query_params={"run": chosen[0]})
    if buttons.button("Compare", icon=":material/leaderboard:", disabled=len(chosen) < 2, key="runs-compare"):
        st.switch_page(places.COMPARE, query_params={"runs": ",".join(chosen)})
    st.caption("Select one run to open it, or several to compare them.")


run_id = st.query_params.get("run")

if not run_id:
    st.title("Runs")
    st.markdown("Every training, live and past. Closing a page stops nothing.")
    with guard():
        runs = services().runs.list_page(limit=N_RUNS).items
    if not runs:
        st.info("Nothing has been trained yet.", icon=":material/lightbulb:")
        st.page_link(places.TRAIN, label="Start a first run", icon=":material/model_training:")
    elif all(run.status.is_terminal for run in runs):
        run_list(runs)
    else:
        live_list()
    st.stop()

st.page_link(places.RUNS, label="All runs", icon=":material/arrow_back:")
with guard():
    run = services().runs.get(run_id)
    dataset = services().datasets.get(run.dataset_id)

st.title(plain(run.name))
st.caption(
    f"{plain(purpose(run.config))} from {plain(dataset.name)} v{dataset.version} · "
    f"{run.config.task.value.replace('_', ' ')} · "
    f"seed {run.config.seed}"
)

loss(run)
follow_run(run, key=f"run-live-{run.id}")
actions(run)
if run.result is not None:
    show_result(run)
configuration(run, dataset)
