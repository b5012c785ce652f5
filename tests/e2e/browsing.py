"""A person with a browser: opens pages, watches what must not happen, reads what is drawn."""

import re
import shutil
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "test-output" / "screenshots"
DESKTOP = (1280, 800)
PHONE = (390, 844)
PATIENCE_MS = 30_000
TALLEST_PX = 3_000

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OUTAGE = (
    "Failed to load resource",
    "WebSocket connection",
    "Client Error in reaching server endpoint",
    "Streamlit server is not responding",
    # A part of the page that was still on its way when the server went.
    "Error: Unable to preload CSS",
    "TypeError: Failed to fetch dynamically imported module",
)
# On each page but the first, Streamlit asks below the page's own address first, and then at the root.
_PROBES = re.compile(r"/_stcore/(health|host-config)$")

expect.set_options(timeout=PATIENCE_MS)


def find_browser() -> str:
    """The path of an installed Chromium.

    Raises:
        RuntimeError: There is none.
    """
    for name in _PROGRAMS:
        if path := shutil.which(name):
            return path
    raise RuntimeError("These tests need Chromium. make test installs it where it may; else install it and try again.")


class Visitor:
    """One browser profile at one instance, and a record of what must not happen in it."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        *,
        size: tuple[int, int] = DESKTOP,
        scheme: Literal["light", "dark"] = "light",
    ) -> None:
        self.url = url
        self.size = size
        self.tolerates_outage = False
        """Whether failed requests are part of the story."""
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, accept_downloads=True
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("page", self._watch)

    def open(self, path: str = "/", **address: str) -> Page:
        """A new tab on a page that has been drawn."""
        page = self.context.new_page()
        self.go(page, path, **address)
        return page

    def go(self, page: Page, path: str, **address: str) -> None:
        """Another page in the same tab, from the server."""
        page.goto(f"{self.url}{path}{'?' + urlencode(address) if address else ''}")
        wait_drawn(page)

    def close(self) -> None:
        """Look at every open tab a last time, then leave."""
        for page in self.context.pages:
            self.inspect(page)
        self.context.close()

    def inspect(self, page: Page) -> None:
        """Note a traceback on the page, or a page wider than the window."""
        if page.is_closed():
            return
        text = page.locator("body").inner_text()
        self.complaints += [f"{page.url}: {word}" for word in ("Traceback", "Something went wrong") if word in text]
        content, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        if content > window:
            self.complaints.append(f"{page.url}: {content} px wide in a window of {window} px")

    def _watch(self, page: Page) -> None:
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", self._note_request)

    def _note_console(self, message: ConsoleMessage) -> None:
        source = message.location.get("url", "")
        is_failed_request = message.text.startswith(_OUTAGE)
        if message.type != "error" or _PROBES.search(urlsplit(source).path):
            return
        if not (is_failed_request and self.tolerates_outage):
            self.complaints.append(f"console: {message.text} ({source})")

    def _note_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != urlsplit(self.url).netloc:
            self.complaints.append(f"request to another host: {request.url}")


def wait_drawn(page: Page) -> None:
    """Wait until the page's script has run to its end."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", state="attached")
    expect(page.locator("[data-testid=stMain]")).not_to_be_empty()


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the whole page, however far it scrolls."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size
    assert size is not None
    height = page.locator("[data-testid=stMain]").evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height, TALLEST_PX))})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.screenshot(path=SCREENSHOTS / f"{name}-{size['width']}.png")
    page.set_viewport_size(size)


# --- the live panel --------------------------------------------------------------------------------------------------


def drawn_points(page: Page, *, split: str = "validation") -> int:
    """How many points of the metric's curve are drawn."""
    path = page.locator(f"[data-part=metric] .series.{split} .line").get_attribute("d") or ""
    return len(re.findall(r"[ML]", path))


def wait_points(page: Page, at_least: int) -> int:
    """Wait until so many points are drawn; answers how many there are then."""
    line = page.locator("[data-part=metric] .series.validation .line")
    expect(line).to_have_attribute("d", re.compile(rf"^M([^L]*L){{{at_least - 1}}}"))
    return drawn_points(page)


def wait_state(page: Page, *words: str) -> None:
    """Wait until the panel says that the run is in one of these states."""
    expect(page.locator("[data-part=word]")).to_have_text(re.compile(f"^({'|'.join(words)})$"))


def point_table(page: Page) -> dict[str, list[str]]:
    """The points behind the curves by step, as the panel's table shows them."""
    page.get_by_role("button", name="Show as table").click()
    rows = page.locator("[data-part=table-host] tbody tr")
    expect(rows.first).to_be_visible()
    cells: list[list[str]] = rows.evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.textContent))")
    page.get_by_role("button", name="Show curves").click()
    return {step: values for step, *values in cells}


# --- Streamlit's widgets ---------------------------------------------------------------------------------------------


def by_key(page: Page, key: str) -> Locator:
    """The widget with this key."""
    return page.locator(f".st-key-{re.sub(r'[^a-zA-Z0-9_-]', '-', key)}")


def cell(page: Page, text: str) -> Locator:
    """The cells of tables with exactly this text. Tables are drawn on a canvas that holds their cells as text, too."""
    return page.locator("canvas [role=gridcell]").filter(has_text=re.compile(f"^{re.escape(text)}$"))


def slide(page: Page, key: str, *presses: str) -> None:
    """Move a slider by keys, as one does without a mouse."""
    thumb = by_key(page, key).get_by_role("slider")
    thumb.focus()
    for press in presses:
        thumb.press(press)
