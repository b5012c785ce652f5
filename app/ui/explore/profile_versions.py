"""What has changed between two versions of a dataset."""

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.computing import answer
from app.ui.explore.profile_figures import pair_bars_figure
from app.ui.guard import guard
from app.ui.text import plain
from core.profiling.differences import ColumnShift, TableDifference
from core.records import Dataset
from core.types import DatasetStatus

N_PICTURES = 6
_CHANGES = {"large": "▲ large", "some": "● some", "none": "– none"}


def show_versions(dataset: Dataset) -> None:
    """The comparison of this version with another one that a person chooses; by default with its predecessor."""
    with guard():
        relatives = services().datasets.relatives(dataset.id)
    others = [one for one in relatives if one.id != dataset.id and one.status is DatasetStatus.READY]
    if not others:
        st.caption("There is no other version that is ready.")
        return
    names = {one.id: f"{one.name} v{one.version}" for one in others}
    ids = list(names)
    start = ids.index(dataset.parent_id) if dataset.parent_id in names else 0
    before_id = st.selectbox(
        "Compare with", ids, index=start, format_func=names.__getitem__, key=f"overview-versions-{dataset.id}"
    )
    found = answer(
        "version_comparison",
        {"before_id": before_id, "after_id": dataset.id},
        TableDifference,
        key=f"overview-comparison-{dataset.id}",
    )
    if found is not None:
        _show(found)


def _show(found: TableDifference) -> None:
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in found.sentences))
    if found.is_same_content:
        return
    moved = [shift for shift in found.shifts if shift.change != "none" and shift.picture]
    for start in range(0, min(len(moved), N_PICTURES), 2):
        for place, shift in zip(st.columns(2, gap="large"), moved[start : start + 2], strict=False):
            with place:
                _picture(shift)
    with st.expander("All columns", icon=":material/table_rows:"):
        st.dataframe([_row(shift) for shift in found.shifts], hide_index=True, alt="Columns by how much they changed")
        st.caption(
            "PSI: population stability index, below 0.1 stable, from 0.25 on a large shift. JS: Jensen-Shannon "
            "distance. KS: Kolmogorov-Smirnov statistic. Shapes come from "
            f"{numbers.count(found.before.n_looked)} and {numbers.count(found.after.n_looked)} rows."
        )


def _picture(shift: ColumnShift) -> None:
    assert shift.picture is not None
    st.markdown(f"**{plain(shift.column)}** · {_CHANGES[shift.change]}")
    picture = shift.picture
    st.plotly_chart(
        pair_bars_figure(picture.labels, picture.before, picture.after),
        key=f"overview-shift-{shift.column}",
        alt=shift.sentence,
        config={"displayModeBar": False},
    )


def _row(shift: ColumnShift) -> dict[str, object]:
    return {
        "Column": shift.column,
        "Change": _CHANGES[shift.change],
        "Missing": f"{numbers.percent(shift.missing_before)} → {numbers.percent(shift.missing_after)}",
        "Mean": "" if shift.mean_before is None else _arrow(shift),
        "PSI": numbers.significant(shift.psi),
        "JS": numbers.significant(shift.jensen_shannon),
        "KS": numbers.significant(shift.kolmogorov_smirnov),
        "New values": numbers.count(shift.n_new_values),
    }


def _arrow(shift: ColumnShift) -> str:
    return f"{numbers.significant(shift.mean_before)} → {numbers.significant(shift.mean_after)}"
