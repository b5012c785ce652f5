"""Every page at both widths, light and dark: nothing sticks out, nothing is fetched from elsewhere, all has a name."""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from core.samples.registry import SAMPLES
from models.combinations import COMBINING
from tests import servers
from tests.e2e.browsing import DESKTOP, PHONE, by_key, shoot, wait_drawn
from tests.e2e.conftest import Client, Trained, Visit

PAGES = (
    "",
    "datasets",
    "explore",
    "statistics",
    "sql",
    "train",
    "runs",
    "compare",
    "documents",
    "insights",
    "monitoring",
)
VIEWS = ("overview", "fix", "charts", "ask")
HOSTILE = "<script>alert(1)</script> ![x](http://evil.example/x.png) $x$ :red[x] www.evil.example"

each_look = pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])


def unnamed(page: Page) -> list[str]:
    """Buttons and links that a screen reader could not announce, in components too."""
    return list(
        page.evaluate(
            """() => {
                const inside = (root) => [...root.querySelectorAll("*")].flatMap(
                    (node) => [node, ...(node.shadowRoot ? inside(node.shadowRoot) : [])]);
                return inside(document)
                    .filter((node) => node.matches("button, a[href], [role=button]") && node.checkVisibility())
                    .filter((node) => !(node.ariaLabel || node.title || node.textContent.trim()
                        || node.getAttribute("aria-labelledby") || node.querySelector("img[alt]:not([alt=''])")))
                    .map((node) => node.outerHTML.slice(0, 200));
            }"""
        )
    )


@each_look
def test_pages_of_a_new_instance(
    visit: Visit, idle_praxis: servers.PraxisInstance, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    visitor = visit(idle_praxis.url, size=size, scheme=scheme)
    page = visitor.open()
    for name in PAGES:
        visitor.go(page, f"/{name}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        if name == "monitoring":
            expect(page.get_by_text("3 of 8 components need attention.")).to_be_visible()
        visitor.inspect(page)
        assert unnamed(page) == []
        shoot(page, f"{name or 'home'}-empty")


@each_look
def test_pages_with_data(
    visit: Visit, trained: Trained, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    visitor = visit(size=size, scheme=scheme)
    page = visitor.open()
    addresses = [(name, f"/{name}", {}) for name in PAGES]
    addresses += [
        ("dataset", "/datasets", {"dataset": trained.dataset_id}),
        *((f"explore-{view}", "/explore", {"dataset": trained.dataset_id, "view": view}) for view in VIEWS),
        ("run-finished", "/runs", {"run": trained.forest}),
        ("run-failed", "/runs", {"run": trained.failed}),
        ("compare-curves", "/compare", {"runs": trained.all_finished, "view": "Curves"}),
    ]
    for name, path, address in addresses:
        visitor.go(page, path, **address)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        visitor.inspect(page)
        assert unnamed(page) == []
        shoot(page, f"{name or 'home'}-{scheme}")


def test_every_model_has_a_form(visit: Visit, client: Client, churn_id: str) -> None:
    page = visit().open("/train", dataset=churn_id, target="churned")
    by_key(page, "train-group-classification").get_by_text("All", exact=True).click()
    for model in client.get("/models")["items"]:
        if "classification" in model["tasks"]:
            by_key(page, "train-model-classification").get_by_text(model["label"], exact=True).click()
            expect(page.get_by_text(model["summary"])).to_be_visible()
            wait_drawn(page)
            start = page.get_by_role("button", name="Start run")
            if model["key"] in COMBINING:  # needs finished runs, of which there may be too few
                expect(start.or_(page.get_by_text("combines finished runs"))).to_be_visible()
            else:
                expect(start).to_be_enabled()
    shoot(page, "train-form")


def test_a_hostile_name_is_text_and_nothing_else(visit: Visit, client: Client) -> None:
    text = SAMPLES["plants"].to_csv().replace("bellwort", "<b>bell</b> <a href='http://evil.example'>x</a>")
    dataset_id = client.upload(text, file_name="x.csv", name=HOSTILE)
    run_id = client.finish(dataset_id=dataset_id, target="species", model="logistic_regression", name=HOSTILE)
    visitor = visit()
    page = visitor.open("/datasets", dataset=dataset_id)
    expect(
        page.get_by_role("heading", name=HOSTILE.replace("www.", "www\u2060.").replace("://", "://\u2060"))
    ).to_be_visible()
    for path, address in (
        ("/", {}),
        ("/datasets", {"dataset": dataset_id}),
        ("/train", {"dataset": dataset_id}),
        ("/runs", {"run": run_id}),
        ("/compare", {"runs": run_id}),
        ("/compare", {"runs": run_id, "view": "Curves"}),
    ):
        visitor.go(page, path, **address)
        assert page.locator("[href*='//'][href*=evil], [src*=evil], [data-testid=stMain] script, .katex").count() == 0
    visitor.go(page, "/runs", run=run_id)
    expect(
        by_key(page, "run-figure-confusion_matrix-validation").locator("text", has_text="<b>bell</b>").first
    ).to_be_visible()
    shoot(page, "hostile")


def test_the_main_action_of_a_page_is_reached_by_tab(visit: Visit, trained: Trained) -> None:
    visitor = visit()
    page = visitor.open("/train", dataset=trained.dataset_id, model="random_forest")
    start = page.get_by_role("button", name="Start run")
    by_key(page, "train-random_forest-n_estimators").get_by_role("slider").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if start.evaluate("button => button === document.activeElement"):
            break
    expect(start).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs?run=*")
    visitor.go(page, "/datasets")
    page.keyboard.press("Tab")
    for _ in range(18):
        focused = page.evaluate("document.activeElement.shadowRoot?.activeElement?.textContent ?? ''")
        if focused == "Choose files":
            break
        page.keyboard.press("Tab")
    assert focused == "Choose files"
    wait_drawn(page)


def test_a_wrong_id_in_the_address_gives_a_sentence_and_a_way_back(visit: Visit) -> None:
    page = visit().open("/runs", run="no-such-run")
    expect(page.get_by_role("alert")).to_contain_text("There is no run 'no-such-run'. See Runs for those that exist.")
    page.get_by_role("link", name="All runs").click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
