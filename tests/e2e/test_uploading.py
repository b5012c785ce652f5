"""Bring a file by the browser: chosen, dropped, wrong."""

import re
from pathlib import Path
from urllib.parse import urljoin

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


def import_it(page: Page) -> None:
    """Take what was uploaded as it was sniffed."""
    button = page.get_by_role("button", name="Import", exact=True)
    expect(button).to_be_enabled()
    button.click()


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
    expect(page.get_by_text("worked out from all 600 rows")).to_be_visible()
    shoot(page, "dataset-import")
    import_it(page)
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
    import_it(page)
    wait_ready(page, "dropped v1")


def test_several_files_wait_for_their_turn(visit: Visit, plants_csv: Path, tmp_path: Path) -> None:
    other = tmp_path / "book.json"
    other.write_text('[{"a": 1}, {"a": 2}]', encoding="utf-8")
    page = visit().open("/datasets")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files([plants_csv, other])
    expect(page.get_by_role("heading", name="Check plants.csv, then import it")).to_be_visible()
    expect(page.get_by_text("1 more to check after this one")).to_be_visible()
    import_it(page)
    expect(page.get_by_role("heading", name="Check book.json, then import it")).to_be_visible()
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_text("Check book.json")).to_have_count(0)


def test_an_option_changes_what_is_shown_before_the_import(visit: Visit, plants_csv: Path) -> None:
    page = visit().open("/datasets")
    choose(page, plants_csv)
    expect(page.get_by_text("worked out from")).to_be_visible()
    expect(cell(page, "leaf_length_cm")).to_have_count(0)
    page.get_by_text("First row holds the names").click()
    expect(cell(page, "leaf_length_cm")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("heading", name="Check plants.csv, then import it")).to_be_visible()


def test_a_written_export_can_be_downloaded(visit: Visit, client: Client) -> None:
    dataset_id = client.upload("n,text\n1,=1+1\n2,x\n", file_name="out.csv", name="Out")
    page = visit().open("/datasets", dataset=dataset_id)
    by_key(page, "datasets-view").get_by_text("Export").click()
    page.get_by_role("button", name="Write the file").click()
    link = page.get_by_role("link", name=re.compile("Download Out-v1.csv"))
    expect(link).to_be_visible()
    answer = page.request.get(urljoin(page.url, link.get_attribute("href") or ""))
    assert answer.headers["content-disposition"] == 'attachment; filename="Out-v1.csv"'
    assert answer.text() == "n,text\n1,'=1+1\n2,x\n"


def test_a_file_that_is_no_table_is_refused_with_a_sentence(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "photo.csv"
    path.write_bytes(bytes(range(256)) * 8)
    visitor = visit()
    visitor.tolerates_outage = True  # the browser itself notes the refused request in its console
    page = visitor.open("/datasets")
    choose(page, path)
    expect(page.locator("[data-part=files]")).to_contain_text("'photo.csv' is a binary file: byte 0 is NUL")
    expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)
    shoot(page, "dataset-unreadable")


def test_a_kind_of_file_that_is_not_taken_is_refused_before_it_is_sent(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(b"ID3")
    page = visit().open("/datasets")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    choose(page, path)
    expect(page.locator("[data-part=files]")).to_contain_text("This kind of file cannot be read as a table.")
    assert [url for url in sent if "/uploads" in url] == []


def test_a_sample_is_a_click_away(visit: Visit) -> None:
    page = visit().open("/datasets")
    by_key(page, "datasets-way").get_by_text("A sample").click()
    by_key(page, "datasets-sample-churn").get_by_role("button").click()
    wait_ready(page, "Customer churn v1")
    page.get_by_role("button", name="Train on this").click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    wait_drawn(page)
    expect(page.get_by_role("combobox", name="1 · Dataset")).to_have_value(
        re.compile("^Customer churn v1 · 5.000 rows")
    )
