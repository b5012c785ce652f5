"""Whether everything works."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.bootstrap import services
from core.version import VERSION

router = APIRouter(tags=["health"])


@router.get("/health")
def health() -> Response:
    """Every component with its status; 503 when one is down."""
    components = services().health.check()
    is_up = all(component.status == "up" for component in components)
    body = {
        "status": "up" if is_up else "down",
        "version": VERSION,
        "components": [component.model_dump() for component in components],
    }
    return JSONResponse(body, status_code=200 if is_up else 503)


@router.get("/health/live", response_class=PlainTextResponse)
async def live() -> str:
    """Whether this process answers at all."""
    return "ok"
