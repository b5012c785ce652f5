"""Datasets that nobody has done anything with yet."""

from collections.abc import Iterator

from core.insights.spec import Finding
from core.wording import short
from evaluation.insights import requests
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.insights.targets import guess_targets
from evaluation.insights.workspace_evidence import WorkspaceEvidence

MOST = 3


def look(evidence: WorkspaceEvidence) -> Iterator[Finding]:
    """One card for each of the newest datasets that no run has learned from, whatever its version."""
    families = {dataset.family_id for dataset in evidence.datasets if evidence.runs_by_dataset.get(dataset.id)}
    waiting = [dataset for dataset in evidence.newest_versions if dataset.family_id not in families]
    for dataset in waiting[:MOST]:
        guesses = guess_targets(dataset)
        said = Said()
        statement = (
            f"'{short(dataset.name)}' ({said.count('rows', dataset.n_rows or 0, 'row')}, "
            f"{said.count('columns', len(dataset.columns), 'column')}) has no run yet."
        )
        if guesses:
            statement += f" '{short(guesses[0].column)}' looks like what one would predict."
        actions = [requests.open_page("insights", "Look for insights", scope="dataset", id=dataset.id)]
        if guesses:
            query = {"dataset": dataset.id, "target": guesses[0].column}
            actions.append(requests.open_page("train", f"Predict {short(guesses[0].column, 24)}", **query))
        yield Finding(
            kind=SPEC.key,
            family="next_step",
            subject=(dataset.family_id,),
            title=f"{short(dataset.name, 40)} waits",
            statement=statement,
            numbers=said.numbers,
            sureness="certain",
            interest=0.35,
            advice="A first look takes half a minute.",
            actions=tuple(actions),
        )


SPEC = Finder(
    key="untouched",
    label="Datasets without a run",
    look=look,
    meaning="Datasets that are ready, and that nobody has learned from yet.",
)
