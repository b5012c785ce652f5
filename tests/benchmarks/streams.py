"""Watchers without a screen: readers of the event stream, and sessions that ask Streamlit to rerun."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.benchmarks.client import OVER

_DRAWN = re.compile(rb"points (\d+)")


@dataclass
class Arrivals:
    """What one watcher saw."""

    seen: dict[int, float] = field(default_factory=dict)
    """Time of arrival, in seconds since the epoch, by the point's number."""
    born: dict[int, float] = field(default_factory=dict)
    """When the point was written, where the watcher is told."""
    n_updates: int = 0


async def read_events(url: str, run_id: str) -> Arrivals:
    """Follow a run by server-sent events until it is over."""
    arrivals = Arrivals()
    timeout = httpx.Timeout(30.0, read=30.0)
    async with (
        httpx.AsyncClient(timeout=timeout, trust_env=False) as http,
        http.stream("GET", f"{url}/api/v1/events", params={"run_id": run_id}) as answer,
    ):
        kind = ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: ") and kind == "metrics":
                _note_rows(arrivals, json.loads(line[6:])["items"])
            elif line.startswith("data: ") and kind == "status" and json.loads(line[6:])["status"] in OVER:
                break
    return arrivals


def _note_rows(arrivals: Arrivals, rows: list[dict[str, object]]) -> None:
    now = time.time()
    arrivals.n_updates += 1
    for row in rows:
        seq = int(str(row["seq"]))
        arrivals.seen.setdefault(seq, now)
        arrivals.born[seq] = datetime.fromisoformat(str(row["wall_time"])).timestamp()


async def rerun_fragment(url: str, seconds: float) -> Arrivals:
    """Be a browser on ``rerun_app.py``: run the page, then have its fragment run again whenever its timer says so."""
    arrivals = Arrivals()
    address = url.replace("http://", "ws://") + "/_stcore/stream"
    deadline = time.monotonic() + seconds
    timers: list[asyncio.Task[None]] = []
    async with websockets.connect(address, subprotocols=["streamlit"], origin=url, max_size=None, proxy=None) as socket:  # type: ignore[list-item,arg-type]
        await socket.send(_rerun())
        try:
            while (left := deadline - time.monotonic()) > 0:
                try:
                    content = await asyncio.wait_for(socket.recv(decode=False), left)
                except TimeoutError:
                    break
                _note_drawing(arrivals, content)
                message = ForwardMsg.FromString(content)
                if message.WhichOneof("type") == "auto_rerun" and not timers:
                    again = message.auto_rerun
                    timers.append(asyncio.create_task(_repeat(socket.send, again.interval, again.fragment_id)))
        finally:
            for timer in timers:
                timer.cancel()
    return arrivals


def _note_drawing(arrivals: Arrivals, content: bytes) -> None:
    """The figure names how many points it holds; a new one brings all of them up to that."""
    found = _DRAWN.search(content)
    if found is None:
        return
    now = time.time()
    arrivals.n_updates += 1
    newest = int(found[1])
    first = max(arrivals.seen, default=newest - 1) + 1
    arrivals.seen.update(dict.fromkeys(range(first, newest + 1), now))


async def _repeat(send: Callable[[bytes], Awaitable[None]], interval_s: float, fragment_id: str) -> None:
    while True:
        await asyncio.sleep(interval_s)
        await send(_rerun(fragment_id))


def _rerun(fragment_id: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = ""
    if fragment_id:
        message.rerun_script.fragment_id = fragment_id
        message.rerun_script.is_auto_rerun = True
    content: bytes = message.SerializeToString()
    return content


def watch(watchers: list[Callable[[], Awaitable[Arrivals]]]) -> list[Arrivals]:
    """Let all of them watch at once."""

    async def gather() -> list[Arrivals]:
        return list(await asyncio.gather(*(watcher() for watcher in watchers)))

    return asyncio.run(gather())
