"""Documents by the browser: dropped, read, opened, removed; in two tabs and on a phone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import DESKTOP, PHONE, shoot, wait_drawn
from tests.e2e.conftest import Client, Visit
from tests.library import CATS, long_text, write
from tests.stacks import wait_for

SCRIPT = "document.title='owned'"
HOSTILE = f'Before <img src=x onerror="{SCRIPT}"> and <script>{SCRIPT}</script> after.\n'

NewCollection = Callable[[str], str]


@pytest.fixture
def new_collection(client: Client, request: pytest.FixtureRequest) -> NewCollection:
    """Makes a collection of the test's own; its id."""

    def make(name: str) -> str:
        collection_id: str = client.post("/collections", {"name": f"{name} {request.node.name}"[:150]})["id"]
        return collection_id

    return make


def choose(page: Page, *paths: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(paths)


def wait_read(client: Client, collection_id: str, n_documents: int) -> list[dict[str, Any]]:
    """The documents when all are over, by name."""

    def look() -> list[dict[str, Any]] | None:
        items = client.get(f"/collections/{collection_id}/documents")["items"]
        is_over = len(items) == n_documents and all(each["status"] in ("ready", "failed") for each in items)
        return sorted(items, key=lambda each: each["file_name"]) if is_over else None

    return wait_for(look, what="the end of the reading")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_files_are_added_read_and_opened_at_a_passage(
    visit: Visit, client: Client, tmp_path: Path, new_collection: NewCollection, size: tuple[int, int]
) -> None:
    collection_id = new_collection("Pets")
    page = visit(size=size).open("/documents", view="files", collection=collection_id)
    expect(page.get_by_text("Drop files above.")).to_be_visible()
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 nothing of a PDF follows")
    choose(page, write(tmp_path / "voyages.md", long_text(12)), write(tmp_path / "trap.txt", HOSTILE), scan)
    broken, trap, voyages = wait_read(client, collection_id, 3)
    assert [each["status"] for each in (broken, trap, voyages)] == ["failed", "ready", "ready"]
    expect(page.get_by_text("1 file was not read")).to_be_visible()
    expect(page.get_by_text("damaged").first).to_be_visible()
    wait_drawn(page)
    shoot(page, f"documents-files-{size[0]}")

    passages = client.get(f"/documents/{voyages['id']}/passages")["items"]
    address = {"view": "files", "collection": collection_id, "document": voyages["id"]}
    reader = visit(size=size).open("/documents", **address, passage=passages[-1]["id"])
    mark = reader.locator("mark").first
    expect(mark).to_be_in_viewport()
    said = " ".join(" ".join(reader.locator("mark").all_inner_texts()).split())
    assert said == " ".join(passages[-1]["text"].split())
    shoot(reader, f"documents-passage-{size[0]}")

    address["document"] = trap["id"]
    trapped = visit(size=size).open("/documents", **address)
    expect(trapped.get_by_text("Before <img src=x")).to_be_visible()
    assert trapped.title() != "owned"


def test_a_second_tab_sees_what_the_first_one_did(
    visit: Visit, client: Client, tmp_path: Path, new_collection: NewCollection
) -> None:
    collection_id = new_collection("Shared")
    first = visit().open("/documents", view="files", collection=collection_id)
    second = visit().open("/documents", view="files", collection=collection_id)
    choose(first, write(tmp_path / "cats.md", CATS))
    (cats,) = wait_read(client, collection_id, 1)
    second.reload()
    wait_drawn(second)
    expect(second.get_by_role("button", name="Open")).to_be_visible()
    # The same bytes again, from the other tab: nothing is read twice.
    choose(second, tmp_path / "cats.md")
    expect(second.get_by_text("is there already, unchanged")).to_be_visible()
    assert client.get(f"/documents/{cats['id']}")["finished_at"] == cats["finished_at"]

    first.get_by_role("button", name="Settings").click()
    first.get_by_role("button", name="Remove", exact=True).last.click()
    first.get_by_role("button", name="Remove it").click()
    expect(first.get_by_text("This cannot be undone.")).to_be_hidden()
    names = [each["id"] for each in client.get("/collections")["items"]]
    assert collection_id not in names
    second.reload()
    expect(second.get_by_text("The address names the collection")).to_be_visible()
