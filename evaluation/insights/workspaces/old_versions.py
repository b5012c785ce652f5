"""Results that rest on an older version of their data."""

from collections.abc import Iterator

from core.insights.spec import Action, Finding
from core.records import Dataset, Run
from core.wording import short
from evaluation.insights import requests
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.insights.workspace_evidence import WorkspaceEvidence, better, primary


def look(evidence: WorkspaceEvidence) -> Iterator[Finding]:
    """One card for each dataset whose newest version no run has learned from, while older ones have runs."""
    by_id = {dataset.id: dataset for dataset in evidence.datasets}
    for newest in evidence.newest_versions:
        if newest.version == 1 or any(primary(run) for run in evidence.runs_by_dataset.get(newest.id, ())):
            continue
        older = [
            run
            for dataset_id, runs in evidence.runs_by_dataset.items()
            for run in runs
            if primary(run) and dataset_id in by_id and by_id[dataset_id].family_id == newest.family_id
        ]
        if older:
            yield _finding(newest, older, by_id)


def _finding(newest: Dataset, runs: list[Run], by_id: dict[str, Dataset]) -> Finding:
    best = min(runs, key=_place)
    version = by_id[best.dataset_id].version
    said = Said()
    said.numbers |= {"newest": float(newest.version), "older": float(version)}
    statement = (
        f"'{short(newest.name)}' has a version {newest.version}, but {said.count('runs', len(runs), 'run')} rest on "
        f"older ones, the best of them on version {version}."
    )
    return Finding(
        kind=SPEC.key,
        family="problem",
        subject=(newest.family_id,),
        title="Results from an older version of the data",
        statement=statement,
        numbers=said.numbers,
        sureness="certain",
        interest=0.68,
        advice="Scores on different versions cannot be compared. Train the best settings again on the newest one.",
        actions=_actions(newest, best),
    )


def _actions(newest: Dataset, best: Run) -> tuple[Action, ...]:
    names = {column.name for column in newest.columns}
    request = {**requests.request_of(best), "dataset_id": newest.id}
    asked = {best.config.target, *best.config.preprocessing.get("exclude", ())} - {""}
    see = requests.open_run(best.id, "Open the best")
    if not asked <= names or "runs" in best.config.params:
        return (see,)
    return requests.start(f"Train it on version {newest.version}", request), see


def _place(run: Run) -> float:
    found = primary(run)
    assert found is not None
    return -better(found[0], found[1])


SPEC = Finder(
    key="old_versions",
    label="Results on old versions",
    look=look,
    meaning="A dataset has a newer version, and every run still rests on an older one.",
)
