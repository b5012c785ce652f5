"""Take the pictures of the README: ``python -m tests.e2e.take_readme_picture``.

A network learns on the churn sample, for longer than is good for it, while its page is photographed; then it is
compared with others.
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from core.samples.registry import SAMPLES
from tests import servers
from tests.e2e.browsing import ARGUMENTS, ROOT, Visitor, by_key, find_browser, wait_drawn, wait_points, wait_state
from tests.e2e.conftest import Client

PICTURES = ROOT / "docs" / "images"
LARGEST_BYTES = 300_000
LONG_TRAINING = {
    "model": "mlp",
    "params": {"epochs": 120, "layers": "medium", "batch_size": 32, "learning_rate": 0.0005},
}
"""Long enough for a picture in its middle, with curves that part from each other."""


def take_pictures(instance: servers.PraxisInstance, folder: Path) -> None:
    """Train, and photograph a live run and a comparison at 1280 x 800."""
    client = Client(instance.url)
    dataset_id = client.upload(SAMPLES["churn"].to_csv(), file_name="churn.csv", name="Customer churn")
    facts = {"dataset_id": dataset_id, "target": "churned"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        visitor = Visitor(browser, instance.url)
        run_id = client.start(**facts, **LONG_TRAINING)
        page = visitor.open("/runs", run=run_id)
        wait_state(page, "Running")
        wait_points(page, 70)
        save(page, folder / "run.png")
        others = [client.finish(**facts, model=model) for model in ("logistic_regression", "k_neighbors")]
        others.append(client.finish(**facts, model="random_forest", params={"n_estimators": 300}))
        client.wait_end(run_id)
        visitor.go(page, "/compare", runs=",".join([run_id, *others]))
        expect(by_key(page, "compare-intervals").locator(".errorbar")).to_have_count(4)
        wait_drawn(page)
        save(page, folder / "compare.png")
        visitor.close()
        browser.close()
    client.close()


def save(page: Page, path: Path) -> None:
    """A screenshot as a small file.

    Raises:
        RuntimeError: It is larger than a README should load.
    """
    Image.open(BytesIO(page.screenshot())).convert("RGB").save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise RuntimeError(f"{path} has {path.stat().st_size:,} bytes; {LARGEST_BYTES:,} are allowed.")
    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, servers.run_praxis(Path(home) / "home", n_jobs=1) as started:
        take_pictures(started, PICTURES)
