"""Datasets with problems that nobody has mended."""

from collections.abc import Iterator

from core.insights.said_numbers import numbers_said
from core.insights.spec import Finding
from core.records import Dataset
from core.types import Notice, Severity
from core.wording import short
from evaluation.insights import picturing, requests
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.insights.workspace_evidence import WorkspaceEvidence

MANY_MISSING = 0.2
MOST = 5


def look(evidence: WorkspaceEvidence) -> Iterator[Finding]:
    """One card for each dataset's newest version with serious remarks or columns full of gaps."""
    told = 0
    for dataset in evidence.newest_versions:
        serious = [notice for notice in dataset.notices if notice.severity is not Severity.INFO]
        n_rows = dataset.n_rows or 0
        gaps = {column.name: column.n_missing / n_rows for column in dataset.columns if n_rows}
        gaps = {name: share for name, share in gaps.items() if share >= MANY_MISSING}
        if (serious or gaps) and told < MOST:
            told += 1
            yield _finding(dataset, serious, gaps, n_runs=len(evidence.runs_by_dataset.get(dataset.id, ())))


def _finding(dataset: Dataset, serious: list[Notice], gaps: dict[str, float], *, n_runs: int) -> Finding:
    said = Said()
    parts = []
    if gaps:
        worst = max(gaps, key=lambda name: gaps[name])
        parts.append(
            f"{said.count('gaps', len(gaps), 'column')} of '{short(dataset.name)}' "
            f"{'lacks' if len(gaps) == 1 else 'lack'} many values, '{short(worst)}' most with "
            f"{said.share('worst', gaps[worst])}"
        )
    if serious:
        text = short(serious[0].text.rstrip("."), 160)
        parts.append(f"reading '{short(dataset.name)}' left {said.count('remarks', len(serious), 'remark')}: {text}")
        for place, one in enumerate(numbers_said(text), start=1):
            said.numbers[f"remark_{place}"] = one.value / 100 if one.is_percent else one.value
    statement = "; ".join(parts)
    statement = f"{statement[:1].upper()}{statement[1:]}."
    if n_runs:
        statement += f" {said.count('runs', n_runs, 'run')} learned from it as it is."
    shown = dict(sorted(gaps.items(), key=lambda pair: -pair[1])[:8])
    return Finding(
        kind=SPEC.key,
        family="problem",
        subject=(dataset.family_id,),
        title=f"{short(dataset.name, 40)} has open problems",
        statement=statement,
        numbers=said.numbers,
        sureness="certain",
        interest=0.6 if any(one.severity is Severity.SERIOUS for one in serious) else 0.5,
        picture=picturing.bars([short(name, 24) for name in shown], list(shown.values()), x_title="Share missing")
        if shown
        else None,
        table={"column": list(gaps), "share missing": list(gaps.values())} if gaps else {},
        advice="Fix what is a mistake; what is missing for a reason, models can be told.",
        actions=(
            requests.open_page("explore", "Look at it and fix it", dataset=dataset.id, view="overview"),
            requests.open_page("insights", "Look for insights", scope="dataset", id=dataset.id),
        ),
    )


SPEC = Finder(
    key="open_problems",
    label="Problems of the data",
    look=look,
    meaning="Remarks that reading left, and columns with many gaps, in the newest version of each dataset.",
)
