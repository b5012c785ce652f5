"""Explanations of runs: importance, SHAP values, dependence, boundaries, trees, coefficients, curves."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from app.api.computing import respond
from app.api.parameters import IdempotencyKey, WaitSeconds
from app.bootstrap import services

router = APIRouter(tags=["explanations"])


@router.get("/runs/{run_id}/explanations")
def list_explanations(run_id: str) -> dict[str, Any]:
    """Every explanation, whether it suits the run, and its parameters as JSON schema."""
    kinds = services().explanations.kinds(run_id)
    return {"items": [kind.model_dump(mode="json") for kind in kinds], "next_cursor": None}


@router.post("/runs/{run_id}/explanations/{kind}")
def explain_run(
    run_id: str,
    kind: str,
    params: dict[str, Any],
    wait_s: WaitSeconds = 10,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Explain a run on validation or training rows: 200 with the answer, 202 while it is under way."""
    computation = services().explanations.start(run_id, kind, params, idempotency_key=idempotency_key)
    return respond(computation, wait_s=wait_s)
