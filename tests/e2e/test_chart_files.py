"""Charts in a real browser: drawn without any foreign request, taken out as files."""

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import DESKTOP, PHONE
from tests.e2e.conftest import Client, Visit

ROWS = "kind,size\n" + "".join(f"{'ab'[n % 2]},{n % 17}.5\n" for n in range(60))


@pytest.fixture
def kept(client: Client) -> tuple[str, str]:
    """A dataset with a kept chart."""
    dataset_id = client.upload(ROWS, file_name="sizes.csv")
    params = {"x": "kind", "y": "size", "aggregate": "mean"}
    chart = client.post(f"/datasets/{dataset_id}/charts", {"chart": "bar", "params": params, "title": "Sizes"})
    return dataset_id, chart["id"]


def open_kept(visit: Visit, kept: tuple[str, str], *, size: tuple[int, int] = DESKTOP) -> Page:
    dataset_id, chart_id = kept
    page = visit(size=size).open("/explore", dataset=dataset_id, view="charts", chart=chart_id)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_attached()
    return page


def download(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("button", name=name, exact=True).click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def test_a_chart_is_taken_out_as_pictures_page_numbers_figure_and_code(
    visit: Visit, kept: tuple[str, str], tmp_path: Path
) -> None:
    page = open_kept(visit, kept)
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if "127.0.0.1" not in request.url else None)
    page.get_by_role("button", name="Download", exact=True).click()
    assert download(page, "PNG", tmp_path).read_bytes().startswith(b"\x89PNG")
    assert "<svg" in download(page, "SVG", tmp_path).read_text(encoding="utf-8")
    written = download(page, "Page (HTML)", tmp_path)
    assert written.name == "mean-of-size-by-kind.html"
    rows = list(csv.DictReader(download(page, "Numbers (CSV)", tmp_path).read_text(encoding="utf-8").splitlines()))
    assert {row["kind"] for row in rows} == {"a", "b"}
    figure = json.loads(download(page, "Figure (JSON)", tmp_path).read_text(encoding="utf-8"))
    assert figure["data"][0]["type"] == "bar"
    assert "read_parquet" in download(page, "Code (Python)", tmp_path).read_text(encoding="utf-8")
    page.goto(written.as_uri())
    expect(page.locator("#chart .main-svg").first).to_be_attached()
    assert [url for url in foreign if not url.startswith(("data:", "blob:", "file:"))] == []


def test_a_chart_fits_a_phone(visit: Visit, kept: tuple[str, str]) -> None:
    page = open_kept(visit, kept, size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    expect(page.get_by_text("Sizes", exact=True)).to_be_attached()
