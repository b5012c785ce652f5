"""Server-sent events."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from app.api.events import Feeds
from app.api.parameters import Position
from app.bootstrap import services

router = APIRouter(tags=["runs"])


@router.get("/events")
async def events(request: Request, run_id: str, since: Position = 0, log_since: Position = 0) -> StreamingResponse:
    """Server-sent events of one run: ``status``, ``metrics`` and ``log``."""
    # A position that nobody has reached yet would hide the points up to there from the other viewers.
    since = min(since, await run_in_threadpool(services().runs.last_seq, run_id))
    feeds: Feeds = request.app.state.feeds

    async def stream() -> AsyncIterator[str]:
        async for event in feeds.watch(run_id, since, log_since):
            yield event

    return StreamingResponse(
        stream(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
