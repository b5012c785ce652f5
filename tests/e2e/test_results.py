"""What a run leaves: figures, scores, a model and a script; and the comparison of several."""

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import DESKTOP, PHONE, by_key, cell, shoot, wait_drawn
from tests.e2e.conftest import Client, Trained, Visit


def choose(page: Page, key: str, option: str) -> None:
    by_key(page, key).get_by_text(option, exact=True).click()
    wait_drawn(page)


def test_figures_have_a_table_and_a_text_alternative(visit: Visit, client: Client, trained: Trained) -> None:
    page = visit().open("/runs", run=trained.forest)
    figures = [figure for figure in client.get(f"/runs/{trained.forest}/figures")["items"] if figure["split"] == "test"]
    choose(page, "run-figure_split", "Test rows")
    for figure in figures:
        expect(page.get_by_text(figure["explanation"])).to_be_visible()
        expect(
            by_key(page, f"run-figure-{figure['key']}-test").locator(f'[aria-label="{figure["alt"]}"]')
        ).to_have_count(1)
    page.get_by_role("button", name="Table").first.click()
    expect(page.locator("[data-testid=stPopoverBody] canvas [role=columnheader]").first).to_have_text(
        next(iter(figures[0]["table"][0])).capitalize()
    )


def test_every_score_is_listed_with_its_interval(visit: Visit, trained: Trained) -> None:
    page = visit().open("/runs", run=trained.forest)
    choose(page, "run-view", "All scores")
    for label in ("F1", "Accuracy", "Precision", "Recall"):
        expect(cell(page, label)).to_have_count(1)
    expect(
        page.locator("canvas [role=gridcell]").filter(has_text=re.compile(r"^0\.\d+ ± 0\.\d+$")).first
    ).to_have_count(1)


def test_the_downloaded_model_is_the_stored_one(visit: Visit, client: Client, trained: Trained, tmp_path: Path) -> None:
    page = visit().open("/runs", run=trained.forest)
    wait_drawn(page)  # a panel that still grows takes an open menu out of sight
    page.get_by_role("button", name="Download").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Preprocessing and estimator").click()
    path = tmp_path / "model.joblib"
    download.value.save_as(path)
    assert download.value.suggested_filename == f"random_forest-{trained.forest[-12:]}.joblib"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == client.run(trained.forest)["artifacts"]["model"]


def test_the_points_are_downloaded_as_they_are_stored(
    visit: Visit, client: Client, trained: Trained, tmp_path: Path
) -> None:
    page = visit().open("/runs", run=trained.forest)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    path = tmp_path / "points.csv"
    download.value.save_as(path)
    header, *lines = path.read_text(encoding="utf-8").split()
    assert header == "seq,step,name,split,value,wall_time"
    rows = client.get(f"/runs/{trained.forest}/metrics?limit=10000")["items"]
    assert [line.split(",")[:4] for line in lines] == [
        [str(row["seq"]), str(row["step"]), row["name"], row["split"]] for row in rows
    ]


def test_the_script_behind_a_run_is_shown(visit: Visit, trained: Trained) -> None:
    page = visit().open("/runs", run=trained.forest)
    page.get_by_text("The code for this").click()
    expect(page.locator("[data-testid=stCode]")).to_contain_text("RandomForestClassifier(")


def test_a_failed_run_says_once_why_and_what_to_do(visit: Visit, trained: Trained) -> None:
    page = visit().open("/runs", run=trained.failed)
    expect(page.locator("[data-part=note-text]")).to_contain_text("the stratified split needs at least 3")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Run again")).to_be_visible()
    shoot(page, "run-failed")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_comparison_ranks_what_can_be_ranked(
    visit: Visit, client: Client, trained: Trained, size: tuple[int, int]
) -> None:
    page = visit(size=size).open("/compare", runs=trained.all_finished)
    expected = client.post("/comparisons", {"run_ids": trained.all_finished.split(",")})
    expect(page.get_by_text(expected["sentence"])).to_be_visible()
    for medal in ("🥇 1", "🥈 2", "🥉 3"):
        expect(cell(page, medal)).to_have_count(1)
    picture = by_key(page, "compare-intervals")
    for run in expected["ranking"]:
        expect(picture.get_by_text(f"{run['rank']}  {run['name']}", exact=False)).to_be_visible()
    expect(picture.locator(".errorbar")).to_have_count(3)
    expect(page.get_by_text("Logistic regression on Customer churn: another seed")).to_be_visible()
    shoot(page, "compare")


def test_a_link_restores_the_comparison_for_somebody_else(visit: Visit, trained: Trained) -> None:
    page = visit().open("/compare", runs=trained.all_finished)
    choose(page, "compare-split", "Test")
    choose(page, "compare-view", "Curves")
    expect(by_key(page, "compare-curves")).to_be_visible()
    page.wait_for_url(re.compile("split=test.*view=Curves"))
    other = visit().context.new_page()
    other.goto(page.url)
    wait_drawn(other)
    expect(by_key(other, "compare-curves").locator(".scatterlayer .trace")).to_have_count(3)
    sentences = [tab.get_by_text("on the test rows").inner_text() for tab in (page, other)]
    assert sentences[0] == sentences[1]
    shoot(other, "compare-curves")


def test_what_differs_lists_settings_side_by_side(visit: Visit, trained: Trained) -> None:
    page = visit().open("/compare", runs=trained.all_finished, view="What differs")
    for setting in ("model", "seed", "params.n_estimators"):
        expect(cell(page, setting)).to_have_count(1)
    shoot(page, "compare-differences")
