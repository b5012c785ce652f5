"""The best run of a dataset, where nobody has compared or where a difference is worth knowing."""

from collections import defaultdict
from collections.abc import Iterator

from core.insights.spec import Finding, TestEvidence
from core.records import Run
from core.wording import short
from evaluation.insights import picturing, requests
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.insights.workspace_evidence import WorkspaceEvidence, better, primary
from evaluation.registry import METRICS

MOST = 5


def look(evidence: WorkspaceEvidence) -> Iterator[Finding]:
    """One card a question (dataset version, target, rows) with at least two runs; the newest ones."""
    groups: dict[tuple[str, str, str], list[Run]] = defaultdict(list)
    for run in evidence.runs:
        if primary(run) is not None:
            groups[run.dataset_id, run.config.target, str(run.provenance.split_sha256)].append(run)
    names = {dataset.id: dataset.name for dataset in evidence.datasets}
    told = 0
    for (dataset_id, target, _), runs in groups.items():
        if len(runs) < 2 or dataset_id not in names or told == MOST:
            continue
        told += 1
        yield _finding(evidence, runs, name=names[dataset_id], target=target)


def _finding(evidence: WorkspaceEvidence, runs: list[Run], *, name: str, target: str) -> Finding:
    ordered = sorted(runs, key=_place)
    best = ordered[0]
    found = primary(best)
    assert found is not None
    metric, value, low, high, baseline = found
    said = Said()
    said.numbers["level"] = 0.95
    label = METRICS[metric].label
    what = f" for '{short(target)}'" if target else ""
    statement = (
        f"Of {said.count('runs', len(runs), 'run')} on '{short(name)}'{what}, '{short(best.name, 60)}' has the best "
        f"{label} on validation rows: {said.score('best', value)} (95 % interval {said.score('low', low)} to "
        f"{said.score('high', high)}; baseline {said.score('baseline', baseline)})."
    )
    ids = ",".join(run.id for run in ordered[:20])
    shown = ordered[:5]
    scores = [primary(run) for run in shown]
    known = [score for score in scores if score is not None]
    return Finding(
        kind=SPEC.key,
        family="model",
        subject=(best.dataset_id, target),
        title=f"The best so far on {short(name, 40)}",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Bootstrap interval",
                effect_name=label,
                effect=value,
                interval=(low, high),
            ),
        ),
        sureness="moderate",
        interest=0.45,
        picture=picturing.intervals(
            [f"{place} {short(evidence.model_label(run), 20)}" for place, run in enumerate(shown, start=1)],
            [score[1] for score in known],
            [score[2] for score in known],
            [score[3] for score in known],
            x_title=f"{label} on validation",
            line_at=baseline,
        ),
        table={"run": [run.name for run in shown], label: [score[1] for score in known]},
        advice="Look at the comparison before you call it the winner: the first of many is flattered by chance.",
        actions=(
            requests.open_page("compare", "Compare them", runs=ids),
            requests.open_page("insights", "What to do next", scope="run", id=best.id),
        ),
    )


def _place(run: Run) -> tuple[float, str]:
    found = primary(run)
    assert found is not None
    return -better(found[0], found[1]), run.id


SPEC = Finder(
    key="best_runs",
    label="The best run of each dataset",
    look=look,
    meaning="By the deciding score on validation rows, among runs that saw the same rows.",
)
