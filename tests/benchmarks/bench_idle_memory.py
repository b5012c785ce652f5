"""Memory of the web process of an instance that nobody uses."""

import tempfile
from pathlib import Path

import psutil

from tests.benchmarks.client import Client, make_table
from tests.benchmarks.measurement import Measurement, at_most, reported
from tests.benchmarks.screens import new_visitor, open_chromium
from tests.servers import run_praxis

LIMIT_MB = 400.0
PAGES = ("", "datasets", "train", "runs", "compare", "monitoring")


def run() -> list[Measurement]:
    """After the start, and after a person with one dataset and one run has opened each page once."""
    with tempfile.TemporaryDirectory() as folder, run_praxis(Path(folder) / "home") as praxis:
        web = psutil.Process(praxis.children["web"])
        started = web.memory_full_info()
        client = Client(praxis.url)
        dataset_id = client.upload(make_table())
        run_id = client.start_run(dataset_id, "logistic_regression")
        client.wait_for_end(run_id)
        addresses = [f"{praxis.url}/{page}" for page in PAGES] + [f"{praxis.url}/runs?run={run_id}"]
        with open_chromium() as chromium:
            page = new_visitor(chromium)
            for address in addresses:
                page.goto(address)
                page.get_by_test_id("stMain").locator("h1").first.wait_for()
                page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(state="attached")
        used = web.memory_full_info()
        client.close()
    return [
        at_most("web process after its start", started.rss / 1e6, "MB", LIMIT_MB, f"PSS {started.pss / 1e6:.0f} MB"),
        at_most("web process after every page", used.rss / 1e6, "MB", LIMIT_MB, f"PSS {used.pss / 1e6:.0f} MB"),
        reported("private to the web process after every page", used.uss / 1e6, "MB"),
    ]
