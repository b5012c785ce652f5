"""Runs as a screen shows them: a state that changes, and curves of at most about a thousand points a series."""

import math
from collections.abc import Sequence
from typing import Any

from app.services.proposing import change_after_failure, proposal_address
from app.services.workflow import workflow
from core.failures import failure_of
from core.ids import utc_now
from core.records import Remark, Run
from core.types import MetricPoint, RunStatus
from evaluation.curves import downsample
from evaluation.registry import METRICS, live_metrics_for, primary_metric
from models.registry import MODELS

MAX_SERIES_POINTS = 1_000


def live_status(run: Run, *, heartbeat_timeout_s: float, has_workers: bool = True) -> dict[str, Any]:
    """What a live view needs to know of a run, as JSON: sent with every change."""
    progress = run.progress
    is_silent = (
        run.status is RunStatus.RUNNING
        and run.heartbeat_at is not None
        and (utc_now() - run.heartbeat_at).total_seconds() > heartbeat_timeout_s / 2
    )
    primary = run.result.primary_metric if run.result else primary_metric(run.config.task).key
    return {
        "id": run.id,
        "name": run.name,
        "status": run.status.value,
        "stage": progress.stage,
        "step_name": progress.step_name,
        "step": progress.step,
        "total_steps": progress.total_steps,
        "progress": progress.fraction,
        "eta_s": progress.eta_s,
        "elapsed_s": progress.elapsed_s,
        "best": progress.best
        and {
            "metric": progress.best.metric,
            "label": METRICS[progress.best.metric].label,
            "step": progress.best.step,
            "value": progress.best.value,
            "direction": METRICS[progress.best.metric].direction.value,
        },
        # An overflow has no place in JSON; the panel then shows no baseline.
        "baseline": {name: value for name, value in progress.baseline.items() if math.isfinite(value)},
        "cpu_percent": progress.cpu_percent,
        "memory_bytes": progress.memory_bytes,
        "worker_alive": has_workers if run.status is RunStatus.QUEUED else not is_silent,
        "command": run.command and run.command.value,
        "can_resume": progress.can_resume,
        "primary_metric": primary,
        "metric_labels": {spec.key: spec.label for spec in live_metrics_for(run.config.task)},
        "workflow": [step.to_json() for step in workflow(run)],
        "remarks": [_remark(run, remark) for remark in progress.remarks],
        "error": run.error and explained(run),
    }


def explained(run: Run) -> dict[str, Any] | None:
    """Why a run failed, where that comes from and what cures it, as JSON; None when nothing failed."""
    if run.error is None:
        return None
    known = failure_of(run.error.code)
    change = change_after_failure(run)
    return {
        "code": run.error.code,
        "message": run.error.message,
        "hint": run.error.hint,
        "field": run.error.field,
        "title": known.title if known else "",
        "cause": known.cause if known else "",
        "cure": known.cure if known else "",
        "docs": known.docs if known else "",
        "change": change and change.model_dump(mode="json"),
        "href": proposal_address(run.id, change),
    }


def about_model(run: Run) -> dict[str, str]:
    """The two explanations of the model that a run trains, as JSON; they never change."""
    spec = MODELS[run.config.model]
    return {"label": spec.label, "technical": spec.technical, "kitchen": spec.kitchen, "source": spec.source}


def _remark(run: Run, remark: Remark) -> dict[str, Any]:
    """A remark as a live view takes it: the words for its change, and the address that opens the form with it."""
    body = remark.model_dump(mode="json", exclude={"change"})
    if remark.change is not None:
        body |= {"change": remark.change.label, "href": proposal_address(run.id, remark.change)}
    return body


def thin(points: Sequence[MetricPoint]) -> tuple[MetricPoint, ...]:
    """Each series of ``points`` with as many as a screen can show, in order of step."""
    series: dict[tuple[str, str], list[MetricPoint]] = {}
    for point in points:
        series.setdefault((point.name, point.split.value), []).append(point)
    kept: list[MetricPoint] = []
    for line in series.values():
        if len(line) > MAX_SERIES_POINTS:
            steps, _ = downsample([p.step for p in line], [p.value for p in line], MAX_SERIES_POINTS)
            wanted = set(steps)
            line = [point for point in line if point.step in wanted]
        kept.extend(line)
    return tuple(sorted(kept, key=lambda point: point.step))
