"""The leak detector on the Train page: what was found, the evidence, and a button that mends it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.computing import answer
from app.ui.guard import guard
from app.ui.text import plain
from app.ui.train.subject import Subject
from core.leakage.findings import Leak, LeakReport, Remedy
from core.types import Severity

ICON = {
    Severity.SERIOUS: ":red[:material/report:]",
    Severity.WARNING: ":orange[:material/warning:]",
    Severity.INFO: ":gray[:material/help:]",
}
WORD = {Severity.SERIOUS: "serious", Severity.WARNING: "warning", Severity.INFO: "question"}
MOST_OPEN = 3
WAIT_S = 0.5
"""The form below waits no longer for it; later findings come with a rerun of the page."""


def leak_panel(subject: Subject, *, split: Mapping[str, Any], seed: int, division_key: str) -> None:
    """Findings on the present settings; asked once for each of them, in the background.

    Args:
        subject: What is to be learned.
        split: The split part of the request.
        seed: Of the split.
        division_key: Prefix of the keys of the widgets that choose the split.
    """
    with guard():
        question = services().leaks.question(
            subject.dataset.id,
            subject.target,
            task=subject.task,
            exclude=_excluded(subject),
            split=dict(split),
            seed=seed,
        )
    report = answer("leak_check", question, LeakReport, key="train-leaks", wait_s=WAIT_S)
    if report is not None:
        _show(report, subject, division_key)


def _show(report: LeakReport, subject: Subject, division_key: str) -> None:
    alarms = [leak for leak in report.leaks if leak.severity is not Severity.INFO]
    questions = [leak for leak in report.leaks if leak.severity is Severity.INFO]
    is_all = report.n_looked == report.n_rows
    looked = "" if is_all else f" in the {numbers.count(report.n_looked, 'row')} looked at"
    if not alarms:
        line, details = st.columns([4, 1], vertical_alignment="center")
        ask = f" {numbers.count(len(questions), 'thing')} to look at: see the checks." if questions else ""
        line.markdown(f":gray[:material/verified_user: No leak was found{looked}.{ask}]{_note(report)}")
        with details.popover(f"Checks ({len(questions)})" if questions else "Checks", width="stretch"):
            _questions(questions, subject, division_key)
            _checks(report)
        return
    with st.container(border=True):
        head, details = st.columns([4, 1], vertical_alignment="center")
        head.markdown(f"**{numbers.count(len(alarms), 'possible leak')}**{looked}{_note(report)}")
        with details.popover("Checks", width="stretch"):
            _checks(report)
        for place, leak in enumerate(alarms[:MOST_OPEN]):
            _finding(leak, subject, division_key, key=f"train-leak-{place}")
        rest = alarms[MOST_OPEN:] + questions
        if rest:
            with st.expander(f"{len(rest)} more"):
                for place, leak in enumerate(rest, start=MOST_OPEN):
                    _finding(leak, subject, division_key, key=f"train-leak-{place}")


def _finding(leak: Leak, subject: Subject, division_key: str, *, key: str) -> None:
    st.markdown(f"{ICON[leak.severity]} {plain(leak.sentence)}")
    with st.container(horizontal=True):
        if leak.remedy is not None:
            st.button(
                plain(leak.remedy.label),
                key=f"{key}-mend",
                on_click=_mend,
                args=(leak.remedy.model_dump(), subject.key, division_key),
            )
        with st.popover("Why, and how sure", key=f"{key}-why"):
            st.markdown(f"**{plain(leak.label)}** · {WORD[leak.severity]}")
            st.write(leak.why)
            st.write(leak.advice)
            if leak.evidence:
                st.dataframe(list(leak.evidence), hide_index=True, alt=f"Evidence: {leak.label}")


def _questions(leaks: list[Leak], subject: Subject, division_key: str) -> None:
    for place, leak in enumerate(leaks):
        st.markdown(f"{ICON[leak.severity]} {plain(leak.sentence)}")
        st.caption(leak.advice)
        if leak.remedy is not None:
            st.button(
                plain(leak.remedy.label),
                key=f"train-leak-question-{place}",
                on_click=_mend,
                args=(leak.remedy.model_dump(), subject.key, division_key),
            )


def _checks(report: LeakReport) -> None:
    st.caption("What was looked for. Targets of validation and test rows were not looked at.")
    st.dataframe(
        [{"Leak": check.label, "Found": check.n_found} for check in report.checks],
        hide_index=True,
        alt="Kinds of leaks that were looked for",
    )


def _note(report: LeakReport) -> str:
    return f" :gray[{plain(report.note)}]" if report.note else ""


def exclude_key(subject_key: str) -> str:
    """Key of the widget that lists the columns to leave out."""
    return f"train-preprocessing-{subject_key}-exclude"


def _excluded(subject: Subject) -> list[str]:
    names = {column.name for column in subject.dataset.columns} - {subject.target}
    return [name for name in st.session_state.get(exclude_key(subject.key), []) if name in names]


def _mend(remedy: dict[str, Any], subject_key: str, division_key: str) -> None:
    """Change the widgets that the remedy speaks of; they take it up in the run of the page that follows."""
    change = Remedy.model_validate(remedy)
    if change.exclude:
        chosen = st.session_state.get(exclude_key(subject_key), [])
        st.session_state[exclude_key(subject_key)] = list(dict.fromkeys([*chosen, *change.exclude]))
    for name, value in change.split.items():
        st.session_state[f"{division_key}-{name}"] = value
