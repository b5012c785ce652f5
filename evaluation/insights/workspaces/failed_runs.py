"""Runs that fail for the same reason."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from core.ids import utc_now
from core.insights.said_numbers import numbers_said
from core.insights.spec import Finding
from core.records import Run
from core.types import RunStatus
from core.wording import joined, short
from evaluation.insights import requests
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.insights.workspace_evidence import WorkspaceEvidence

RECENT = timedelta(days=14)
FEWEST = 2


def look(evidence: WorkspaceEvidence) -> Iterator[Finding]:
    """One card for each reason that made at least two recent runs fail."""
    since = utc_now() - RECENT
    by_reason: dict[str, list[Run]] = defaultdict(list)
    for run in evidence.runs:
        is_failed = run.status in (RunStatus.FAILED, RunStatus.LOST) and run.error is not None
        if is_failed and run.error is not None and run.created_at >= since:
            by_reason[run.error.code].append(run)
    for code, runs in by_reason.items():
        if len(runs) >= FEWEST:
            yield _finding(evidence, code, runs)


def _finding(evidence: WorkspaceEvidence, code: str, runs: list[Run]) -> Finding:
    newest = runs[0]
    assert newest.error is not None
    said = Said()
    models = joined(sorted({evidence.model_label(run) for run in runs})[:3])
    statement = (
        f"{said.count('failed', len(runs), 'run')} of the last {said.count('days', RECENT.days, 'day')} failed for one "
        f"reason ({models}). The newest says: {short(newest.error.message, 200)}"
    )
    for place, one in enumerate(numbers_said(newest.error.message), start=1):
        said.numbers[f"message_{place}"] = one.value
    return Finding(
        kind=SPEC.key,
        family="problem",
        subject=(code,),
        title="Runs fail for one reason",
        statement=statement,
        numbers=said.numbers,
        sureness="certain",
        interest=min(0.9, 0.7 + 0.03 * len(runs)),
        table={
            "run": [run.name for run in runs[:50]],
            "reason": [short(run.error.message, 200) if run.error else "" for run in runs[:50]],
        },
        advice=newest.error.hint,
        actions=(
            requests.open_run(newest.id, "Open the newest"),
            requests.open_page("train", "Change its settings", like=newest.id),
        ),
    )


SPEC = Finder(
    key="failed_runs",
    label="Failures with one cause",
    look=look,
    meaning="Runs of the last two weeks that ended with the same kind of error.",
)
