"""Bring a file by the browser: chosen, dropped, wrong."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.samples.registry import SAMPLES
from tests.e2e.browsing import DESKTOP, PHONE, by_key, cell, shoot, wait_drawn
from tests.e2e.conftest import Client, Visit


@pytest.fixture
def plants_csv(tmp_path: Path) -> Path:
    path = tmp_path / "plants.csv"
    path.write_text(SAMPLES["plants"].to_csv(), encoding="utf-8")
    return path


def choose(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(path)


def wait_ready(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("button", name="Train on this")).to_be_visible()
    wait_drawn(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_chosen_file_becomes_a_table_of_columns(
    visit: Visit, client: Client, plants_csv: Path, size: tuple[int, int]
) -> None:
    page = visit(size=size).open("/datasets")
    choose(page, plants_csv)
    wait_ready(page, "plants v1")
    expect(page.locator("[data-testid=stMain]")).to_contain_text("Rows 600")
    dataset = client.get(f"/datasets/{page.url.partition('dataset=')[2]}")
    assert [column["name"] for column in dataset["columns"]] == [
        "leaf_length_cm",
        "leaf_width_cm",
        "flower_diameter_cm",
        "stem_height_cm",
        "species",
    ]
    for column in dataset["columns"]:
        expect(cell(page, column["name"])).to_have_count(1)
    shoot(page, "dataset")


def test_a_dropped_file_is_taken_too(visit: Visit, plants_csv: Path) -> None:
    page = visit().open("/datasets")
    files = page.evaluate_handle(
        """text => {
            const files = new DataTransfer();
            files.items.add(new File([text], "dropped.csv", { type: "text/csv" }));
            return files;
        }""",
        plants_csv.read_text(encoding="utf-8"),
    )
    drop = page.locator("[data-part=drop]")
    for event in ("dragenter", "dragover", "drop"):
        drop.dispatch_event(event, {"dataTransfer": files})
    wait_ready(page, "dropped v1")


def test_a_file_that_is_no_table_gives_a_sentence(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "photo.csv"
    path.write_bytes(bytes(range(256)) * 8)
    page = visit().open("/datasets")
    choose(page, path)
    expect(page.get_by_role("alert")).to_contain_text("'photo.csv' is a binary file: byte 0 is NUL")
    expect(page.locator("[data-testid=stMain]")).to_contain_text("The original bytes are kept.")
    shoot(page, "dataset-unreadable")


def test_a_kind_of_file_that_is_not_taken_is_refused_before_it_is_sent(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(b"ID3")
    page = visit().open("/datasets")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    choose(page, path)
    expect(page.locator("[data-part=files]")).to_contain_text("This kind of file cannot be read as a table.")
    assert [url for url in sent if "/datasets" in url] == []


def test_a_sample_is_a_click_away(visit: Visit) -> None:
    page = visit().open("/datasets")
    by_key(page, "datasets-use_sample").get_by_role("button").click()
    wait_ready(page, "Customer churn v1")
    page.get_by_role("button", name="Train on this").click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    wait_drawn(page)
    expect(page.get_by_role("combobox", name="1 · Dataset")).to_have_value(
        re.compile("^Customer churn v1 · 5.000 rows")
    )
