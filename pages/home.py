"""Home: what is running, where to go on, and how to start."""

import streamlit as st

from app.bootstrap import services
from app.ui import places
from app.ui.guard import guard
from app.ui.insights.worth import worth_a_look
from app.ui.live_run import live_run
from app.ui.panels import runs_table
from app.ui.text import plain
from core.types import RunStatus

MOST_LIVE = 3
MOST_DATASETS = 3
STEPS_IN_A_ROW = 2
STEPS = (
    (
        "1. Bring data",
        "A file, a web address, a database, or one of the built-in samples.",
        ((places.DATASETS, "Datasets", ":material/table:"),),
    ),
    (
        "2. Understand it",
        "See and mend what is wrong, draw it, test what could be chance, ask it in English or SQL.",
        (
            (places.EXPLORE, "Explore", ":material/explore:"),
            (places.STATISTICS, "Statistics", ":material/functions:"),
            (places.SQL, "SQL", ":material/terminal:"),
        ),
    ),
    (
        "3. Train and compare",
        "Watch a model learn, then see which is better and whether the difference means anything.",
        (
            (places.TRAIN, "Train", ":material/model_training:"),
            (places.COMPARE, "Compare", ":material/leaderboard:"),
        ),
    ),
    (
        "4. Ask and be told",
        "Documents answer questions and show where it stands; statistics say what is worth knowing.",
        (
            (places.DOCUMENTS, "Documents", ":material/library_books:"),
            (places.INSIGHTS, "Insights", ":material/search_insights:"),
        ),
    ),
)

st.title("Praxis")
st.markdown("Bring data, explore and test it, train models and watch them learn, compare them honestly, ask documents.")

with guard():
    live = (
        services()
        .runs.list_page(limit=MOST_LIVE, statuses=(RunStatus.RUNNING, RunStatus.QUEUED, RunStatus.PAUSED))
        .items
    )
    recent = services().runs.list_page(limit=8).items
    datasets = services().datasets.list_ready()[:MOST_DATASETS]

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

worth_a_look()

st.subheader("Start")
columns = [column for _ in range(0, len(STEPS), STEPS_IN_A_ROW) for column in st.columns(STEPS_IN_A_ROW, border=True)]
for column, (title, text, links) in zip(columns, STEPS, strict=True):
    with column:
        st.markdown(f"**{title}**")
        st.write(text)
        with st.container(horizontal=True, gap="small"):
            for place, label, icon in links:
                st.page_link(place, label=label, icon=icon)

if datasets:
    with st.container(horizontal=True, vertical_alignment="center", key="home-datasets"):
        st.caption("Latest datasets", width="content")
        for dataset in datasets:
            st.page_link(
                places.EXPLORE,
                label=plain(f"{dataset.name} v{dataset.version}"),
                icon=":material/explore:",
                query_params={"dataset": dataset.id},
            )
