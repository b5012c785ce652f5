"""Compare: which run is better, how sure that is, and what differs."""

import streamlit as st

from app.bootstrap import services, wiring
from app.ui import places
from app.ui.comparing import curves, differences, not_ranked, ranking, test_looks
from app.ui.guard import guard, show_not_here
from app.ui.insights.worth import insights_link
from app.ui.panels import code_expander
from app.ui.text import plain
from core.types import RunStatus, Split

VIEWS = ("Ranking", "Curves", "What differs")
MOST_RUNS = 20

st.title("Compare")
st.markdown("Rank runs that saw the same rows, with intervals; the others are listed with the reason.")

with guard():
    candidates = services().runs.list_page(limit=200, statuses=(RunStatus.FINISHED, RunStatus.STOPPED)).items
runs = {run.id: run for run in candidates if run.result is not None}
if not runs:
    st.info(
        "There is nothing to compare yet. Train two models on one dataset, then come back.", icon=":material/lightbulb:"
    )
    st.page_link(places.TRAIN, label="Train", icon=":material/model_training:")
    st.stop()

labels = {run.id: f"{run.name} · {run.config.target} · seed {run.config.seed} · {run.id[-4:]}" for run in runs.values()}
in_address = [run_id for run_id in dict.fromkeys(st.query_params.get("runs", "").split(",")) if run_id]
show_not_here(
    "a run that cannot be compared:",
    [run_id for run_id in in_address if run_id not in labels],
    hint="It does not exist, or has no result yet.",
)
newest = next(iter(runs.values()))
same_dataset = [run.id for run in runs.values() if run.dataset_id == newest.dataset_id]
run_ids = st.multiselect(
    "Runs",
    list(labels),
    default=[run_id for run_id in in_address if run_id in labels][:MOST_RUNS] or same_dataset[:6],
    format_func=labels.__getitem__,
    max_selections=MOST_RUNS,
    key="compare-run_ids",
)
if not run_ids:
    st.info("Choose at least one run.", icon=":material/lightbulb:")
    st.stop()

with guard():
    metrics = {info.key: info for info in services().comparison.choices(run_ids)}
metric_column, split_column, view_column = st.columns([2, 2, 2])
wanted_metric = st.query_params.get("metric")
metric = metric_column.selectbox(
    "Metric",
    list(metrics),
    index=list(metrics).index(wanted_metric) if wanted_metric in metrics else 0,
    format_func=lambda key: metrics[key].label,
    key=f"compare-metric-{'-'.join(metrics)}",
    help="What the runs are ranked by. The usual one for this kind of question comes first.",
)
split = split_column.segmented_control(
    "Rows",
    [Split.VALIDATION, Split.TEST],
    default=Split.TEST if st.query_params.get("split") == "test" else Split.VALIDATION,
    required=True,
    format_func=lambda part: part.value.capitalize(),
    key="compare-split",
    help="Choose by validation; look at test once, at the end.",
)
wanted_view = st.query_params.get("view")
view = view_column.segmented_control(
    "View",
    VIEWS,
    default=wanted_view if wanted_view in VIEWS else VIEWS[0],
    required=True,
    key="compare-view",
)
st.query_params.from_dict({"runs": ",".join(run_ids), "metric": metric, "split": split.value, "view": view})

with guard():
    comparison = services().comparison.compare(run_ids, metric=metric, split=split)
st.markdown(f"**{plain(comparison.sentence)}**")
if view == "Curves":
    curves([runs[ranked.run_id] for ranked in comparison.ranking], metric=metric, label=comparison.metric.label)
elif view == "What differs":
    differences(comparison, labels)
else:
    ranking(comparison, runs)
not_ranked(comparison)
test_looks(comparison)
if len(run_ids) > 1:
    insights_link("comparison", ",".join(run_ids), label="Insights of this comparison")

st.caption("The address of this page holds the choice: copy it to share this view.")
code_expander(
    f"""import json
import urllib.request

body = {{"run_ids": {run_ids!r}, "metric": {metric!r}, "split": {split.value!r}}}
request = urllib.request.Request(
    "{wiring().settings.browser_url}/api/v1/comparisons",
    data=json.dumps(body).encode(),
    headers={{"Content-Type": "application/json"}},
)
with urllib.request.urlopen(request) as answer:
    comparison = json.load(answer)
for run in comparison["ranking"]:
    print(run["rank"], run["name"], run["score"]["value"], run["p_value"])
"""
)
