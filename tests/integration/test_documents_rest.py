"""Collections and documents over REST, through an instance that really runs."""

import io
import zipfile
from typing import Any

import httpx
import pytest

from tests import servers
from tests.library import CATS, DOGS
from tests.rest import Api
from tests.stacks import wait_for


@pytest.fixture
def collection(api: Api, request: pytest.FixtureRequest) -> dict[str, Any]:
    answer = api.post("collections", json={"name": request.node.name, "chunking": {"size": 64, "overlap": 16}})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def send(api: Api, collection: dict[str, Any], *files: tuple[str, bytes | str], **headers: str) -> httpx.Response:
    parts = [("file", (name, content if isinstance(content, bytes) else content.encode())) for name, content in files]
    return api.post(f"collections/{collection['id']}/documents", files=parts, headers=headers)


def wait_end(api: Api, document_id: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        body: dict[str, Any] = api.get(f"documents/{document_id}").json()
        return body if body["status"] in ("ready", "failed") else None

    return wait_for(look, what="the end of the reading")


def assert_refused(answer: httpx.Response, status: int, code: str, *, field: str | None = None) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body.get("field")) == (f"about:blank#{code}", field)
    return str(body["detail"])


def test_files_are_added_read_listed_shown_and_removed(api: Api, collection: dict[str, Any]) -> None:
    assert (collection["n_documents"], collection["chunking"]) == (0, {"size": 64, "overlap": 16})
    answer = send(api, collection, ("cats.md", CATS), ("dogs.md", DOGS), ("photo.png", b"\x89PNG\r\n\x1a\n"))
    assert answer.status_code == 202
    cats, dogs, photo = answer.json()["items"]
    assert (cats["outcome"], dogs["outcome"], photo["status"]) == ("added", "added", "refused")
    assert photo["error"]["message"] == "'photo.png' is a PNG image."
    ready = wait_end(api, cats["id"])
    assert (ready["status"], ready["title"], ready["n_passages"]) == ("ready", "Cats", 1)
    assert "attempt" not in ready
    wait_end(api, dogs["id"])

    listed = api.get(f"collections/{collection['id']}/documents", params={"limit": 1}).json()
    rest = api.get(
        f"collections/{collection['id']}/documents", params={"limit": 1, "cursor": listed["next_cursor"]}
    ).json()
    assert [each["file_name"] for each in (*listed["items"], *rest["items"])] == ["dogs.md", "cats.md"]
    (passage,) = api.get(f"documents/{cats['id']}/passages").json()["items"]
    text = api.get(f"documents/{cats['id']}/text").json()
    assert text["text"][passage["start"] : passage["end"]] == passage["text"]
    file = api.get(f"documents/{cats['id']}/file")
    assert (file.text, file.headers["content-disposition"]) == (CATS, 'attachment; filename="cats.md"')
    assert file.headers["content-type"] == "application/octet-stream"

    overview = api.get(f"collections/{collection['id']}").json()
    assert (overview["n_ready"], overview["n_passages"], overview["reindex"]["n_documents"]) == (2, 2, 0)
    assert api.delete(f"documents/{cats['id']}").status_code == 204
    assert_refused(api.get(f"documents/{cats['id']}"), 404, "not_found")
    assert api.delete(f"collections/{collection['id']}").status_code == 204
    assert_refused(api.get(f"collections/{collection['id']}"), 404, "not_found")


def test_a_request_may_be_repeated(api: Api, collection: dict[str, Any]) -> None:
    key = f"key-{collection['id']}"
    answers = [
        send(api, collection, ("cats.md", CATS), ("dogs.md", DOGS), **{"Idempotency-Key": key}).json() for _ in range(2)
    ]
    first, second = ([each["id"] for each in answer["items"]] for answer in answers)
    assert first == second


def test_an_archive_becomes_its_documents(api: Api, collection: dict[str, Any]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes/cats.md", CATS)
        archive.writestr("notes/.hidden", "x")
    (item,) = send(api, collection, ("notes.zip", packed.getvalue())).json()["items"]
    archived = wait_end(api, item["id"])
    assert (archived["status"], archived["format"], archived["n_pages"]) == ("ready", "zip", 1)
    assert archived["notices"][0]["text"].startswith("notes/.hidden was left out.")
    listed = api.get(f"collections/{collection['id']}/documents").json()["items"]
    assert [each["file_name"] for each in listed] == ["notes.zip/notes/cats.md", "notes.zip"]
    assert listed[0]["archive_id"] == item["id"]
    assert_refused(api.get(f"documents/{item['id']}/text"), 409, "conflict")


def test_a_collection_is_changed_and_indexed_again(api: Api, collection: dict[str, Any]) -> None:
    (item,) = send(api, collection, ("cats.md", CATS)).json()["items"]
    wait_end(api, item["id"])
    changes = {"name": f"{collection['name']} 2", "description": "Of cats", "chunking": {"size": 100}}
    changed = api.patch(f"collections/{collection['id']}", json=changes).json()
    assert (changed["name"], changed["description"], changed["chunking"]) == (
        changes["name"],
        "Of cats",
        {"size": 100, "overlap": 16},
    )
    assert changed["reindex"]["n_documents"] == 1
    report = api.post(f"collections/{collection['id']}/reindex")
    assert (report.status_code, report.json()["n_documents"]) == (202, 1)
    assert wait_end(api, item["id"])["status"] == "ready"
    everything = api.post(f"collections/{collection['id']}/reindex", json={"everything": True})
    assert everything.json()["n_documents"] == 1
    wait_end(api, item["id"])
    assert_refused(api.post(f"documents/{item['id']}/retry"), 409, "conflict")
    assert_refused(api.post(f"documents/{item['id']}/cancel"), 409, "conflict")


def test_refusals_say_what_and_where(api: Api, collection: dict[str, Any], instance: servers.PraxisInstance) -> None:
    path = f"collections/{collection['id']}/documents"
    empty = assert_refused(send(api, collection, ("nothing.txt", b"")), 400, "empty_document")
    assert empty == "'nothing.txt' is empty: it has no bytes."
    assert_refused(send(api, {"id": "nowhere"}, ("cats.md", CATS)), 404, "not_found")
    assert_refused(api.post(path, json={}), 400, "user_input", field="file")
    assert_refused(api.post("collections", json={"name": collection["name"]}), 409, "conflict", field="name")
    assert_refused(api.post("collections", json={"name": " "}), 400, "user_input", field="name")
    wrong = {"name": "x", "chunking": {"size": 64, "overlap": 60}}
    assert_refused(api.post("collections", json=wrong), 400, "user_input", field="chunking.overlap")
    wrong = {"name": "x", "chunking": {"size": 9}}
    assert_refused(api.post("collections", json=wrong), 400, "user_input", field="chunking.size")
    assert_refused(api.get("documents/nowhere/passages"), 404, "not_found")
    many = [(f"{number}.txt", "x") for number in range(101)]
    assert "more than 100 files" in assert_refused(send(api, collection, *many), 400, "user_input", field="file")
    folder = instance.home / "uploads"
    wait_for(lambda: not list(folder.iterdir()), patience_s=5, what="an empty upload folder")


def test_a_file_beyond_the_limit_is_refused_by_its_name_and_the_others_are_taken(
    api: Api, collection: dict[str, Any]
) -> None:
    # The instance takes 1 MB in a request; the limit of a document is its own.
    answer = send(api, collection, ("large.txt", b"a" * 2_500_000))
    assert_refused(answer, 400, "user_input", field="file")


def test_the_handbook_can_be_brought_back(api: Api) -> None:
    answer = api.post("collections/handbook")
    assert (answer.status_code, answer.json()["origin"]) == (202, "handbook")
    handbook_id = answer.json()["id"]
    refused = send(api, {"id": handbook_id}, ("cats.md", CATS))
    assert_refused(refused, 409, "conflict")
    assert api.delete(f"collections/{handbook_id}").status_code == 204
