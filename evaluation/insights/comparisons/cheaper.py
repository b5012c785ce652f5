"""A model that is as good for less."""

from collections.abc import Iterator

from core.insights.spec import Finding, TestEvidence
from core.records import Run
from core.wording import short
from evaluation.insights import picturing, requests
from evaluation.insights.comparison_evidence import ComparisonEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder

FASTER = 3.0
"""Times quicker to train from which the saving is worth a card."""
FEWEST_S = 0.5
"""Below it both are quick."""


def look(evidence: ComparisonEvidence) -> Iterator[Finding]:
    """A finding when a run that cannot be told apart from the first trained much more quickly."""
    first = evidence.runs[0]
    alike = [place for place in evidence.alike if place]
    if not alike or _seconds(first) < FEWEST_S:
        return
    place = min(alike, key=lambda at: _seconds(evidence.runs[at]))
    other = evidence.runs[place]
    times = _seconds(first) / max(_seconds(other), 0.01)
    if times < FASTER:
        return
    test = evidence.against_best[place - 1]
    said = Said()
    label = evidence.metric.label
    statement = (
        f"'{short(other.name, 60)}' trained in {said.seconds('quick', _seconds(other))}, "
        f"'{short(first.name, 60)}' in {said.seconds('slow', _seconds(first))}; in {label} they cannot be told apart "
        f"({said.score('other', evidence.score(place).value)} and {said.score('first', evidence.score(0).value)})."
    )
    yield Finding(
        kind=SPEC.key,
        family="model",
        subject=(other.id,),
        title="As good for less",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Paired bootstrap",
                p_value=test.p_value,
                effect_name=f"{label}, the slower one better by",
                effect=test.difference,
                interval=(test.low, test.high),
                n=evidence.score(0).n_samples,
            ),
        ),
        sureness="moderate",
        interest=0.6,
        picture=picturing.bars(
            [short(first.name, 24), short(other.name, 24)], [_seconds(first), _seconds(other)], x_title="Seconds"
        ),
        table={"run": [first.name, other.name], "seconds": [_seconds(first), _seconds(other)]},
        advice="Tune with the quick one; that no difference was found is no proof that there is none.",
        actions=(requests.open_run(other.id, "Open it"),),
    )


def _seconds(run: Run) -> float:
    return run.result.duration_s if run.result else 0.0


SPEC = Finder(
    key="cheaper",
    label="As good for less",
    look=look,
    meaning="Among runs that cannot be told apart from the first, the one that trains most quickly.",
)
