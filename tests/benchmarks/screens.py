"""Real browser pages; those that show a run note when each point of its loss curve was drawn."""

import contextlib
import itertools
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.benchmarks.streams import Arrivals

TIMEOUT_MS = 60_000.0
_AT_ONCE = 5

# Every curve is one SVG path, with as many corners as it has points while there are fewer than a thousand.
_RECORDER = """
(() => {
  const drawn = [];
  window.drawnPoints = drawn;
  const look = (records) => {
    for (const { target } of records) {
      if (!target.matches?.('.series.validation .line')) continue;
      if (target.getRootNode().querySelector('[data-part=loss]')?.contains(target) !== true) continue;
      const path = target.getAttribute('d');
      const count = path ? path.split('L').length : 0;
      if (count > (drawn.at(-1)?.[1] ?? 0)) drawn.push([Date.now() / 1000, count]);
    }
  };
  const watch = (root) =>
    new MutationObserver(look).observe(root, { subtree: true, attributes: true, attributeFilter: ['d'] });
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    watch(root);
    return root;
  };
  watch(document);
})();
"""


@contextlib.contextmanager
def open_chromium() -> Iterator[Browser]:
    """A browser at the lowest priority: in life it is on other machines, whose work does not slow the server's."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_polite_chromium(Path(folder)), args=_ARGUMENTS)
        try:
            yield chromium
        finally:
            chromium.close()


def new_visitor(chromium: Browser) -> Page:
    """A page with cookies, cache and connections of its own."""
    # Without animations: thirty of them, drawn without a graphics card, would say nothing about the server.
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_init_script(_RECORDER)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    return page


def open_screens(chromium: Browser, url: str, *, wanted: int, budget_s: float) -> list[Page]:
    """Pages that show the run at ``url``: ``wanted`` ones, or as many as this machine opens in ``budget_s``."""
    pages: list[Page] = []
    deadline = time.monotonic() + budget_s
    while len(pages) < wanted and time.monotonic() < deadline:
        together = [new_visitor(chromium) for _ in range(min(_AT_ONCE, wanted - len(pages)))]
        for page in together:
            page.goto(url, wait_until="commit")
        for page in together:
            page.locator("[data-part=where]").wait_for(state="attached")
        pages += together
    return pages


_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
]


# Linux shares cores between sessions first (autogroup) and heeds priorities within a session only after that.
_STARTER = """#!/bin/sh
{{ echo 19 > /proc/self/autogroup; }} 2>/dev/null
exec nice -n 19 {chromium} "$@"
"""


def _polite_chromium(folder: Path) -> str:
    """A program that starts Chromium at the lowest priority.

    Raises:
        RuntimeError: Chromium is not installed.
    """
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise RuntimeError("Chromium is not installed; this bench drives real pages. Install the package chromium.")
    starter = folder / "chromium"
    starter.write_text(_STARTER.format(chromium=chromium), encoding="utf-8")
    starter.chmod(0o755)
    return str(starter)


def drawings(page: Page) -> Arrivals:
    """When each point was on this screen."""
    recorded = page.evaluate("window.drawnPoints")
    arrivals = Arrivals(n_updates=len(recorded))
    counts = [0, *(count for _, count in recorded)]
    for (earlier, later), (at, _) in zip(itertools.pairwise(counts), recorded, strict=True):
        arrivals.seen.update(dict.fromkeys(range(earlier + 1, later + 1), at))
    return arrivals


def wait_for_points(page: Page, count: int, *, timeout_ms: float = 15_000.0) -> bool:
    """Whether the screen shows ``count`` points in time."""
    try:
        page.wait_for_function(f"(window.drawnPoints.at(-1)?.[1] ?? 0) >= {count}", timeout=timeout_ms)
    except PlaywrightTimeout:
        return False
    return True
