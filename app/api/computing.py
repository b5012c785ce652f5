"""The answer of a computation as a response: at once when it is there in time, otherwise where to ask for it."""

import json
from typing import Any

from starlette.responses import JSONResponse, Response

from app.api.problems import problem
from app.bootstrap import services
from core.records import Computation
from core.types import ComputationStatus


def respond(computation: Computation, *, wait_s: float = 10.0) -> Response:
    """200 with ``result``, 202 while it is under way, a problem document when it failed or was cancelled."""
    computation = services().computations.wait(computation.id, timeout_s=wait_s)
    if computation.status is ComputationStatus.FINISHED:
        result = json.loads(services().computations.result_json(computation))
        return JSONResponse({**computation_json(computation), "result": result})
    if computation.status in (ComputationStatus.FAILED, ComputationStatus.CANCELLED):
        error = computation.error
        assert error is not None, "what ended without an answer says why"
        status = 409 if computation.status is ComputationStatus.CANCELLED else _status(error.code)
        return problem(status, "There is no answer", error.message, code=error.code, hint=error.hint, field=error.field)
    headers = {"Location": f"/api/v1/computations/{computation.id}", "Retry-After": "1"}
    return JSONResponse(computation_json(computation), status_code=202, headers=headers)


_STATUS = {"not_found": 404, "conflict": 409, "unexpected": 500, "worker_lost": 500, "timeout": 503, "unavailable": 503}


def _status(code: str) -> int:
    """The status of a failed computation's error; every failure of a language model is a component that is down."""
    return 503 if code.startswith("language_model") else _STATUS.get(code, 400)


def computation_json(computation: Computation) -> dict[str, Any]:
    """A computation as the API shows it."""
    hidden = {"idempotency_key", "attempt", "cache_key", "heartbeat_at", "result_sha256"}
    return computation.model_dump(mode="json", exclude=hidden)
