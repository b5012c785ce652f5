"""The result of a run: its score in front, and one view at a time of all there is to see."""

import streamlit as st

from app.ui import numbers
from app.ui.run import views
from app.ui.run.spec import RunView
from core.records import Run
from core.registry import Registry
from core.types import Direction, RunStatus, Split
from core.wording import steps
from evaluation.registry import METRICS

VIEWS: Registry[RunView] = Registry.discover("view", views)


def show_result(run: Run) -> None:
    """Scores, figures, remarks and everything else of a run that is over."""
    assert run.result is not None
    st.subheader("Result")
    _headline(run)
    if run.status is RunStatus.STOPPED:
        kept = steps(run.result.final_step, run.progress.step_name)
        st.info(f"Stopped early. The best state is kept: the one after {kept}.", icon=":material/stop_circle:")
    shown = sorted((view for view in VIEWS.values() if view.applies(run)), key=lambda view: view.order)
    by_key = {view.key: view for view in shown}
    wanted = st.query_params.get("view")
    key = st.segmented_control(
        "View",
        list(by_key),
        default=wanted if wanted in by_key else shown[0].key,
        required=True,
        format_func=lambda key: by_key[key].label,
        key="run-view",
        label_visibility="collapsed",
    )
    st.query_params["view"] = key
    by_key[key].show(run)


def _headline(run: Run) -> None:
    result = run.result
    assert result is not None
    metric = METRICS[result.primary_metric]
    scores = {score.split: score for score in result.scores if score.metric == metric.key}
    # As wide as what they say: columns of equal width would cut the longer labels.
    with st.container(horizontal=True, gap="medium"):
        for split in (Split.VALIDATION, Split.TEST):
            score = scores[split]
            is_higher = score.value > score.baseline
            is_better = is_higher is (metric.direction is Direction.HIGHER)
            st.metric(
                f"{metric.label}, {split.value}",
                numbers.score_with_interval(score.value, score.low, score.high),
                f"{numbers.delta(score.value, score.baseline)} against the baseline",
                # Streamlit would take our minus sign for no sign at all, and a smaller error for a larger one.
                delta_color="off" if score.value == score.baseline else "green" if is_better else "red",
                delta_arrow="off" if score.value == score.baseline else "up" if is_higher else "down",
                help=f"{metric.explanation} 95 % bootstrap interval over {numbers.count(score.n_samples, 'row')}.",
                width="content",
            )
        rows = " / ".join(map(numbers.count, result.n_samples.values()))
        st.metric("Rows: train, validation, test", rows, width="content")
        st.metric("Took", numbers.duration(result.duration_s), width="content")
