"""Runs worth starting next: one change each around the best run on the same rows, none that exists already."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.insights.spec import Finding
from core.records import Change, Run
from core.types import LearningTask
from evaluation.insights import requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.remarks.history import ModelFacts
from evaluation.remarks.levers import balanced, calmer, longer, richer, simpler

MOST = 3
ALTERNATIVES = {
    LearningTask.CLASSIFICATION: ("hist_gradient_boosting", "random_forest", "logistic_regression", "extra_trees"),
    LearningTask.REGRESSION: ("hist_gradient_boosting", "random_forest", "ridge", "extra_trees"),
}
"""Models of different kinds that rarely disappoint, the likeliest first."""


@dataclass(frozen=True, kw_only=True)
class _Idea:
    reason: str
    change: Change
    weight: float


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """Up to three suggestions around the best sibling of the run."""
    best = evidence.siblings[0]
    told: set[str] = set()
    for idea in sorted(_ideas(evidence, best), key=lambda idea: -idea.weight):
        request = requests.changed_request(best, idea.change)
        text = repr(sorted(request.items(), key=str))
        if text in told or requests.is_known(request, evidence.runs, evidence.workspace.models()):
            continue
        told.add(text)
        yield _finding(evidence, best, idea)
        if len(told) == MOST:
            return


def _ideas(evidence: RunEvidence, best: Run) -> Iterator[_Idea]:
    """Changes with their reasons, those that the evidence speaks for with the most weight."""
    card = evidence.workspace.models().get(best.config.model)
    if card is None or card.needs_members:
        return
    model = ModelFacts(key=card.key, label=card.label, params=best.config.params, schema=card.properties)
    yield from _by_evidence(evidence, model, is_same=best.id == evidence.run.id)
    neighbours = (
        ("One step to a simpler model: the best score often lies beside the present one", simpler(model), 0.3),
        ("One step to a richer model: the best score often lies beside the present one", richer(model), 0.35),
        ("A lower learning rate finds the bottom more gently, in more steps", calmer(model, 0.3), 0.25),
    )
    for reason, change, weight in neighbours:
        if change is not None:
            yield _Idea(reason=reason, change=change, weight=weight)
    used = {run.config.model for run in evidence.siblings}
    for place, key in enumerate(ALTERNATIVES.get(evidence.task, ())):
        other = evidence.workspace.models().get(key)
        if other is not None and key not in used:
            reason = f"No run on these rows has tried {_inside(other.label)} yet, which learns in another way"
            yield _Idea(reason=reason, change=Change(label=other.label, model=key), weight=0.5 - 0.1 * place)


def _by_evidence(evidence: RunEvidence, model: ModelFacts, *, is_same: bool) -> Iterator[_Idea]:
    if not is_same:
        return
    remarks = {remark.key for remark in evidence.run.progress.remarks}
    score, train = evidence.score(), evidence.train_score
    rules = [
        ("still_improving" in remarks, "It was still improving when it ended", longer(model), 0.9),
        ("class_imbalance" in remarks, "One class is rare and nothing makes up for it", balanced(model), 0.7),
    ]
    if score is not None and train is not None and not evidence.is_learning_curve:
        gap, gained = evidence.sign * (train - score.value), evidence.sign * (train - score.baseline)
        is_wide = gained > 0 and gap > 0.25 * gained
        rules.append((is_wide, "It knows its training rows much better than new ones", simpler(model), 0.8))
        is_close = gained > 0 and gap < 0.05 * gained
        rules.append(
            (is_close, "It is as good on new rows as on its own, so it has room to learn more", richer(model), 0.6)
        )
    for holds, reason, change, weight in rules:
        if holds and change is not None:
            yield _Idea(reason=reason, change=change, weight=weight)


def _finding(evidence: RunEvidence, best: Run, idea: _Idea) -> Finding:
    said = Said()
    label = evidence.metric.label
    value = evidence.value_of(best)
    now = f" ({label} {said.score('best', value)} on validation)" if value is not None else ""
    statement = (
        f"Around the best of {said.count('runs', len(evidence.siblings), 'run')} on these rows{now}: {idea.reason}."
    )
    seconds = best.result.duration_s if best.result else 0.0
    if best.result is not None and idea.change.model is None:
        statement += f" It took {said.seconds('took', max(seconds, 0.1))}."
    return Finding(
        kind=SPEC.key,
        family="tuning",
        subject=(best.config.model, idea.change.label),
        title=f"Try: {idea.change.label}",
        statement=statement,
        numbers=said.numbers,
        sureness="weak",
        interest=min(0.6, 0.25 + 0.35 * idea.weight),
        table=_table(best, idea.change),
        advice="One change at a time, on the same rows, so that the comparison tells what the change did.",
        actions=(
            requests.start("Start this run", requests.changed_request(best, idea.change)),
            requests.open_form(best, idea.change, "Choose settings first"),
        ),
    )


def _table(best: Run, change: Change) -> dict[str, list[object]]:
    changed = {**change.params, **change.preprocessing, **change.split}
    if change.model is not None:
        return {"setting": ["model"], "now": [best.config.model], "then": [change.model]}
    before = {**best.config.params, **best.config.preprocessing}
    return {
        "setting": list(changed),
        "now": [str(before.get(name, "")) for name in changed],
        "then": [str(value) for value in changed.values()],
    }


def _inside(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


SPEC = Finder(
    key="tuning",
    label="Runs worth starting next",
    look=look,
    meaning="One change each around the best run on the same rows, with its reason; none that exists already.",
)
