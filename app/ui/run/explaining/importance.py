"""Permutation importance of columns, groups of columns, or features."""

import streamlit as st

from app.ui.run.explaining.showing import ask, show_explanation
from core.records import Run
from evaluation.explaining.importance_answer import PermutationImportances
from evaluation.registry import METRICS, metrics_for

WAYS = {
    "columns": "Columns",
    "together": "Correlated columns together",
    "features": "Features after preprocessing",
}
PARTS = {"validation": "Validation rows", "train": "Training rows"}


def show(run: Run) -> None:
    """What shuffling costs."""
    assert run.result is not None
    left, middle, right = st.columns([3, 2, 2])
    with left:
        way = st.selectbox("Shuffle", list(WAYS), format_func=WAYS.__getitem__, key="run-explain-importance-way")
    with middle:
        keys = [spec.key for spec in metrics_for(run.config.task)]
        metric = st.selectbox(
            "Score",
            keys,
            index=keys.index(run.result.primary_metric),
            format_func=lambda key: METRICS[key].label,
            key="run-explain-importance-metric",
        )
    with right:
        part = st.selectbox("Rows", list(PARTS), format_func=PARTS.__getitem__, key="run-explain-importance-part")
    found = ask(
        run,
        "permutation_importance",
        {
            "of": "features" if way == "features" else "columns",
            "together": way == "together",
            "metric": metric,
            "part": part,
        },
        PermutationImportances,
    )
    if found is not None:
        show_explanation(found, key="run-explain-importance")
