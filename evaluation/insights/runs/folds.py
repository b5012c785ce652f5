"""A cross-validation whose folds say different things."""

from collections.abc import Iterator

from core.insights.spec import Finding, TestEvidence
from core.resampling import MetricSummary, Resampling
from evaluation.insights import picturing, requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder

WIDE = 0.35
"""Deviation of the folds from which a score is called unsteady, as a share of its gain over the baseline."""


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """A finding when the deciding score moves much from fold to fold, or its interval holds the baseline."""
    summary = evidence.result.resampling
    if summary is None:
        return
    metric = next((one for one in summary.metrics if one.metric == evidence.metric.key), None)
    if metric is None or metric.low is None or metric.high is None or summary.n_done < 3:
        return
    gain = evidence.sign * (metric.mean - metric.baseline)
    surely = min(evidence.sign * (end - metric.baseline) for end in (metric.low, metric.high))
    if surely > 0 and metric.std <= WIDE * gain:
        return
    values = _fold_values(evidence)
    said = Said()
    label = evidence.metric.label
    statement = (
        f"Over {said.count('folds', summary.n_done, 'fold')} {label} is {said.score('mean', metric.mean)} on average "
        f"(95 % interval {said.score('low', metric.low)} to {said.score('high', metric.high)}), with a deviation of "
        f"{said.score('deviation', metric.std)} from fold to fold; the baseline has "
        f"{said.score('baseline', metric.baseline)}."
    )
    said.numbers["level"] = 0.95
    yield Finding(
        kind=SPEC.key,
        family="next_step",
        subject=("folds",),
        title="The folds disagree",
        statement=statement,
        numbers=said.numbers,
        tests=(_evidence(metric, label, gain, evidence.sign, summary.n_done),),
        sureness="moderate",
        interest=0.6,
        picture=picturing.bars([f"Fold {place}" for place in range(1, len(values) + 1)], values, x_title=label)
        if values
        else None,
        table={"fold": list(range(1, len(values) + 1)), label: values} if values else {},
        advice="Do not choose between models by differences smaller than this. More rows, more repeats or a simpler "
        "model make it steadier; groups or an order in time would explain it.",
        actions=(requests.open_run(evidence.run.id, "See the folds", "resampling"),),
    )


def _evidence(metric: MetricSummary, label: str, gain: float, sign: float, n: int) -> TestEvidence:
    assert metric.low is not None
    assert metric.high is not None
    low, high = sorted(sign * (end - metric.baseline) for end in (metric.low, metric.high))
    return TestEvidence(
        name="Corrected resampled t interval",
        effect_name=f"{label}, better than the baseline by",
        effect=gain,
        interval=(low, high),
        n=n,
    )


def _fold_values(evidence: RunEvidence) -> list[float]:
    sha256 = evidence.run.artifacts.resampling
    if sha256 is None:
        return []
    stored = Resampling.model_validate_json(evidence.workspace.kept_file(sha256).read_bytes())
    key = evidence.metric.key
    return [fold.scores[key] for fold in stored.folds if key in fold.scores][:20]


SPEC = Finder(
    key="folds",
    label="Unsteady folds",
    look=look,
    meaning="A score that depends on which rows were held out says little about new rows.",
)
