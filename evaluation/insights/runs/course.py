"""What was noticed while the run trained, as cards: those remarks that no other finder puts in numbers."""

from collections.abc import Iterator

from core.insights.said_numbers import numbers_said
from core.insights.spec import Action, Finding
from core.types import Severity
from evaluation.insights import requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.spec import Finder
from evaluation.remarks.registry import REMARKS

ELSEWHERE = frozenset(
    {
        "by_heart",
        "gap_opens",
        "validation_worse",
        "underfit",
        "worse_than_baseline",
        "more_rows_help",
        "overconfident",
        "perfect_early",
        "still_improving",
    }
)
"""Remarks whose matter has a finder of its own here, with a test."""
INTEREST = {Severity.SERIOUS: 0.85, Severity.WARNING: 0.6, Severity.INFO: 0.3}


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """One finding a remark; its change is a run that is ready to start."""
    for remark in evidence.run.progress.remarks:
        if remark.key in ELSEWHERE or remark.key not in REMARKS:
            continue
        actions: tuple[Action, ...] = (requests.open_run(evidence.run.id, "See it in the run"),)
        if remark.change is not None and evidence.is_new(remark.change):
            request = requests.changed_request(evidence.run, remark.change)
            actions = (requests.start(remark.change.label, request), *actions)
        said = numbers_said(f"{remark.seen} {remark.advice}")
        yield Finding(
            kind=SPEC.key,
            family="next_step",
            subject=(remark.key,),
            title=remark.title,
            statement=remark.seen,
            numbers={
                f"number_{place}": one.value / 100 if one.is_percent else one.value
                for place, one in enumerate(said, start=1)
            },
            sureness="strong" if remark.severity is Severity.SERIOUS else "moderate",
            interest=INTEREST[remark.severity],
            advice=remark.advice,
            actions=actions,
        )


SPEC = Finder(
    key="course",
    label="The course of the training",
    look=look,
    meaning="Remarks that were made while the run trained: rare classes, learning rates, curves that come to rest.",
)
