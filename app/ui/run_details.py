"""Parts of a run's page: what can be done with it, what it found, what it was made from."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui import numbers, places
from app.ui.figures import show_figure
from app.ui.guard import guard
from app.ui.panels import code_expander, score_table
from app.ui.text import plain
from app.ui.words import show_notices
from core.records import Dataset, Run
from core.types import RunStatus, Split
from evaluation.registry import METRICS


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
    if run.status is RunStatus.LOST and buttons.button("Take up again", icon=":material/resume:", key="run-resume"):
        with guard():
            services().runs.resume(run.id)
        st.rerun()
    if run.result is not None and buttons.button("Compare", icon=":material/leaderboard:", key="run-compare"):
        others = services().runs.list_page(limit=20, dataset_id=run.dataset_id).items
        ids = [run.id, *(other.id for other in others if other.id != run.id and other.result is not None)]
        st.switch_page(places.COMPARE, query_params={"runs": ",".join(ids[:8])})
    if run.artifacts.model is not None:
        buttons.link_button(
            "Download the model",
            f"/api/v1/runs/{run.id}/artifact",
            icon=":material/download:",
            help="A joblib file with preprocessing and estimator. Open such files only when you trust their origin.",
        )


def result_view(run: Run) -> None:
    """Scores, figures and remarks of a run that is over."""
    assert run.result is not None
    result = run.result
    metric = METRICS[result.primary_metric]
    st.subheader("Result")
    scores = {score.split: score for score in result.scores if score.metric == metric.key}
    columns = st.columns(4)
    for column, split in zip(columns, (Split.VALIDATION, Split.TEST), strict=False):
        score = scores[split]
        column.metric(
            f"{metric.label}, {split.value}",
            numbers.score_with_interval(score.value, score.low, score.high),
            f"{numbers.delta(score.value, score.baseline)} against the baseline",
            delta_color="normal" if metric.direction.value == "higher" else "inverse",
            help=f"{metric.explanation} 95 % bootstrap interval over {numbers.count(score.n_samples, 'row')}.",
        )
    columns[2].metric("Rows: train, validation, test", " / ".join(map(numbers.count, result.n_samples.values())))
    columns[3].metric("Took", numbers.duration(result.duration_s))
    if run.status is RunStatus.STOPPED:
        kept = numbers.count(result.final_step, run.progress.step_name.removesuffix("s"))
        st.info(f"Stopped early. The best state is kept: the one after {kept}.", icon=":material/stop_circle:")
    view = st.segmented_control(
        "View",
        ["Figures", "All scores", "Remarks"],
        default="Figures",
        required=True,
        key="run-view",
        label_visibility="collapsed",
    )
    if view == "All scores":
        score_table(run)
        if len(result.labels) == 2:
            st.caption(f"Precision, recall and F1 are those of the class {plain(result.labels[1])}.")
    elif view == "Remarks":
        show_notices(result.notices)
        if not result.notices:
            st.caption("Nothing was noticed.")
    else:
        _figures(run)


def _figures(run: Run) -> None:
    with guard():
        figures = services().runs.figures(run.id)
    split = st.segmented_control(
        "Rows",
        [Split.TEST, Split.VALIDATION],
        default=Split.VALIDATION,
        required=True,
        format_func=lambda part: f"{part.value.capitalize()} rows",
        key="run-figure_split",
    )
    shown = [figure for figure in figures if figure["split"] == split]
    for column, figure in zip(st.columns(max(len(shown), 2)), shown, strict=False):
        with column:
            show_figure(figure, key=f"run-figure-{figure['key']}-{split}")


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
