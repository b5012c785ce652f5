"""Overfit or underfit: the deciding score on training rows beside that on validation rows."""

from collections.abc import Iterator

from core.insights.spec import Action, Finding, TestEvidence
from core.records import Change
from core.types import Score
from evaluation.insights import picturing, requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder
from evaluation.remarks.levers import richer, simpler

WIDE = 0.25
"""Gap to training rows from which a model counts as overfit, as a share of what it gained over the baseline there."""
LITTLE = 0.25
"""Part of what could be gained over the baseline, below which a model has hardly learned on its own training rows."""


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """At most one finding."""
    score, train = evidence.score(), evidence.train_score
    if score is None or train is None or evidence.is_learning_curve:
        return
    gained = evidence.sign * (train - score.baseline)
    gap = evidence.sign * (train - score.value)
    gap_low = evidence.sign * (train - (score.high if evidence.sign > 0 else score.low))
    if gained > 0 and gap_low > 0 and gap > WIDE * gained:
        yield _overfit(evidence, score, train, gap)
    elif _is_underfit(evidence, score, train) and gap_low <= 0:
        yield _underfit(evidence, score, train)


def _is_underfit(evidence: RunEvidence, score: Score, train: float) -> bool:
    """Only for scores whose best value is known: 1, or 0 for an error."""
    best = 1.0 if evidence.sign > 0 else 0.0
    room = abs(best - score.baseline)
    return room > 0 and evidence.sign * (train - score.baseline) < LITTLE * room


def _overfit(evidence: RunEvidence, score: Score, train: float, gap: float) -> Finding:
    said = Said()
    label = evidence.metric.label
    statement = (
        f"{label} is {said.score('train', train)} on training rows and {said.score('validation', score.value)} "
        f"(95 % interval {said.score('low', score.low)} to {said.score('high', score.high)}) on "
        f"{said.count('rows', score.n_samples, 'validation row')}: a gap of {said.score('gap', gap)}."
    )
    said.numbers["level"] = 0.95
    low, high = sorted((evidence.sign * (train - score.high), evidence.sign * (train - score.low)))
    return Finding(
        kind=SPEC.key,
        family="next_step",
        subject=("overfit",),
        title="It knows its training rows too well",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Bootstrap interval of the validation score",
                effect_name=f"{label}, training less validation" if evidence.sign > 0 else f"{label}, added",
                effect=gap,
                interval=(low, high),
                n=score.n_samples,
            ),
        ),
        sureness="strong",
        interest=0.75,
        picture=_picture(evidence, score, train),
        table=_table(evidence, score, train),
        advice="A simpler model, a stronger penalty or more rows would carry more of it over to new rows.",
        actions=_actions(evidence, simpler(evidence.model)),
    )


def _underfit(evidence: RunEvidence, score: Score, train: float) -> Finding:
    said = Said()
    label = evidence.metric.label
    statement = (
        f"Even on its own training rows {label} is only {said.score('train', train)}; the baseline has "
        f"{said.score('baseline', score.baseline)}. Validation has {said.score('validation', score.value)}."
    )
    return Finding(
        kind=SPEC.key,
        family="next_step",
        subject=("underfit",),
        title="It has hardly learned its own training rows",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Bootstrap interval of the validation score",
                effect_name=f"{label} over the baseline",
                effect=evidence.sign * (score.value - score.baseline),
                interval=_interval(evidence, score),
                n=score.n_samples,
            ),
        ),
        sureness="moderate",
        interest=0.7,
        picture=_picture(evidence, score, train),
        table=_table(evidence, score, train),
        advice="Give it more room: a richer model, a weaker penalty, or columns that say more about the target.",
        actions=_actions(evidence, richer(evidence.model)),
    )


def _interval(evidence: RunEvidence, score: Score) -> tuple[float, float]:
    low, high = sorted(evidence.sign * (end - score.baseline) for end in (score.low, score.high))
    return low, high


def _actions(evidence: RunEvidence, change: Change | None) -> tuple[Action, ...]:
    see = requests.open_run(evidence.run.id, "See the curves")
    if change is None or not evidence.is_new(change):
        return (see,)
    return requests.start(change.label, requests.changed_request(evidence.run, change)), see


def _picture(evidence: RunEvidence, score: Score, train: float) -> dict[str, object]:
    return picturing.intervals(
        ["Training", "Validation"],
        [train, score.value],
        [train, score.low],
        [train, score.high],
        x_title=f"{evidence.metric.label} (dotted: baseline)",
        line_at=score.baseline,
    )


def _table(evidence: RunEvidence, score: Score, train: float) -> dict[str, list[object]]:
    return {
        "rows": ["training", "validation", "baseline"],
        evidence.metric.label: [train, score.value, score.baseline],
        "low": [None, score.low, None],
        "high": [None, score.high, None],
    }


SPEC = Finder(
    key="fit",
    label="Overfit or underfit",
    look=look,
    meaning="A wide gap between training and validation rows says that the model learned by heart; a poor score on "
    "its own training rows says that it cannot learn enough.",
)
