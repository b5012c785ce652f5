"""Train by the form, watch the curves grow, steer the run, lose the page and the server, and lose nothing."""

import os
import re
import signal
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.instance import LIVE_PATH
from tests import servers
from tests.e2e.browsing import (
    PHONE,
    by_key,
    drawn_points,
    point_table,
    shoot,
    slide,
    wait_drawn,
    wait_points,
    wait_state,
)
from tests.e2e.conftest import LONG_MODEL, Client, Visit
from tests.stacks import wait_for


@pytest.fixture(autouse=True)
def _nothing_left_training(client: Client) -> Iterator[None]:
    yield
    client.clear()


@pytest.fixture
def long_run(client: Client, churn_id: str) -> str:
    """A run that trains for longer than the test."""
    return client.start(dataset_id=churn_id, target="churned", **LONG_MODEL)


def run_id_of(page: Page) -> str:
    return page.url.partition("run=")[2]


def is_live(url: str) -> bool:
    try:
        return httpx.get(url + LIVE_PATH, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def start_by_form(page: Page, model: str) -> str:
    """Choose the model, start it, and answer the id of the run whose page comes up."""
    by_key(page, "train-model-classification").get_by_text(model, exact=True).click()
    expect(page.locator("[data-testid=stMain]")).to_contain_text(f"{model} on 5")
    wait_drawn(page)
    page.get_by_role("button", name="Start run").click()
    page.wait_for_url(re.compile(r"/runs\?run="))
    return run_id_of(page)


def test_two_models_are_trained_by_the_form_and_one_is_stopped(visit: Visit, client: Client, churn_id: str) -> None:
    page = visit().open("/train", dataset=churn_id, target="churned")
    forest = start_by_form(page, "Random forest")
    wait_state(page, "Finished")
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    assert drawn_points(page) == len(client.validation_steps(forest))
    shoot(page, "run-finished")

    page.get_by_role("link", name="Train", exact=True).click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    wait_drawn(page)
    by_key(page, "train-model-classification").get_by_text("Neural network (MLP)", exact=True).click()
    expect(by_key(page, "train-mlp-epochs")).to_be_visible()
    slide(page, "train-mlp-epochs", "End")
    # Slow enough to be stopped in the middle on any machine.
    by_key(page, "train-mlp-layers").get_by_text("Large", exact=True).click()
    page.get_by_text("All settings", exact=True).click()
    by_key(page, "train-mlp-batch_size").get_by_role("spinbutton").fill("16")
    mlp = start_by_form(page, "Neural network (MLP)")
    assert client.run(mlp)["config"]["params"]["epochs"] == 500
    wait_state(page, "Running")
    few = wait_points(page, 3)
    assert wait_points(page, few + 3) > few
    shoot(page, "run-live")
    page.get_by_role("button", name="Stop and keep best").click()
    wait_state(page, "Stopped")
    expect(
        page.get_by_text(re.compile("^Stopped early. The best state is kept: the one after .* epochs?[.]$"))
    ).to_be_visible()
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    stopped = client.wait_end(mlp)
    assert stopped["status"] == "stopped"
    assert stopped["result"]["final_step"] == stopped["progress"]["best"]["step"] < 500
    shoot(page, "run-stopped")


def test_a_reload_and_a_second_tab_show_the_same_curve(visit: Visit, long_run: str) -> None:
    visitor = visit()
    page = visitor.open("/runs", run=long_run)
    wait_points(page, 4)
    before = point_table(page)
    page.reload()
    wait_drawn(page)
    assert wait_points(page, len(before)) >= len(before)
    again, elsewhere = point_table(page), point_table(visitor.open("/runs", run=long_run))
    for later in (again, elsewhere):
        assert {step: later.get(step) for step in before} == before


def test_closing_every_tab_stops_nothing(visit: Visit, client: Client, long_run: str) -> None:
    page = visit().open("/runs", run=long_run)
    seen = wait_points(page, 2)
    page.close()
    wait_for(lambda: len(client.validation_steps(long_run)) > seen + 3, what="more points")
    assert client.run(long_run)["status"] == "running"
    assert wait_points(visit().open("/runs", run=long_run), seen + 3) > seen


def test_a_restart_of_the_server_leaves_no_gap_in_the_curve(
    visit: Visit, client: Client, praxis: servers.PraxisInstance, long_run: str
) -> None:
    visitor = visit()
    page = visitor.open("/runs", run=long_run)
    seen = wait_points(page, 3)
    # The last part of the page to arrive; what is still on its way when the server goes is lost to any page.
    page.wait_for_function(
        """() => [".js", ".css"].every((end) => performance.getEntriesByType("resource")
            .some(({ name }) => name.includes("/DataFrame.") && name.endsWith(end)))"""
    )
    visitor.tolerates_outage = True
    killed = praxis.children["web"]
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: praxis.children.get("web") not in (None, killed) and is_live(praxis.url), what="the server")
    wait_points(page, seen + 3)
    page.get_by_role("button", name="Stop and keep best").click()
    wait_state(page, "Stopped")
    client.wait_end(long_run)
    steps = client.validation_steps(long_run)
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    assert drawn_points(page) == len(steps)
    assert set(point_table(page)) == {f"{step}" for step in steps[-100:]}


def test_a_paused_run_waits_and_goes_on_where_it_was(visit: Visit, client: Client, long_run: str) -> None:
    page = visit().open("/runs", run=long_run)
    wait_points(page, 3)
    page.get_by_role("button", name="Pause").click()
    wait_state(page, "Paused")
    expect(page.get_by_text("Nothing is lost: resume now or another day.")).to_be_visible()
    paused = client.validation_steps(long_run)
    shoot(page, "run-paused")
    page.get_by_role("button", name="Resume").click()
    wait_state(page, "Running")
    wait_points(page, len(paused) + 2)
    assert client.validation_steps(long_run)[: len(paused)] == paused
    assert client.run(long_run)["attempt"] == 2


def test_a_queued_run_says_that_it_waits_and_can_be_cancelled(visit: Visit, client: Client, long_run: str) -> None:
    config = client.run(long_run)["config"]
    waiting = client.start(dataset_id=client.run(long_run)["dataset_id"], target=config["target"], model="mlp")
    page = visit().open("/runs", run=waiting)
    wait_state(page, "Queued")
    shoot(page, "run-queued")
    page.get_by_role("button", name="Cancel").click()
    wait_state(page, "Stopped")
    assert client.wait_end(waiting)["result"] is None


def test_the_home_page_follows_what_runs(visit: Visit, long_run: str) -> None:
    page = visit(size=PHONE).open("/")
    expect(page.locator(".spark .series.validation .line")).to_have_attribute("d", re.compile(r"^M([^L]*L){2}"))
    shoot(page, "home-live")
    page.get_by_role("link", name="Neural network (MLP) on Customer churn").click()
    page.wait_for_url(re.compile(rf"/runs\?run={long_run}"))
    wait_points(page, 3)
    shoot(page, "run-live")


def test_a_live_run_can_be_steered_and_read_by_keyboard(visit: Visit, long_run: str) -> None:
    page = visit().open("/runs", run=long_run)
    wait_points(page, 4)
    plot = page.locator("[data-part=metric] svg.plot")
    plot.focus()
    page.keyboard.press("End")
    expect(page.locator("[data-part=metric] .readout")).to_contain_text("validation 0.")
    expect(page.locator("[data-part=pointed]")).to_contain_text(re.compile(r"^Epoch \d+: Loss train"))
    stop = page.get_by_role("button", name="Stop and keep best")
    stop.focus()
    page.keyboard.press("Enter")
    wait_state(page, "Stopped")
