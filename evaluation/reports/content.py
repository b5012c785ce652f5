"""What a report of a run says, before it is written as a page, as text or as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.ids import utc_now
from core.records import ChosenThreshold, Dataset, Run
from core.resampling import ResamplingSummary
from core.types import Direction, Score, Split, Value
from core.wording import MINUS, counted
from evaluation.registry import METRICS

HIDDEN_BESIDE = {"loss": ("log_loss", "mse")}
"""A metric that stands in a list under another name."""


class ReportedScore(Value):
    """One metric on both parts, with what it says."""

    metric: str
    label: str
    direction: Direction
    explanation: str
    validation: Score
    test: Score


class ReportedRemark(Value):
    """One remark on the data or the training."""

    severity: str
    text: str


class RunReport(Value):
    """Everything that a report says."""

    title: str
    written_at: datetime
    summary: str
    configuration: dict[str, str]
    origin: dict[str, str]
    scores: tuple[ReportedScore, ...]
    """The deciding one first."""
    threshold: ChosenThreshold | None
    resampling: ResamplingSummary | None
    labels: tuple[str, ...]
    remarks: tuple[ReportedRemark, ...]
    test_looks: int
    figures: tuple[dict[str, Any], ...]
    script: str
    """Repeats the run without Praxis; empty when there is none."""


def make_report(run: Run, dataset: Dataset, *, figures: Sequence[dict[str, Any]], script: str) -> RunReport:
    """The report of a run that has a result."""
    assert run.result is not None, "only runs with a result are reported"
    scores = listed_scores(run)
    return RunReport(
        title=run.name,
        written_at=utc_now(),
        summary=_summary(run, dataset, scores[0]),
        configuration=configuration(run),
        origin=origin(run, dataset),
        scores=scores,
        threshold=run.result.threshold,
        resampling=run.result.resampling,
        labels=run.result.labels,
        remarks=_remarks(run),
        test_looks=run.test_looks,
        figures=tuple(figures),
        script=script,
    )


def listed_scores(run: Run) -> tuple[ReportedScore, ...]:
    """The scores of a run that has a result, metric by metric: the deciding one first, then by label.

    A metric that stands in the list under another name is left out.
    """
    assert run.result is not None
    by_metric: dict[str, dict[Split, Score]] = {}
    for score in run.result.scores:
        by_metric.setdefault(score.metric, {})[score.split] = score
    for metric, others in HIDDEN_BESIDE.items():
        if any(other in by_metric for other in others):
            by_metric.pop(metric, None)
    primary = run.result.primary_metric
    order = sorted(by_metric, key=lambda key: (key != primary, METRICS[key].label.lower()))
    return tuple(
        ReportedScore(
            metric=key,
            label=METRICS[key].label,
            direction=METRICS[key].direction,
            explanation=METRICS[key].explanation,
            validation=by_metric[key][Split.VALIDATION],
            test=by_metric[key][Split.TEST],
        )
        for key in order
        if key in METRICS and {Split.VALIDATION, Split.TEST} <= by_metric[key].keys()
    )


def configuration(run: Run) -> dict[str, str]:
    """Every setting that decided the result, by name."""
    config = run.config.model_dump(mode="json")
    flat = {name: config[name] for name in config if not isinstance(config[name], dict)}
    for group, values in config.items():
        if isinstance(values, dict):
            flat |= {f"{group}.{name}": value for name, value in values.items()}
    return {name: str(value) for name, value in flat.items() if value not in (None, "", [], {})}


def origin(run: Run, dataset: Dataset) -> dict[str, str]:
    """Where the numbers come from."""
    result = run.result
    parts = {} if result is None else {part.value: counted(n, "row") for part, n in result.n_samples.items()}
    facts = {
        "dataset": f"{dataset.name} v{dataset.version}",
        "file": dataset.file_name,
        "rows": f"{dataset.n_rows or 0:,}",
        "columns": f"{len(dataset.columns):,}",
        "content (SHA-256)": run.provenance.dataset_sha256,
        "split (SHA-256)": run.provenance.split_sha256 or "",
        **parts,
        "code version": run.provenance.code_version,
        "libraries": ", ".join(f"{name} {version}" for name, version in run.provenance.libraries.items()),
        "run": run.id,
        "repeats": run.parent_id or "",
        "started": "" if run.started_at is None else f"{run.started_at:%Y-%m-%d %H:%M:%S} UTC",
    }
    return {name: value for name, value in facts.items() if value}


def with_interval(score: Score) -> str:
    """A score with its 95 % interval, to four significant digits.

    Example:
        >>> facts = {"metric": "f1", "split": "test", "baseline": 0.0, "n_samples": 9}
        >>> with_interval(Score(value=0.81234, low=0.8, high=0.83, **facts))
        '0.8123 (0.8 to 0.83)'
    """
    return f"{number(score.value)} ({number(score.low)} to {number(score.high)})"


def number(value: float) -> str:
    """A measurement with four significant digits and a real minus sign."""
    text = f"{value:,.0f}" if 10_000 <= abs(value) < 1e15 else f"{value:.4g}"
    return text.replace("-", MINUS)


def _summary(run: Run, dataset: Dataset, score: ReportedScore) -> str:
    test = score.test
    dummy = number(test.baseline)
    is_better = (test.value > test.baseline) is (score.direction is Direction.HIGHER) and test.value != test.baseline
    return (
        f"{run.name} predicts {run.config.target} of {dataset.name} v{dataset.version}. On {test.n_samples:,} test "
        f"rows, {score.label} is {with_interval(test)}; a dummy that looks at no column reaches {dummy}, "
        f"so the model is {'better' if is_better else 'not better'} than that."
    )


def _remarks(run: Run) -> tuple[ReportedRemark, ...]:
    assert run.result is not None
    of_data = [ReportedRemark(severity=each.severity.value, text=each.text) for each in run.result.notices]
    of_training = [
        ReportedRemark(severity=each.severity.value, text=f"{each.title}: {each.seen} {each.advice}".strip())
        for each in run.progress.remarks
    ]
    return (*of_data, *of_training)
