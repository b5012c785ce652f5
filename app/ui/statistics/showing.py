"""The answer of a test, from the sentence down to the code."""

from typing import Any

import streamlit as st

from app.ui import numbers
from app.ui.figures import show_figure
from app.ui.panels import code_expander
from app.ui.statistics.words import ASSUMPTION
from app.ui.text import plain
from app.ui.words import show_notices
from core.records import Dataset
from core.statistics.registry import STATISTICAL_TESTS
from core.statistics.result import (
    Assumption,
    AssumptionState,
    Cell,
    Estimate,
    GroupSummary,
    Power,
    ResultTable,
    TestResult,
)

_MATTERS = (AssumptionState.VIOLATED, AssumptionState.DOUBTFUL, AssumptionState.OK, AssumptionState.TO_JUDGE)
"""What needs attention comes first."""


def show_result(result: TestResult, dataset: Dataset, asked: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Everything about one answer. Returns another test and its parameters when a person asks for that one."""
    st.subheader(result.label)
    st.markdown(f"#### {plain(result.sentence)}")
    _figures_in_brief(result)
    show_notices(result.warnings)
    data_place, effect_place = st.columns([3, 2])
    with data_place:
        show_figure(result.pictures[0].model_dump(), key="statistics-picture")
    with effect_place:
        if len(result.pictures) > 1:
            show_figure(result.pictures[-1].model_dump(), key="statistics-effect")
        st.caption(plain(_power(result.power)))
    wanted = _assumptions(result, asked)
    _details(result)
    code_expander(
        result.code,
        note="Repeats this test with SciPy. Save the dataset first: "
        f"/api/v1/datasets/{dataset.id}/export?format=parquet",
    )
    return wanted


def _figures_in_brief(result: TestResult) -> None:
    effect, estimate = result.effect, result.estimate
    p_text = "<0.001" if result.p_value < 0.001 else f"{result.p_value:.3f}"
    shown = [
        (
            "p value",
            p_text,
            "How often chance alone would give at least as much if there were nothing to find. "
            f"The level was set to {result.alpha:g}.",
        ),
        (f"Effect: {effect.word}" if effect.word else "Effect", numbers.significant(effect.value), _interval(effect)),
        (
            "Rows used",
            numbers.count(result.n_used),
            f"{numbers.count(result.n_missing)} left out for gaps, of {numbers.count(result.n_read)} that were read.",
        ),
    ]
    if estimate is not None:
        shown.insert(2, (estimate.name, numbers.significant(estimate.value), _interval(estimate)))
    for place, (label, value, help_) in zip(st.columns(len(shown)), shown, strict=True):
        place.metric(plain(label), value, help=plain(help_))


def _interval(estimate: Estimate) -> str:
    low = numbers.significant(estimate.low) if estimate.low is not None else "no bound"
    high = numbers.significant(estimate.high) if estimate.high is not None else "no bound"
    unit = f" Unit: {estimate.unit}." if estimate.unit else ""
    share = numbers.percent(estimate.confidence)
    return f"{estimate.name}, {share} interval from {low} to {high}, by {estimate.method}.{unit}"


def _power(power: Power) -> str:
    if power.detectable is None:
        return f"What this many rows can find: {power.reason}"
    return (
        f"This many rows find a true {power.effect} of {numbers.significant(power.detectable)} in 80 of 100 tables "
        f"({power.method})."
    )


def _assumptions(result: TestResult, asked: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    st.markdown("**What the p value rests on**")
    wanted = None
    for index, assumption in enumerate(sorted(result.assumptions, key=lambda one: _MATTERS.index(one.state))):
        with st.container(border=True):
            st.markdown(f"{ASSUMPTION[assumption.state]} · **{plain(assumption.name)}**: {plain(assumption.result)}")
            if assumption.advice:
                st.markdown(plain(assumption.advice))
            st.caption(f"How it was checked: {plain(assumption.how)}")
            if _instead(assumption, asked, index):
                assert assumption.alternative is not None
                wanted = assumption.alternative, _carried_over(assumption.alternative, asked)
    return wanted


def _instead(assumption: Assumption, asked: dict[str, Any], index: int) -> bool:
    """A button for the test that does without the assumption, where it takes the same columns."""
    if assumption.alternative is None:
        return False
    spec = STATISTICAL_TESTS[assumption.alternative]
    required = {name for name, field in spec.params.model_fields.items() if field.is_required()}
    if not required <= set(asked):
        st.caption(f"Test that does without: {spec.label}.")
        return False
    return st.button(f"Take the {spec.label} instead", icon=":material/swap_horiz:", key=f"statistics-instead-{index}")


def _carried_over(test: str, asked: dict[str, Any]) -> dict[str, Any]:
    fields = STATISTICAL_TESTS[test].params.model_fields
    return {name: value for name, value in asked.items() if name in fields}


def _details(result: TestResult) -> None:
    with st.expander("Details", icon=":material/list_alt:"):
        st.dataframe(
            [{"What": name, "Value": value} for name, value in _facts(result).items()],
            hide_index=True,
            alt="Statistic, degrees of freedom and method of the test",
        )
        if result.groups:
            st.caption("Groups")
            st.dataframe([_group_row(group) for group in result.groups], hide_index=True, alt="Groups in a few numbers")
        for table in result.tables:
            st.caption(plain(table.title))
            st.dataframe(_rows(table), hide_index=True, alt=table.title)
        for index, picture in enumerate(result.pictures[1:-1]):
            show_figure(picture.model_dump(), key=f"statistics-more-{index}")


def _facts(result: TestResult) -> dict[str, str]:
    facts = {
        "If nothing is going on": result.null_hypothesis,
        "Form": result.variant,
        "Looking for": result.alternative,
        **{part.name: numbers.significant(part.value) for part in result.statistics},
        **{f"df, {part.name}": numbers.significant(part.value) for part in result.degrees_of_freedom},
        "p": f"{result.p_value:.6g}",
        "Effect": f"{numbers.significant(result.effect.value)}; {_interval(result.effect)}",
        "Words for the effect": result.effect.convention,
        "Power for the effect found": _achieved(result.power),
        "Source": result.source,
    }
    return {name: value for name, value in facts.items() if value}


def _achieved(power: Power) -> str:
    if power.achieved is None:
        return power.reason
    return f"{numbers.percent(power.achieved)}; it follows from p and says nothing more"


def _group_row(group: GroupSummary) -> dict[str, Any]:
    return {
        "Group": group.label,
        "n": group.n,
        "Mean": numbers.significant(group.mean),
        "Interval": f"{numbers.significant(group.mean_low)} to {numbers.significant(group.mean_high)}",
        "Deviation": numbers.significant(group.std),
        "Median": numbers.significant(group.median),
        "Middle half": f"{numbers.significant(group.q1)} to {numbers.significant(group.q3)}",
        "Range": f"{numbers.significant(group.minimum)} to {numbers.significant(group.maximum)}",
    }


def _rows(table: ResultTable) -> list[dict[str, str]]:
    return [dict(zip(table.columns, map(_cell, row), strict=True)) for row in table.rows]


def _cell(value: Cell) -> str:
    if isinstance(value, int):
        return numbers.count(value)
    return numbers.significant(value) if isinstance(value, float) else value or ""
