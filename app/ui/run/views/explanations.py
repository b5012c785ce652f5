"""Why the run says what it says."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from app.bootstrap import services
from app.ui.guard import guard
from app.ui.run.explaining import boundary, coefficients, curves, dependence, importance, shap, tree
from app.ui.run.spec import RunView
from core.records import Run
from core.types import SUPERVISED

PARTS: Mapping[str, Callable[[Run], None]] = MappingProxyType(
    {
        "permutation_importance": importance.show,
        "shap_values": shap.show,
        "partial_dependence": dependence.show,
        "decision_boundary": boundary.show,
        "tree_drawing": tree.show,
        "coefficients": coefficients.show,
        "learning_curve": curves.show_learning,
        "validation_curve": curves.show_validation,
    }
)


def show(run: Run) -> None:
    """One explanation at a time; each is worked out once and kept."""
    with guard():
        kinds = {kind.kind: kind for kind in services().explanations.kinds(run.id) if kind.suits}
    wanted = st.query_params.get("explain")
    key = st.segmented_control(
        "Explanation",
        list(kinds),
        default=wanted if wanted in kinds else next(iter(kinds)),
        required=True,
        format_func=lambda kind: kinds[kind].label,
        key="run-explain-kind",
        label_visibility="collapsed",
    )
    st.query_params["explain"] = key
    st.caption(f"{kinds[key].summary} From validation and training rows alone: the test rows stay locked.")
    PARTS[key](run)


SPEC = RunView(
    key="explanations",
    label="Explanations",
    order=28,
    show=show,
    applies=lambda run: run.config.task in SUPERVISED and run.artifacts.model is not None,
)
