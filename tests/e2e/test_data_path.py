"""A messy table on its way through the data part, as one person walks it in one visit."""

import re
from urllib.parse import parse_qs, urljoin, urlsplit

from playwright.sync_api import Page, expect

from tests.e2e.browsing import Visitor, by_key, cell, wait_drawn
from tests.e2e.conftest import Client, Visit
from tests.stacks import wait_for

SAMPLE = "messy_orders"
PATIENCE_MS = 60_000
"""For answers that a worker has to give while the machine is busy with other tests."""


def test_messy_orders_are_looked_at_mended_drawn_tested_queried_asked_and_exported(
    visit: Visit, client: Client
) -> None:
    visitor = visit()
    page = visitor.open("/datasets")
    first_id = take_sample(page)
    before = rows_of(client, page, first_id)

    mend_first_alert(page)
    second_id = open_made_version(page, first_id)
    first, second = (client.get(f"/datasets/{each}") for each in (first_id, second_id))
    assert (second["version"], second["parent_id"]) == (2, first_id)
    assert second["content_sha256"] != first["content_sha256"]

    draw_first_idea(page)
    visitor.go(page, "/statistics", dataset=second_id)
    relate(page, "qty", "rating")
    visitor.go(page, "/sql", dataset=second_id)
    count_by_sql(page, second["n_rows"])
    visitor.go(page, "/explore", dataset=second_id, view="ask")
    ask(page, "average qty by channel")
    assert export_csv(visitor, page, second_id) != before

    # The version that all of it started from is as it was, and so are its bytes.
    assert client.get(f"/datasets/{first_id}") == first
    assert rows_of(client, page, first_id) == before


def take_sample(page: Page) -> str:
    """The sample as a dataset; answers its id."""
    by_key(page, "datasets-way").get_by_text("A sample").click()
    by_key(page, f"datasets-sample-{SAMPLE}").get_by_role("button").click()
    heading = page.get_by_role("heading", name="Messy orders v1")
    expect(heading).to_be_visible(timeout=PATIENCE_MS)
    expect(heading).to_be_in_viewport()
    expect(page.get_by_role("button", name="Explore", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    return dataset_of(page)


def mend_first_alert(page: Page) -> None:
    """From the dataset to its overview, and from the first alert that can be mended to the recipe."""
    page.get_by_role("button", name="Explore", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile(r"\d+ things? to know"))).to_be_visible(timeout=PATIENCE_MS)
    wait_drawn(page)
    page.locator("[class*=st-key-overview-fix]").get_by_role("button").first.click()
    make = page.get_by_role("button", name="Make version 2")
    expect(make).to_be_enabled(timeout=PATIENCE_MS)
    make.click()


def open_made_version(page: Page, first_id: str) -> str:
    """The new version, once it is there; answers its id."""
    opening = page.get_by_role("button", name="Open it")
    expect(opening).to_be_visible(timeout=PATIENCE_MS)
    opening.click()
    page.wait_for_url(lambda url: first_id not in url)
    wait_drawn(page)
    return dataset_of(page)


def draw_first_idea(page: Page) -> None:
    page.get_by_role("radio", name="Charts", exact=True).click()
    opening = by_key(page, "charts-idea-0-open").get_by_role("button")
    expect(opening).to_be_visible(timeout=PATIENCE_MS)
    wait_drawn(page)
    opening.click()
    expect(page.get_by_role("button", name="Keep", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_attached()


def relate(page: Page, *columns: str) -> None:
    page.get_by_text("Are two columns related?").click()
    wait_drawn(page)
    for column in columns:
        page.get_by_role("combobox", name="Columns").click()
        page.get_by_role("option", name=re.compile(f"^{column} ")).click()
        wait_drawn(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Do the test").click(timeout=PATIENCE_MS)
    expect(page.get_by_text("What the p value rests on")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("1 test was done on this dataset")).to_be_visible()


def count_by_sql(page: Page, n_rows: int) -> None:
    statement = page.get_by_role("textbox", name="Statement")
    expect(statement).to_have_value(re.compile("FROM"))
    found = re.search(r"FROM (\S+)", statement.input_value())
    assert found is not None
    statement.fill(f"SELECT count(*) AS n_orders FROM {found[1]}")
    statement.press("Control+Enter")
    expect(cell(page, str(n_rows))).to_have_count(1, timeout=PATIENCE_MS)


def ask(page: Page, question: str) -> None:
    field = page.get_by_role("textbox", name="Question")
    field.fill(question)
    field.press("Enter")
    expect(page.get_by_text("Understood as")).to_be_visible(timeout=PATIENCE_MS)
    expect(cell(page, "phone")).to_have_count(1, timeout=PATIENCE_MS)


def export_csv(visitor: Visitor, page: Page, dataset_id: str) -> str:
    visitor.go(page, "/datasets", dataset=dataset_id)
    by_key(page, "datasets-view").get_by_text("Export").click()
    page.get_by_role("button", name="Write the file").click()
    link = page.get_by_role("link", name=re.compile("Download .*csv"))
    expect(link).to_be_visible(timeout=PATIENCE_MS)
    return page.request.get(urljoin(page.url, link.get_attribute("href") or "")).text()


def rows_of(client: Client, page: Page, dataset_id: str) -> str:
    """The whole table as CSV, as anybody may fetch it."""
    wait_for(lambda: client.get(f"/datasets/{dataset_id}")["status"] == "ready", what="the end of the reading")
    answer = page.request.get(urljoin(page.url, f"/api/v1/datasets/{dataset_id}/export?format=csv"))
    assert answer.ok, answer.text()
    return answer.text()


def dataset_of(page: Page) -> str:
    """The dataset that the address names."""
    return parse_qs(urlsplit(page.url).query)["dataset"][0]
