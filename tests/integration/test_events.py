"""Server-sent events of runs, as browsers receive them."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.rest import Api
from tests.stacks import SLOW_EPOCHS, SLOW_MODEL

Event = tuple[str, dict[str, Any]]
OVER = {"finished", "stopped", "failed"}


@pytest.fixture(scope="module")
def finished(api: Api, dataset: dict[str, Any]) -> dict[str, Any]:
    """A run with more points than one read of the database returns."""
    return api.train(dataset_id=dataset["id"], target="kind", **SLOW_MODEL)


def start(api: Api, dataset: dict[str, Any]) -> str:
    run_id: str = api.post("runs", json={"dataset_id": dataset["id"], "target": "kind", **SLOW_MODEL}).json()["id"]
    return run_id


def read_events(lines: Iterator[str]) -> Iterator[Event]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def listen(
    api: Api, run_id: str, *, until: Callable[[str, dict[str, Any]], bool] | None = None, **query: int
) -> list[Event]:
    """Every event up to the first that fits ``until``: by default, the status that says that the run is over."""
    is_last = until or (lambda name, data: name == "status" and data["status"] in OVER)
    events: list[Event] = []
    timeout = httpx.Timeout(10, read=60)
    with api.stream("GET", "events", params={"run_id": run_id, **query}, timeout=timeout) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        for name, data in read_events(answer.iter_lines()):
            events.append((name, data))
            if is_last(name, data):
                return events
    raise AssertionError("the stream ended by itself")


def rows_of(events: list[Event]) -> list[dict[str, Any]]:
    return [row for name, data in events if name == "metrics" for row in data["items"]]


def stored_rows(api: Api, run_id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get(f"runs/{run_id}/metrics", params={"limit": 10_000}).json()["items"]
    return rows


def test_every_point_comes_in_order_before_the_final_status(api: Api, dataset: dict[str, Any]) -> None:
    run_id = start(api, dataset)
    events = listen(api, run_id)
    rows = rows_of(events)
    assert rows == stored_rows(api, run_id)
    assert [row["seq"] for row in rows] == sorted({row["seq"] for row in rows})
    statuses = [data["status"] for name, data in events if name == "status"]
    assert statuses[-1] == "finished"
    assert set(statuses) <= {"queued", "running", "finished"}
    for name, data in events:
        if name == "metrics":
            assert data["last_seq"] == data["items"][-1]["seq"]


def test_a_late_viewer_of_a_long_run_gets_every_point_before_the_final_status(
    api: Api, finished: dict[str, Any]
) -> None:
    rows = rows_of(listen(api, finished["id"]))
    assert rows == stored_rows(api, finished["id"])
    assert len(rows) > 3_000
    assert {row["step"] for row in rows} == set(range(1, SLOW_EPOCHS + 1))


def test_the_log_comes_too_and_from_a_position_on(api: Api, finished: dict[str, Any]) -> None:
    log = api.get(f"runs/{finished['id']}/logs").json()["items"]
    events = listen(api, finished["id"], log_since=log[0]["seq"])
    assert [line for name, data in events if name == "log" for line in data["items"]] == log[1:]


def test_a_viewer_who_comes_back_gets_only_what_is_new(api: Api, finished: dict[str, Any]) -> None:
    rows = stored_rows(api, finished["id"])
    since = rows[-3]["seq"]
    assert rows_of(listen(api, finished["id"], since=since)) == rows[-2:]
    assert rows_of(listen(api, finished["id"], since=rows[-1]["seq"])) == []


def test_a_position_that_does_not_exist_yet_hides_nothing_from_others(api: Api, dataset: dict[str, Any]) -> None:
    run_id = start(api, dataset)
    with ThreadPoolExecutor(1) as pool:
        odd = pool.submit(listen, api, run_id, since=10**9)
        assert rows_of(listen(api, run_id)) == stored_rows(api, run_id)
        assert odd.result(60)


def test_many_viewers_see_the_same(api: Api, dataset: dict[str, Any]) -> None:
    run_id = start(api, dataset)
    with ThreadPoolExecutor(8) as pool:
        seen = [rows_of(events) for events in pool.map(lambda _: listen(api, run_id), range(8))]
    assert all(rows == seen[0] for rows in seen)
    assert seen[0] == stored_rows(api, run_id)


def test_a_viewer_who_leaves_disturbs_nobody(api: Api, dataset: dict[str, Any]) -> None:
    run_id = start(api, dataset)
    listen(api, run_id, until=lambda name, _: name == "metrics")
    assert rows_of(listen(api, run_id)) == stored_rows(api, run_id)


def test_a_paused_run_goes_on_in_the_same_stream(api: Api, dataset: dict[str, Any]) -> None:
    run_id = start(api, dataset)
    is_paused, seen = threading.Event(), []

    def watch() -> list[Event]:
        def is_last(name: str, data: dict[str, Any]) -> bool:
            if name == "status":
                seen.append(data["status"])
                if data["status"] == "paused":
                    is_paused.set()
            return name == "status" and data["status"] in OVER

        return listen(api, run_id, until=is_last)

    with ThreadPoolExecutor(1) as pool:
        events = pool.submit(watch)
        api.wait_for_run(run_id, "running")
        api.post(f"runs/{run_id}/pause")
        assert is_paused.wait(30)
        api.post(f"runs/{run_id}/resume")
        rows = rows_of(events.result(60))
    assert rows == stored_rows(api, run_id)
    assert seen[-1] == "finished"
    assert seen.index("paused") < len(seen) - 1


def test_what_a_live_view_needs_is_in_the_status(api: Api, finished: dict[str, Any]) -> None:
    _, status = listen(api, finished["id"])[-1]
    assert status["id"] == finished["id"]
    assert (status["step"], status["total_steps"], status["progress"]) == (SLOW_EPOCHS, SLOW_EPOCHS, 1.0)
    assert {"stage", "eta_s", "best", "baseline", "worker_alive", "primary_metric", "metric_labels"} <= set(status)
