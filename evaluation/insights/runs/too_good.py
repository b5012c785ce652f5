"""A score that is too good, most often because of one column."""

from collections.abc import Iterator

from core.insights.spec import Action, Finding, TestEvidence
from core.records import Change
from core.types import LearningTask
from core.wording import short
from evaluation.insights import picturing, requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder

KNOWN_AS = {LearningTask.CLASSIFICATION: ("accuracy", 0.99), LearningTask.REGRESSION: ("r2", 0.99)}
"""Score, and where it becomes suspicious."""
HARD = 0.9
"""A baseline above it leaves little to be suspicious of."""
LEANS = 0.7
"""Share of what all columns cost together from which one column carries the model."""


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """A finding for a nearly perfect score over a baseline that is not."""
    metric, least = KNOWN_AS[evidence.task]
    score = evidence.score(metric)
    if score is None or score.low < least or score.baseline > HARD:
        return
    leaning = _leaning_column(evidence)
    said = Said()
    statement = (
        f"{'Accuracy' if metric == 'accuracy' else 'R²'} on {said.count('rows', score.n_samples, 'validation row')} is "
        f"{said.score('score', score.value)}; a dummy has {said.score('baseline', score.baseline)}."
    )
    if leaning is not None:
        name, share = leaning
        statement += f" One column, '{short(name)}', carries {said.share('share', share)} of what all columns bring."
    yield Finding(
        kind=SPEC.key,
        family="problem",
        subject=("leak", *(leaning[:1] if leaning else ())),
        title="Too good to be true?",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Bootstrap interval",
                effect_name=metric,
                effect=score.value,
                interval=(score.low, score.high),
                n=score.n_samples,
            ),
        ),
        sureness="moderate",
        interest=0.92,
        picture=_picture(evidence),
        advice="Look for a column that is made from the target or is known only afterwards, and for rows that stand in "
        "several parts. What is left without the column tells.",
        actions=_actions(evidence, leaning[0] if leaning else None),
    )


def _leaning_column(evidence: RunEvidence) -> tuple[str, float] | None:
    found = evidence.importances
    if found is None or len(found.means) < 2:
        return None
    total = sum(max(0.0, mean) for mean in found.means)
    share = found.means[0] / total if total > 0 else 0.0
    return (found.members[0][0], share) if share >= LEANS and len(found.members[0]) == 1 else None


def _picture(evidence: RunEvidence) -> dict[str, object] | None:
    found = evidence.importances
    if found is None or not found.means:
        return None
    names = [short(name, 24) for name in found.names[:5]]
    return picturing.bars(names, found.means[:5], x_title=f"Loss of {evidence.metric.label} when shuffled")


def _actions(evidence: RunEvidence, column: str | None) -> tuple[Action, ...]:
    check = requests.open_page(
        "train", "Check for leaks", dataset=evidence.run.dataset_id, target=evidence.run.config.target
    )
    if column is None:
        return (check,)
    present = list(evidence.run.config.preprocessing.get("exclude", ()))
    change = Change(label=f"Train without {short(column, 24)}", preprocessing={"exclude": [*present, column]})
    if not evidence.is_new(change):
        return (check,)
    return requests.start(change.label, requests.changed_request(evidence.run, change)), check


SPEC = Finder(
    key="too_good",
    label="Signs of a leak",
    look=look,
    meaning="Nearly perfect scores are rare in practice; a column that knows the answer is the usual reason.",
    is_costly=True,
)
