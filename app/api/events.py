"""Server-sent events of runs: one reader of the database for each watched run, however many watch it."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from app.bootstrap import Services
from core.errors import WorkbenchError
from core.types import LogLine, MetricRow

logger = logging.getLogger(__name__)

POLL_INTERVAL_S = 0.5
REPEAT_STATUS_S = 4.0
"""A viewer that hears nothing for longer than twice this takes the connection for dead."""
BACKLOG_ROWS = 5_000
"""Rows kept for viewers that lag a little; those further behind read the database themselves."""


class RunFeed:
    """Follows one run while anybody watches it, and wakes the watchers when something is new."""

    def __init__(self, services: Services, run_id: str) -> None:
        self._services = services
        self._run_id = run_id
        self._rows: deque[MetricRow] = deque(maxlen=BACKLOG_ROWS)
        self._lines: deque[LogLine] = deque(maxlen=BACKLOG_ROWS)
        self._status: dict[str, Any] = {}
        self._status_version = 0
        self._last_seq = 0
        self._last_log_seq = 0
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self.n_watchers = 0

    def start(self, since: int) -> None:
        """Begin to follow: points from the first watcher's position on, and the whole log."""
        self._last_seq = since
        self._task = asyncio.create_task(self._follow())

    def stop(self) -> None:
        """Nobody watches any more."""
        if self._task:
            self._task.cancel()

    async def watch(self, since: int, log_since: int) -> AsyncIterator[str]:
        """Events as text, from the given positions on, until the viewer leaves."""
        version = 0
        while True:
            # What is sent below belongs to this moment: a status never overtakes the points that came before it.
            status, status_version, last_seq = self._status, self._status_version, self._last_seq
            rows = await self._rows_after(since)
            if rows:
                since = rows[-1].seq
                yield _event("metrics", {"items": [row.model_dump(mode="json") for row in rows], "last_seq": since})
            lines = [line for line in self._lines if line.seq > log_since]
            if lines:
                log_since = lines[-1].seq
                yield _event("log", {"items": [line.model_dump(mode="json") for line in lines]})
            if rows and since < last_seq:
                continue
            if version != status_version:
                version = status_version
                yield _event("status", status)
            if rows or lines:
                continue
            async with self._changed:
                try:
                    await asyncio.wait_for(
                        self._changed.wait_for(
                            lambda v=version, s=since: v != self._status_version or s < self._last_seq  # type: ignore[misc]
                        ),
                        REPEAT_STATUS_S,
                    )
                except TimeoutError:
                    yield _event("status", self._status) if self._status else ": still here\n\n"

    async def _rows_after(self, since: int) -> list[MetricRow]:
        if since >= self._last_seq:
            return []
        if self._rows and self._rows[0].seq <= since + 1:
            return [row for row in self._rows if row.seq > since]
        rows = await asyncio.to_thread(self._services.runs.metrics_since, self._run_id, since, limit=BACKLOG_ROWS)
        return list(rows)

    async def _follow(self) -> None:
        while True:
            try:
                status, rows, lines = await asyncio.to_thread(self._read)
            except WorkbenchError:
                await asyncio.sleep(POLL_INTERVAL_S * 4)
                continue
            except Exception:  # an edge: a follower that ends would leave its watchers with an old state for ever
                logger.exception("following run %s failed; trying again", self._run_id)
                await asyncio.sleep(POLL_INTERVAL_S * 10)
                continue
            async with self._changed:
                self._rows.extend(rows)
                self._lines.extend(lines)
                self._last_seq = rows[-1].seq if rows else self._last_seq
                self._last_log_seq = lines[-1].seq if lines else self._last_log_seq
                has_more = len(rows) == BACKLOG_ROWS
                if not has_more and (status != self._status or lines):
                    self._status, self._status_version = status, self._status_version + 1
                self._changed.notify_all()
            if not has_more:
                await asyncio.sleep(POLL_INTERVAL_S)

    def _read(self) -> tuple[dict[str, Any], tuple[MetricRow, ...], tuple[LogLine, ...]]:
        runs = self._services.runs
        # The run comes first: its last points are in the database before its status says that it is over.
        run = runs.get(self._run_id)
        status = runs.live_status(run)
        return (
            status,
            runs.metrics_since(self._run_id, self._last_seq, limit=BACKLOG_ROWS),
            runs.log_since(self._run_id, self._last_log_seq),
        )


class Feeds:
    """The feeds of this process by run."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services
        self._by_run: dict[str, RunFeed] = {}

    async def watch(self, run_id: str, since: int, log_since: int) -> AsyncIterator[str]:
        """Events of one run for one viewer."""
        feed = self._by_run.get(run_id)
        if feed is None:
            feed = RunFeed(self._services(), run_id)
            self._by_run[run_id] = feed
            feed.start(since)
        feed.n_watchers += 1
        try:
            async for event in feed.watch(since, log_since):
                yield event
        finally:
            feed.n_watchers -= 1
            if feed.n_watchers == 0:
                feed.stop()
                self._by_run.pop(run_id, None)


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
