"""The job of a computation: parameters from its row, the answer as JSON into the artifacts."""

import json

from core.ids import utc_now
from core.params import validate_params
from core.records import Computation
from core.types import ComputationStatus
from evaluation.computing import COMPUTATIONS
from workers import kinds, short_work
from workers.streams import Voice
from workers.workspace import open_workspace


def run_computation(computation_id: str, attempt: int) -> None:
    """Answer the computation if it waits for this delivery; a second delivery changes nothing."""
    short_work.run_short_work(kinds.COMPUTATIONS, computation_id, attempt, _answer)


def _answer(attempt: short_work.Attempt[Computation]) -> None:
    computation, context = attempt.subject, attempt.context
    spec = COMPUTATIONS[computation.kind]
    params = validate_params(spec.params, computation.params)
    voice = Voice(context.streams, computation.id)
    with attempt.heartbeat() as beat, open_workspace(context, beat.report, say=voice.say) as workspace:
        result = spec.run(params, workspace)
        content = json.dumps(result.model_dump(mode="json"), ensure_ascii=False, allow_nan=False).encode()
        result_sha256 = context.storage.artifacts.save_bytes(content)
    attempt.update(
        status=ComputationStatus.FINISHED,
        result_sha256=result_sha256,
        stage="Done",
        progress=1.0,
        finished_at=utc_now(),
    )
