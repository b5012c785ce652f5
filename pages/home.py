"""Home: what is running, where to go on, and how to start."""

import streamlit as st

from app.bootstrap import services
from app.ui import places
from app.ui.guard import guard
from app.ui.live_run import live_run
from app.ui.panels import runs_table
from app.ui.text import plain
from core.types import RunStatus

MOST_LIVE = 3

st.title("Praxis")
st.markdown("Bring data, train models and watch them learn, compare them honestly.")

with guard():
    live = (
        services()
        .runs.list_page(limit=MOST_LIVE, statuses=(RunStatus.RUNNING, RunStatus.QUEUED, RunStatus.PAUSED))
        .items
    )
    recent = services().runs.list_page(limit=8).items
    datasets = services().datasets.list_page(limit=3).items

if live:
    st.subheader("Running now")
    for column, run in zip(st.columns(max(len(live), 2)), live, strict=False):
        with column:
            event = live_run(
                run.id,
                snapshot=services().runs.snapshot(run.id),
                key=f"home-live-{run.id}",
                title=run.name,
                href=f"runs?run={run.id}",
                compact=True,
            )
            if event and event.kind == "opened":
                st.switch_page(places.RUNS, query_params={"run": run.id})

if recent:
    st.subheader("Recent runs")
    chosen = runs_table(recent, key="home-runs", selection_mode="single-row")
    if chosen:
        st.switch_page(places.RUNS, query_params={"run": chosen[0]})

st.subheader("Start")
first, second, third = st.columns(3, border=True)
with first:
    st.markdown("**1. Bring data**")
    st.write("Upload a CSV or Parquet file, or take one of the built-in samples.")
    st.page_link(places.DATASETS, label="Datasets", icon=":material/table:")
with second:
    st.markdown("**2. Train a model**")
    st.write("Choose what to predict and a model, then watch it learn.")
    st.page_link(places.TRAIN, label="Train", icon=":material/model_training:")
with third:
    st.markdown("**3. Compare**")
    st.write("See which model is better, and whether the difference means anything.")
    st.page_link(places.COMPARE, label="Compare", icon=":material/leaderboard:")

if datasets:
    st.caption("Latest datasets: " + ", ".join(plain(dataset.name) for dataset in datasets))
