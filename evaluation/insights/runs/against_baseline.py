"""A baseline that is hardly beaten."""

from collections.abc import Iterator

from core.insights.spec import Finding, TestEvidence
from evaluation.insights import picturing, requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """A finding when the interval of the deciding score holds the baseline, or lies on its wrong side."""
    score = evidence.score()
    if score is None or evidence.run.config.model == "dummy":
        return
    low, high = sorted(evidence.sign * (end - score.baseline) for end in (score.low, score.high))
    if low > 0:
        return
    said = Said()
    label = evidence.metric.label
    gain = evidence.sign * (score.value - score.baseline)
    said.numbers["level"] = 0.95
    is_worse = high < 0
    statement = (
        f"{label} on {said.count('rows', score.n_samples, 'validation row')} is {said.score('score', score.value)} "
        f"(95 % interval {said.score('low', score.low)} to {said.score('high', score.high)}); a dummy that ignores "
        f"every column has {said.score('baseline', score.baseline)}."
    )
    yield Finding(
        kind=SPEC.key,
        family="next_step",
        subject=("baseline",),
        title="Worse than a dummy" if is_worse else "Hardly better than a dummy",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Bootstrap interval against the baseline",
                effect_name=f"{label}, better than the baseline by",
                effect=gain,
                interval=(low, high),
                n=score.n_samples,
            ),
        ),
        sureness="strong" if is_worse else "moderate",
        interest=0.9,
        picture=picturing.intervals(
            ["Model", "Baseline"],
            [score.value, score.baseline],
            [score.low, score.baseline],
            [score.high, score.baseline],
            x_title=label,
            line_at=score.baseline,
        ),
        table={
            "model": [evidence.model.label, "dummy"],
            label: [score.value, score.baseline],
            "low": [score.low, None],
            "high": [score.high, None],
        },
        advice="See whether any column says something about the target before a larger model is tried.",
        actions=(
            requests.open_run(evidence.run.id, "See what it uses", "explanations"),
            requests.open_page("explore", "Explore the columns", dataset=evidence.run.dataset_id),
        ),
    )


SPEC = Finder(
    key="against_baseline",
    label="Against the baseline",
    look=look,
    meaning="A score whose interval holds that of a dummy is no evidence that anything was learned.",
)
