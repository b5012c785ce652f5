"""Insights in a browser: look, judge, do the next step, share."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import DESKTOP, PHONE, shoot
from tests.e2e.conftest import Client, Visit
from tests.factories import make_csv


@pytest.fixture(scope="module")
def learned(client: Client) -> str:
    """A tree that knows its rows by heart."""
    dataset_id = client.upload(make_csv(500, seed=4), file_name="insightful.csv")
    return client.finish(
        dataset_id=dataset_id, target="kind", model="decision_tree", params={"max_depth": 30, "min_samples_leaf": 1}
    )


def test_a_look_at_a_run_leads_to_the_next_run(visit: Visit, client: Client, learned: str) -> None:
    page = visit(size=DESKTOP).open("/runs", run=learned)
    page.get_by_role("link", name="What to do next").click()
    page.wait_for_url(re.compile("/insights"))
    page.get_by_role("button", name="Look for insights").click()
    start = page.get_by_role("button", name="Start this run").first
    expect(start).to_be_visible()
    shoot(page, "insights-run")
    n_runs = len(client.get("/runs")["items"])
    page.get_by_role("button", name="Keep").first.click()
    expect(page.get_by_text("Kept 1")).to_be_visible()
    assert len(client.get("/runs")["items"]) == n_runs, "nothing starts by itself"
    start.click()
    page.wait_for_url(re.compile(r"/runs\?run="))
    assert len(client.get("/runs")["items"]) == n_runs + 1


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_shared_card_opens_by_itself(visit: Visit, client: Client, learned: str, size: tuple[int, int]) -> None:
    client.post("/insights", {"scope": "run", "id": learned})
    page = visit(size=size).open("/insights", scope="run", id=learned)
    expect(page.get_by_role("button", name="Dismiss").first).to_be_visible()
    card = client.get(f"/insights?scope=run&id={learned}")["items"][0]
    page.goto(f"{page.url.split('/insights')[0]}/insights?card={card['id']}")
    expect(page.get_by_text(card["title"], exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Dismiss|Let go"))).to_have_count(1)
    shoot(page, f"insight-card-{size[0]}")
