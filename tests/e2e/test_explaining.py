"""What stands beside the curves: steps, two explanations, remarks, and what to change after a failure."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import DESKTOP, PHONE, by_key, shoot
from tests.e2e.conftest import Client, Trained, Visit
from tests.factories import make_csv


@pytest.fixture(scope="module")
def overfitted(client: Client) -> str:
    """A network that trained far too long on few rows."""
    dataset_id = client.upload(make_csv(600), file_name="plants.csv")
    params = {"epochs": 200, "layers": "large", "batch_size": 16}
    return client.finish(dataset_id=dataset_id, target="kind", model="mlp", params=params)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_finished_run_ticks_every_step_and_says_what_happened_in_it(
    visit: Visit, overfitted: str, size: tuple[int, int]
) -> None:
    page = visit(size=size).open("/runs", run=overfitted)
    steps = page.locator("[data-part=steps] li")
    expect(steps).to_have_count(6)
    for index in range(6):
        expect(steps.nth(index)).to_have_attribute("data-state", "done")
    steps.nth(1).get_by_role("button").click()
    expect(page.locator("[data-part=step-text]")).to_contain_text("420 train, 90 validation and 90 test rows")
    shoot(page, f"run-explained-{size[0]}")


def test_the_language_is_chosen_for_model_and_steps_and_is_remembered(visit: Visit, overfitted: str) -> None:
    page = visit().open("/runs", run=overfitted)
    said, step = page.locator("[data-part=about-text]"), page.locator("[data-part=step-text]")
    technical = said.inner_text()
    page.locator(".about").get_by_text("Kitchen", exact=True).click()
    expect(said).not_to_have_text(technical)
    expect(step).to_contain_text("recipe")
    page.reload()
    expect(page.locator("[data-part=step-text]")).to_contain_text("recipe")


def test_a_remark_opens_the_form_with_its_change_and_starts_nothing(
    visit: Visit, client: Client, overfitted: str
) -> None:
    page = visit().open("/runs", run=overfitted)
    remark = next(one for one in client.run(overfitted)["progress"]["remarks"] if one["key"] == "validation_worse")
    card = page.locator("[data-part=remarks] li").filter(has_text=remark["title"])
    expect(card).to_contain_text(remark["seen"])
    n_runs = len(client.get("/runs")["items"])
    card.locator("a.try").click()
    page.wait_for_url(re.compile("/train"))
    expect(by_key(page, "train-mlp-epochs")).to_contain_text(str(remark["change"]["params"]["epochs"]))
    assert len(client.get("/runs")["items"]) == n_runs


def test_a_failed_run_shows_the_step_the_cause_the_cure_and_a_way_on(visit: Visit, trained: Trained) -> None:
    page = visit().open("/runs", run=trained.failed)
    expect(page.locator("[data-part=steps] li[data-state=failed]")).to_have_text("Split")
    card = page.locator("[data-part=remarks] li").first
    expect(card).to_contain_text("Cause.")
    expect(card).to_contain_text("Cure.")
    card.locator("a.try").click()
    page.wait_for_url(re.compile("/train"))
    expect(page.get_by_role("button", name="Start run")).to_be_enabled()
