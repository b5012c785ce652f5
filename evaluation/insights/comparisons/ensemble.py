"""Whether a vote of the best models is better than the best of them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.insights.spec import Action, Finding, TestEvidence
from core.records import Run
from core.types import Split
from evaluation.comparison import paired_difference
from evaluation.insights import picturing, requests
from evaluation.insights.comparison_evidence import ComparisonEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.resampling import bootstrap_replicates, interval
from evaluation.scoring import score_keys
from evaluation.spec import Predictions

MOST_MEMBERS = 3
VOTING = "voting"


def look(evidence: ComparisonEvidence) -> Iterator[Finding]:
    """A finding when the mean of the best models of different kinds surely beats the best."""
    places = _members(evidence)
    if len(places) < 2:
        return
    parts = [evidence.predictions(place) for place in places]
    together = Predictions(
        task=evidence.task,
        y_true=parts[0].y_true,
        y_out=np.mean([part.y_out for part in parts], axis=0),
        n_classes=parts[0].n_classes,
    )
    key = evidence.metric.key
    text = f"{evidence.runs[0].provenance.split_sha256}/{Split.VALIDATION.value}"
    replicates = bootstrap_replicates(together, [key], seed_text=text)[key]
    best = evidence.replicates[0]
    n = min(len(best), len(replicates))
    test = paired_difference(replicates[:n], best[:n], evidence.metric.direction)
    value = score_keys(together, [key])[key]
    if not (test.is_distinguishable and test.difference > 0):
        return
    members = [evidence.runs[place] for place in places]
    low, high = interval(replicates)
    said = Said()
    said.numbers["level"] = 0.95
    score = evidence.score(0)
    statement = (
        f"The mean of what {said.count('members', len(members), 'run')} of different kinds say has "
        f"{evidence.metric.label} {said.score('together', value)} on validation rows; the best alone has "
        f"{said.score('best', score.value)}. The gain is {said.score('gain', test.difference)} (95 % interval "
        f"{said.score('low', test.low)} to {said.score('high', test.high)})."
    )
    yield Finding(
        kind=SPEC.key,
        family="model",
        subject=tuple(sorted(run.id for run in members)),
        title="A vote would be better",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Paired bootstrap of the mean against the best run",
                p_value=test.p_value,
                effect_name=f"gain in {evidence.metric.label}",
                effect=test.difference,
                interval=(test.low, test.high),
                n=score.n_samples,
            ),
        ),
        sureness="strong" if test.p_value < 0.01 else "moderate",
        interest=0.65,
        picture=picturing.intervals(
            ["Together", "Best alone"],
            [value, score.value],
            [low, score.low],
            [high, score.high],
            x_title=evidence.metric.label,
        ),
        table={"model": ["together", "best alone"], evidence.metric.label: [value, score.value]},
        advice="A vote costs the time of all its members at each prediction.",
        actions=_actions(evidence, members),
    )


def _members(evidence: ComparisonEvidence) -> list[int]:
    """The best runs, one a model, combinations left out."""
    models = evidence.workspace.models()
    chosen: dict[str, int] = {}
    for place, run in enumerate(evidence.runs):
        card = models.get(run.config.model)
        if card is not None and not card.needs_members and run.config.model != "dummy":
            chosen.setdefault(run.config.model, place)
    return list(chosen.values())[:MOST_MEMBERS]


def _actions(evidence: ComparisonEvidence, members: list[Run]) -> tuple[Action, ...]:
    if VOTING not in evidence.workspace.models():
        return ()
    first = members[0]
    request: dict[str, Any] = {
        "dataset_id": first.dataset_id,
        "target": first.config.target,
        "task": first.config.task.value,
        "model": VOTING,
        "params": {"runs": [run.id for run in members]},
        "seed": first.config.seed,
    }
    split = first.config.split.model_dump(mode="json")
    whole = {**request, "preprocessing": {}, "split": split}
    known = evidence.workspace.runs_on(first.dataset_id)
    if requests.is_known(whole, known, evidence.workspace.models()):
        return ()
    return (requests.start("Start the vote", request),)


SPEC = Finder(
    key="ensemble",
    label="What a vote would bring",
    look=look,
    meaning="The mean of what runs of different kinds say, scored on the same resampled rows as the best of them.",
)
