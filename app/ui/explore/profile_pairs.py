"""What columns say of each other, and of the target."""

import streamlit as st

from app.ui import numbers
from app.ui.explore.profile_figures import matrix_figure
from app.ui.text import plain
from core.profiling.facts import Matrix, TableFacts
from core.profiling.wording import ASSOCIATIONS
from core.records import Dataset
from core.types import LearningTask

N_STRONGEST = 12


def show_pairs(dataset: Dataset, facts: TableFacts) -> None:
    """A heat map of one kind of association, and its strongest pairs as a list."""
    kinds = [matrix.kind for matrix in facts.matrices]
    kind = st.segmented_control(
        "Kind",
        kinds,
        default="spearman" if "spearman" in kinds else kinds[0],
        required=True,
        format_func=lambda kind: ASSOCIATIONS[kind][0],
        key=f"overview-pairs-{dataset.id}",
        label_visibility="collapsed",
    )
    matrix = next((matrix for matrix in facts.matrices if matrix.kind == kind), facts.matrices[0])
    left_out = f" {numbers.count(matrix.n_left_out, 'column')} beyond the first are left out." * bool(matrix.n_left_out)
    st.caption(f"{ASSOCIATIONS[matrix.kind][1]} From {numbers.count(matrix.n_looked, 'row')}.{left_out}")
    map_part, list_part = st.columns([3, 2], gap="large")
    with map_part:
        alt = f"Heat map: {ASSOCIATIONS[matrix.kind][0]}"
        st.plotly_chart(matrix_figure(matrix), key="overview-matrix", alt=alt, config={"displayModeBar": False})
    with list_part:
        st.markdown("**Strongest pairs**")
        st.dataframe(_strongest(matrix), hide_index=True, alt="The strongest pairs")


def _strongest(matrix: Matrix) -> list[dict[str, object]]:
    is_square = matrix.rows == matrix.columns
    pairs = [
        (value, matrix.rows[i], matrix.columns[j])
        for i, row in enumerate(matrix.values)
        for j, value in enumerate(row)
        if value is not None and not (is_square and j >= i)
    ]
    pairs.sort(key=lambda pair: -abs(pair[0]))
    return [
        {"One": one, "Other": other, "Strength": numbers.significant(value)}
        for value, one, other in pairs[:N_STRONGEST]
    ]


def show_target(facts: TableFacts) -> None:
    """What each column tells about the target by itself, the strongest first."""
    towards = facts.target_facts
    if towards is None:
        return
    is_class = towards.task is LearningTask.CLASSIFICATION
    how = "of the wrong guesses it avoids" if is_class else "of the variance it explains"
    st.caption(
        plain(
            f"What each column tells about {towards.name!r} by itself, learned on one half of "
            f"{numbers.count(towards.n_looked, 'row')} and tried on the other. Predicts: the share {how}; several "
            "columns together can do much better. Information: the share of what there is to know."
        )
    )
    st.dataframe(
        [
            {"Column": one.column, "Predicts": one.score, "Information": one.information_share}
            for one in towards.dependences
        ],
        hide_index=True,
        column_config={
            name: st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)
            for name in ("Predicts", "Information")
        },
        alt="Columns by what they tell about the target",
    )
