"""Every score with its interval and the dummy's."""

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.guard import guard
from app.ui.run.spec import RunView
from app.ui.text import plain
from core.records import Run
from core.types import Score


def show(run: Run) -> None:
    """The table of scores."""
    assert run.result is not None
    with guard():
        scores = services().evaluations.scores(run.id)
    rows = [
        {
            "Metric": each.label,
            "Better is": each.direction.value,
            "Validation": _with_interval(each.validation),
            "Test": _with_interval(each.test),
            "Baseline (test)": numbers.significant(each.test.baseline),
            "What it says": each.explanation,
        }
        for each in scores
    ]
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        alt="Scores with 95 % bootstrap intervals and the score of a dummy",
        column_config={"What it says": st.column_config.TextColumn(width="large")},
    )
    if len(run.result.labels) == 2:
        st.caption(
            f"Precision, recall, F1 and the areas are those of the class {plain(run.result.labels[1])}. After ± stands "
            "half of a 95 % bootstrap interval."
        )
    elif run.result.labels:
        st.caption("Precision, recall, F1 and the areas are means over the classes, each against the rest.")
    if run.test_looks:
        looks = numbers.count(run.test_looks, "more time", "more times")
        st.caption(f"The test rows were looked at {looks} since the training was over.")


def _with_interval(score: Score) -> str:
    return numbers.score_with_interval(score.value, score.low, score.high)


SPEC = RunView(key="scores", label="All scores", order=20, show=show)
