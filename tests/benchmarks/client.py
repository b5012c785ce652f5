"""A program that talks to a started instance over its REST contract, as any user's program would."""

import io
import time
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pandas as pd

N_ROWS, N_FEATURES = 15_000, 20
"""The size at which the figures are given."""
TARGET = "target"

OVER = frozenset({"finished", "stopped", "failed", "lost"})

_PAUSE_S = 0.005


class Client:
    """One connection to an instance."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/v1", timeout=30.0, trust_env=False)

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def get(self, path: str, **params: Any) -> Any:
        """The JSON behind ``path``."""
        return self._http.get(path, params=params).raise_for_status().json()

    def upload(self, table: pd.DataFrame, *, name: str = "Bench", timeout_s: float = 60.0) -> str:
        """Send ``table`` as a CSV file and wait until it is ready. Returns the dataset's id."""
        content = io.BytesIO(table.to_csv(index=False).encode())
        answer = self._http.post("/datasets", files={"file": (f"{name}.csv", content)}, data={"name": name})
        dataset_id: str = answer.raise_for_status().json()["id"]
        dataset = wait_for(
            lambda: self.get(f"/datasets/{dataset_id}"),
            until=lambda dataset: dataset["status"] in ("ready", "failed"),
            timeout_s=timeout_s,
        )
        if dataset["status"] != "ready":
            raise RuntimeError(f"The dataset is {dataset['status']}: {dataset['error']}")
        return dataset_id

    def start_run(self, dataset_id: str, model: str, **params: Any) -> str:
        """Start a training. Returns its id."""
        body = {"dataset_id": dataset_id, "target": TARGET, "model": model, "params": params}
        run_id: str = self._http.post("/runs", json=body).raise_for_status().json()["id"]
        return run_id

    def metrics(self, run_id: str, since: int = 0, limit: int = 10_000) -> list[dict[str, Any]]:
        """The metric rows after position ``since``."""
        items: list[dict[str, Any]] = self.get(f"/runs/{run_id}/metrics", since=since, limit=limit)["items"]
        return items

    def wait_for_first_row(self, run_id: str, *, timeout_s: float = 30.0) -> None:
        """Poll until the run's first metric row can be read."""
        wait_for(lambda: self.metrics(run_id, limit=1), until=bool, timeout_s=timeout_s)

    def stop(self, run_id: str, *, timeout_s: float = 60.0) -> None:
        """Stop a run, if it is not over already, and wait until its worker is free again."""
        self._http.post(f"/runs/{run_id}/stop")  # a run that is over refuses, which is as good
        wait_for(
            lambda: self.get(f"/runs/{run_id}"),
            until=lambda run: run["status"] in OVER,
            timeout_s=timeout_s,
            pause_s=0.05,
        )

    def pause(self, run_id: str) -> None:
        """Have a run save its state and leave its worker; waits until it has."""
        self._http.post(f"/runs/{run_id}/pause").raise_for_status()
        wait_for(lambda: self.get(f"/runs/{run_id}"), until=lambda run: run["status"] == "paused", timeout_s=30.0)

    def resume(self, run_id: str) -> None:
        """Have a paused run go on."""
        self._http.post(f"/runs/{run_id}/resume").raise_for_status()

    def wait_for_end(self, run_id: str, *, timeout_s: float = 120.0, pause_s: float = 0.1) -> dict[str, Any]:
        """Poll until the run is over. Returns it; anything but a finished run is an error."""
        run: dict[str, Any] = wait_for(
            lambda: self.get(f"/runs/{run_id}"),
            until=lambda run: run["status"] in OVER,
            timeout_s=timeout_s,
            pause_s=pause_s,
        )
        if run["status"] != "finished":
            raise RuntimeError(f"The run is {run['status']}: {run['error']}")
        return run


def wait_for(
    read: Callable[[], Any], *, until: Callable[[Any], Any], timeout_s: float, pause_s: float = _PAUSE_S
) -> Any:
    """Read until the answer satisfies ``until``; the answer."""
    deadline = time.monotonic() + timeout_s
    while not until(answer := read()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Nothing within {timeout_s:g} s; the last answer was {answer!r:.400}.")
        time.sleep(pause_s)
    return answer


def make_table() -> pd.DataFrame:
    """Rows with three classes that depend on some of the columns, with noise."""
    generator = np.random.default_rng(7)
    X = generator.normal(size=(N_ROWS, N_FEATURES))
    signal = X[:, :6] @ generator.normal(size=(6, 3)) + np.abs(X[:, 6:9]) + generator.normal(size=(N_ROWS, 3))
    table = pd.DataFrame(X.round(5), columns=[f"feature_{number}" for number in range(1, N_FEATURES + 1)])
    table[TARGET] = np.array(["red", "green", "blue"])[signal.argmax(axis=1)]
    return table
