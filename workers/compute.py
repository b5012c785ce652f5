"""The job of a computation: parameters from its row, the answer as JSON into the artifacts."""

import json
import logging

from core.errors import Conflict, NotFound
from core.ids import utc_now
from core.params import validate_params
from core.records import Computation, ErrorRecord
from core.types import ComputationStatus
from evaluation.computing import COMPUTATIONS
from workers.context import WorkerContext, current
from workers.edge import CANCELLED, run_to_the_edge
from workers.heartbeat import Heartbeat
from workers.recovery import Recovery
from workers.workspace import open_workspace

logger = logging.getLogger(__name__)


def run_computation(computation_id: str, attempt: int) -> None:
    """Answer the computation if it waits for this delivery; a second delivery changes nothing."""
    context = current()
    try:
        with context.storage.write() as unit:
            computation = unit.computations.update(
                computation_id,
                expect=[ComputationStatus.QUEUED],
                at_attempt=attempt,
                status=ComputationStatus.RUNNING,
                stage="Starting",
                started_at=utc_now(),
                heartbeat_at=utc_now(),
            )
    except Conflict:
        return
    except NotFound as error:
        logger.warning("job dropped: %s", error.message)
        return
    run_to_the_edge(
        lambda: _answer(context, computation),
        fail=lambda error: _fail(context, computation, error),
        try_again=lambda error: Recovery.of(context).recover(computation, reason=error, at_once=False),
        what=f"computation {computation.kind} {computation_id}",
    )


def _answer(context: WorkerContext, computation: Computation) -> None:
    spec = COMPUTATIONS[computation.kind]
    params = validate_params(spec.params, computation.params)
    beat = Heartbeat(lambda progress, stage: _write_progress(context, computation, progress, stage), what=spec.key)
    with beat, open_workspace(context, beat.report) as workspace:
        result = spec.run(params, workspace)
        content = json.dumps(result.model_dump(mode="json"), ensure_ascii=False, allow_nan=False).encode()
        result_sha256 = context.storage.artifacts.save_bytes(content)
    with context.storage.write() as unit:
        unit.computations.update(
            computation.id,
            expect=[ComputationStatus.RUNNING],
            at_attempt=computation.attempt,
            status=ComputationStatus.FINISHED,
            result_sha256=result_sha256,
            stage="Done",
            progress=1.0,
            finished_at=utc_now(),
        )


def _write_progress(context: WorkerContext, computation: Computation, progress: float, stage: str) -> bool:
    with context.storage.write() as unit:
        return unit.computations.update(
            computation.id,
            expect=[ComputationStatus.RUNNING],
            at_attempt=computation.attempt,
            progress=progress,
            stage=stage,
            heartbeat_at=utc_now(),
        ).is_cancel_requested


def _fail(context: WorkerContext, computation: Computation, error: ErrorRecord) -> None:
    is_cancelled = error.code == CANCELLED.code
    try:
        with context.storage.write() as unit:
            unit.computations.update(
                computation.id,
                expect=[ComputationStatus.RUNNING],
                at_attempt=computation.attempt,
                status=ComputationStatus.CANCELLED if is_cancelled else ComputationStatus.FAILED,
                error=error,
                finished_at=utc_now(),
            )
    except Conflict:
        return
