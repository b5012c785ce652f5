"""Instances without a web server: pages run in this process, on real storage and with runs that a worker trained."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.bootstrap import wiring
from core.ids import new_id, utc_now
from core.records import Best, Dataset, ErrorRecord, Run, RunArtifacts, RunProgress
from core.samples.registry import SAMPLES
from core.types import DatasetStatus, RunStatus, Severity, Split
from tests import servers
from tests.factories import make_dataset, make_point
from tests.stacks import Stack, as_environment, run_stack, wait_for

MAIN = Path("app/main.py").resolve()
HOSTILE = "<script>alert(1)</script> ![x](http://evil.example/x.png) $x$ :red[x] www.evil.example"
"""A name that would be obeyed rather than shown, were it not escaped."""

OpenPage = Callable[..., AppTest]
On = Callable[[Stack], OpenPage]


@dataclass(frozen=True, kw_only=True)
class Exhibits:
    """One of everything that a page may have to show."""

    stack: Stack
    datasets: dict[str, Dataset]
    runs: dict[str, Run]


@pytest.fixture(scope="session")
def exhibits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exhibits]:
    """Datasets and runs in every state; no worker is alive any more."""
    home = tmp_path_factory.mktemp("exhibits") / "home"
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url) as stack:
        worker = stack.start_worker()
        plants_file = home / "plants.part"
        plants_file.write_text(SAMPLES["plants"].to_csv(), encoding="utf-8")
        plants = _read(stack, stack.datasets.ingest(plants_file, file_name="plants.csv", name=SAMPLES["plants"].label))
        small = _read(stack, stack.upload("size,kind\n1,a\n2,b\n3,a\n", file_name="small.csv"))
        unreadable = _read(stack, stack.upload(bytes(range(256)), file_name="photo.csv"))
        hostile_file = home / "hostile.part"
        hostile_file.write_text("size,:red[kind] <b>\n1,a\n2,b\n", encoding="utf-8")
        hostile = _read(stack, stack.datasets.ingest(hostile_file, file_name=f"{HOSTILE}.csv", name=HOSTILE))
        facts = {"dataset_id": plants.id, "target": "species"}
        logistic = stack.finished(**facts)
        neighbours = stack.finished(**facts, model="k_neighbors")
        other_seed = stack.finished(**facts, seed=8)
        worker.end()
        datasets = {
            "plants": plants,
            "small": small,
            "unreadable": unreadable,
            "hostile": hostile,
            "reading": make_dataset(
                status=DatasetStatus.RUNNING, n_rows=None, columns=(), stage="Reading", progress=0.4
            ),
        }
        runs = {
            "logistic": logistic,
            "neighbours": neighbours,
            "other_seed": other_seed,
            **_unfinished(logistic),
            "stopped": logistic.model_copy(update={"id": new_id(), "status": RunStatus.STOPPED}),
            "hostile": logistic.model_copy(update={"id": new_id(), "name": HOSTILE}),
        }
        with stack.storage.write() as unit:
            unit.datasets.add(datasets["reading"])
            for key in ("queued", "running", "paused", "failed", "lost", "stopped", "hostile"):
                unit.runs.add(runs[key])
                unit.logs.append(runs[key].id, HOSTILE, level=Severity.WARNING)
            for key in ("running", "paused", "lost"):
                unit.metrics.append(runs[key].id, [make_point(step, split=Split.VALIDATION) for step in (1, 2)])
        yield Exhibits(stack=stack, datasets=datasets, runs=runs)


@pytest.fixture
def empty_stack(tmp_path: Path, redis_url: str) -> Iterator[Stack]:
    """An instance in which nothing has happened, and which has no workers."""
    with run_stack(tmp_path / "home", redis_url=redis_url) as stack:
        yield stack


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[On]:
    """``open_page(stack)(name, **address)`` is a page of that instance, as a browser tab would show it."""

    def on(stack: Stack) -> OpenPage:
        for name, value in as_environment(stack.settings).items():
            monkeypatch.setenv(name, value)

        def open_one(name: str, **address: str) -> AppTest:
            page = AppTest.from_file(str(MAIN), default_timeout=30)
            for key, value in address.items():
                page.query_params[key] = value
            page.switch_page(f"../pages/{name}.py").run()
            return page

        return open_one

    wiring.cache_clear()
    yield on
    if wiring.cache_info().currsize:
        wiring().storage.close()
    wiring.cache_clear()


def _read(stack: Stack, dataset: Dataset) -> Dataset:
    def look() -> Dataset | None:
        now = stack.datasets.get(dataset.id)
        return now if now.status.is_terminal else None

    return wait_for(look, what="the end of the ingest")


def _unfinished(finished: Run) -> dict[str, Run]:
    """The same training in the states that it passes through or ends in without a result."""
    error = ErrorRecord(code="unsuitable_data", message=f"The class {HOSTILE!r} has 1 row.", hint="Drop it.")
    progress = RunProgress(
        stage="Training",
        step_name="iterations",
        step=2,
        total_steps=10,
        fraction=0.2,
        best=Best(metric="f1", step=2, value=0.7),
        baseline={"f1": 0.1},
    )
    without = {"result": None, "artifacts": RunArtifacts(), "finished_at": None, "heartbeat_at": utc_now()}
    states = {
        "queued": {"status": RunStatus.QUEUED, "progress": RunProgress()},
        "running": {"status": RunStatus.RUNNING, "progress": progress},
        "paused": {"status": RunStatus.PAUSED, "progress": progress},
        "failed": {"status": RunStatus.FAILED, "progress": RunProgress(), "error": error, "finished_at": utc_now()},
        "lost": {"status": RunStatus.LOST, "progress": progress, "error": error, "losses": 3, "finished_at": utc_now()},
    }
    return {key: finished.model_copy(update={"id": new_id(), **without, **state}) for key, state in states.items()}
