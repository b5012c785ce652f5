"""Who wins, and whether that is more than chance."""

from collections.abc import Iterator
from typing import Any

from core.insights.spec import Finding, TestEvidence
from core.statistics.ledger import holm
from core.wording import short
from evaluation.insights import picturing, requests
from evaluation.insights.comparison_evidence import ComparisonEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder


def look(evidence: ComparisonEvidence) -> Iterator[Finding]:
    """One finding: the first run against all others, paired row by row."""
    tests = evidence.against_best
    adjusted = holm([test.p_value for test in tests])
    best, score = evidence.runs[0], evidence.score(0)
    alike = [evidence.runs[place] for place in evidence.alike if place]
    said = Said()
    label = evidence.metric.label
    lead = (
        f"'{short(best.name, 60)}' has the best {label} of {said.count('runs', len(evidence.runs), 'run')} on "
        f"{said.count('rows', score.n_samples, 'validation row')}: {said.score('best', score.value)}"
    )
    second = tests[0]
    said.numbers["level"] = 0.95
    if alike:
        statement = (
            f"{lead}. It cannot be told apart from {said.count('alike', len(alike), 'other run', 'other runs')}, "
            f"'{short(alike[0].name, 60)}' among them."
        )
    else:
        statement = (
            f"{lead}, clearly better than '{short(evidence.runs[1].name, 60)}' by "
            f"{said.score('difference', second.difference)} (95 % interval {said.score('low', second.low)} to "
            f"{said.score('high', second.high)})."
        )
    ids = ",".join(run.id for run in evidence.runs)
    yield Finding(
        kind=SPEC.key,
        family="pattern",
        subject=(best.id,),
        title="No clear winner" if alike else "A clear winner",
        statement=statement,
        numbers=said.numbers,
        tests=tuple(
            TestEvidence(
                name=f"Paired bootstrap against {short(run.name, 40)}",
                p_value=test.p_value,
                q_value=q,
                effect_name=f"{label}, better by",
                effect=test.difference,
                interval=(test.low, test.high),
                n=score.n_samples,
            )
            for run, test, q in list(zip(evidence.runs[1:], tests, adjusted, strict=True))[:3]
        ),
        sureness="moderate" if alike else "strong",
        interest=0.8,
        picture=_picture(evidence),
        table=_table(evidence, adjusted),
        advice="Choose among those that cannot be told apart by what else matters: time, simplicity, calibration."
        if alike
        else "Score it once on the test rows before you rely on it.",
        actions=(
            requests.open_page("compare", "Open the comparison", runs=ids),
            requests.open_run(best.id, "Open the first"),
        ),
    )


def _picture(evidence: ComparisonEvidence) -> dict[str, Any]:
    shown = list(range(min(8, len(evidence.runs))))
    scores = [evidence.score(place) for place in shown]
    return picturing.intervals(
        [f"{place + 1} {short(evidence.runs[place].name, 18)}" for place in shown],
        [score.value for score in scores],
        [score.low for score in scores],
        [score.high for score in scores],
        x_title=f"{evidence.metric.label} on validation",
        line_at=scores[0].value,
    )


def _table(evidence: ComparisonEvidence, adjusted: list[float]) -> dict[str, list[Any]]:
    scores = [evidence.score(place) for place in range(len(evidence.runs))]
    return {
        "run": [run.name for run in evidence.runs],
        evidence.metric.label: [score.value for score in scores],
        "low": [score.low for score in scores],
        "high": [score.high for score in scores],
        "worse than the first by": [0.0, *(test.difference for test in evidence.against_best)],
        "q": [None, *adjusted],
    }


SPEC = Finder(
    key="winner",
    label="Who wins",
    look=look,
    meaning="Scores on the same resampled rows, so that what is easy or hard for both cancels out.",
)
