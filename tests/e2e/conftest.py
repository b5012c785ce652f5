"""The started product and a real browser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from core.samples.registry import SAMPLES
from tests import servers
from tests.e2e.browsing import ARGUMENTS, Visitor, find_browser
from tests.stacks import wait_for

Visit = Callable[..., Visitor]

LONG_MODEL = {"model": "mlp", "params": {"epochs": 500, "layers": "large", "batch_size": 8}}
"""A training that goes on for much longer than anybody watches it here."""
ENDS = ("finished", "stopped", "failed", "lost")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder needs the browser."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)


class Client:
    """What a test arranges by REST, where the browser is not what it is about."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/v1", trust_env=False, timeout=20)

    def get(self, path: str) -> Any:
        answer = self._http.get(path)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: object = None) -> Any:
        answer = self._http.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def upload(self, text: str | bytes, *, file_name: str, name: str = "") -> str:
        """The id of a dataset that has been read, well or badly."""
        answer = self._http.post("/datasets", files={"file": (file_name, text)}, data={"name": name})
        assert answer.is_success, answer.text
        dataset_id: str = answer.json()["id"]
        wait_for(lambda: self.get(f"/datasets/{dataset_id}")["status"] in ("ready", "failed"), what="the ingest")
        return dataset_id

    def start(self, **request: Any) -> str:
        """The id of a new run."""
        run_id: str = self.post("/runs", request)["id"]
        return run_id

    def run(self, run_id: str) -> Any:
        """A run as it stands."""
        return self.get(f"/runs/{run_id}")

    def wait_end(self, run_id: str) -> Any:
        """The run when it is over."""
        wait_for(lambda: self.run(run_id)["status"] in ENDS, what="the end of the run")
        return self.run(run_id)

    def finish(self, **request: Any) -> str:
        """The id of a run that has been trained."""
        run_id = self.start(**request)
        run = self.wait_end(run_id)
        assert run["status"] == "finished", run["error"]
        return run_id

    def validation_steps(self, run_id: str, metric: str = "f1") -> list[int]:
        """The steps with a point on the validation curve of a metric."""
        rows = self.get(f"/runs/{run_id}/metrics?limit=10000")["items"]
        return [row["step"] for row in rows if (row["name"], row["split"]) == (metric, "validation")]

    def clear(self) -> None:
        """Stop whatever still trains."""
        for status in ("queued", "running", "paused"):
            for run in self.get(f"/runs?status={status}")["items"]:
                self._http.post(f"/runs/{run['id']}/stop")
        wait_for(lambda: all(run["status"] in ENDS for run in self.get("/runs")["items"]), what="the end of all runs")

    def close(self) -> None:
        self._http.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def praxis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.PraxisInstance]:
    """One instance for all tests; each brings its own data, or uses what is only read."""
    with servers.run_praxis(tmp_path_factory.mktemp("e2e") / "home", n_jobs=1) as instance:
        yield instance
        assert "Traceback" not in instance.log


@pytest.fixture(scope="session")
def idle_praxis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.PraxisInstance]:
    """An instance in which nobody has done anything yet, and in which no worker works."""
    home = tmp_path_factory.mktemp("idle") / "home"
    with servers.run_praxis(home, cpu_workers=0, interactive_workers=0, document_workers=0) as instance:
        yield instance


@pytest.fixture(scope="session")
def client(praxis: servers.PraxisInstance) -> Iterator[Client]:
    opened = Client(praxis.url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def churn_id(client: Client) -> str:
    """5,000 customers, of whom some left."""
    return client.upload(SAMPLES["churn"].to_csv(), file_name="churn.csv", name="Customer churn")


@pytest.fixture
def visit(browser: Browser, praxis: servers.PraxisInstance) -> Iterator[Visit]:
    """``visit(size=..., scheme=...)`` is a person with a browser; nothing bad may happen in it."""
    visitors: list[Visitor] = []

    def come(url: str = praxis.url, **how: Any) -> Visitor:
        visitors.append(Visitor(browser, url, **how))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Runs of the same rows, and two that cannot be ranked with them."""

    dataset_id: str
    forest: str
    logistic: str
    neighbours: str
    other_seed: str
    failed: str

    @property
    def all_finished(self) -> str:
        """Their ids as the address of the comparison takes them."""
        return ",".join((self.forest, self.logistic, self.neighbours, self.other_seed))


@pytest.fixture(scope="session")
def trained(client: Client, churn_id: str) -> Trained:
    facts = {"dataset_id": churn_id, "target": "churned"}
    lonely_id = client.upload("size,kind\n" + "1,a\n2,b\n" * 20 + "3,rare\n", file_name="lonely.csv")
    failed = client.start(dataset_id=lonely_id, target="kind", model="logistic_regression")
    found = Trained(
        dataset_id=churn_id,
        forest=client.finish(**facts, model="random_forest", params={"n_estimators": 40}),
        logistic=client.finish(**facts, model="logistic_regression"),
        neighbours=client.finish(**facts, model="k_neighbors"),
        other_seed=client.finish(**facts, model="logistic_regression", seed=8),
        failed=failed,
    )
    assert client.wait_end(failed)["status"] == "failed"
    return found
