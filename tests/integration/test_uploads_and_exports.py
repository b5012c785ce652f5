"""Look before the import and take out again, through an instance that really runs."""

import io
import json
from typing import Any

import pandas as pd
import pytest

from core.ids import new_id
from tests import servers
from tests.rest import Api
from tests.stacks import wait_for
from tests.workbooks import encrypted, make_xlsx, make_zip

CSV = "n;when;price;note\n" + "".join(f"{n};0{n % 9 + 1}/02/2024;{n},5;=1+{n}\n" for n in range(60))
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def stage(api: Api, content: bytes | str, file_name: str = "t.csv") -> dict[str, Any]:
    content = content.encode() if isinstance(content, str) else content
    answer = api.post("uploads", files={"file": (file_name, content)})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()

    def look() -> dict[str, Any] | None:  # on a busy machine it may take longer than an upload waits for it
        found = body if body["look"] is not None else api.post(f"uploads/{body['id']}/preview", json={}).json()
        return found if found["look"] is not None else None

    return {**body, **wait_for(look, what="the look at the upload")}


@pytest.fixture(scope="module")
def table(api: Api) -> dict[str, Any]:
    """A dataset that was looked at and imported."""
    upload = stage(api, CSV)
    answer = api.post("datasets", json={"upload_id": upload["id"], "name": "Prices", "options": {"day_first": True}})
    assert answer.status_code == 202, answer.text
    return api.wait_for_dataset(answer.json()["id"])


def test_an_upload_is_looked_at_with_options_and_then_imported_as_it_was_shown(api: Api, table: dict[str, Any]) -> None:
    upload = stage(api, CSV)
    look = upload["look"]
    assert (look["format"], look["options"]["delimiter"], look["options"]["decimal"]) == ("csv", ";", ",")
    assert look["rows"][1] == {"n": 1, "when": "2024-02-02T00:00:00", "price": 1.5, "note": "=1+1"}
    assert upload["kept_until"] > upload["created_at"]
    again = api.post(f"uploads/{upload['id']}/preview", json={"options": {"has_header": False}}).json()
    assert again["look"]["rows"][0]["column_1"] == "n"
    assert again["id"] == upload["id"]
    assert (table["name"], table["n_rows"], table["status"]) == ("Prices", 60, "ready")
    shown = api.post(f"uploads/{upload['id']}/preview", json={"options": {"day_first": True}}).json()["look"]["rows"]
    assert api.get(f"datasets/{table['id']}/preview", params={"rows": 20}).json()["items"] == shown


def test_a_look_reads_the_beginning_of_a_file_alone(api: Api) -> None:
    text = "n,text\n" + "".join(f"{n},row {n}\n" for n in range(50_000))
    for content, name in ((text, "t.csv"), (make_zip({"t.csv": text}), "t.zip")):
        assert stage(api, content, name)["look"]["is_whole"] is False


def test_a_workbook_says_its_sheets_and_reads_the_chosen_one(api: Api) -> None:
    book = make_xlsx({"One": [["a"], [1]], "Two": [["b"], [2], [3]]})
    upload = stage(api, book, "book.xlsx")
    assert [part["name"] for part in upload["look"]["parts"]] == ["One", "Two"]
    answer = api.post("datasets", json={"upload_id": upload["id"], "options": {"sheet": "Two"}})
    dataset = api.wait_for_dataset(answer.json()["id"])
    assert (dataset["format"], dataset["n_rows"], dataset["import_options"]["sheet"]) == ("excel", 2, "Two")


@pytest.mark.parametrize(
    ("content", "file_name", "detail"),
    [
        (b"", "t.csv", "The file is empty."),
        (b"%PDF-1.7\n", "t.csv", "'t.csv' is a PDF document."),
        (b"\x80\x04\x95abc", "t.csv", "'t.csv' is a Python pickle, which is never opened here."),
        (b"a,b\n1,\x00\n\x00\x00\x01\x02\n", "t.csv", "'t.csv' is a binary file: byte 6 is NUL, which no text holds."),
    ],
)
def test_what_is_no_table_is_refused_at_once_and_not_kept(
    api: Api, instance: servers.PraxisInstance, content: bytes, file_name: str, detail: str
) -> None:
    answer = api.post("uploads", files={"file": (file_name, content)})
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)
    assert answer.json()["hint"]
    wait_for(lambda: not list((instance.home / "uploads").iterdir()), patience_s=5, what="an empty upload folder")


def test_a_table_that_cannot_be_read_as_sniffed_is_kept_with_the_reason(api: Api) -> None:
    look = stage(api, "a,b\n1,x\n2,y,z\n")["look"]
    assert look["problem"]["message"].startswith("Line 3 has 3 cells")
    assert stage(api, make_zip({"a.csv": "q\n1\n", "b.csv": "r\n2\n"}), "t.zip")["look"]["part_option"] == "member"
    locked = stage(api, encrypted(make_zip({"t.csv": CSV})), "t.zip")["look"]
    assert "is encrypted" in locked["problem"]["message"]


def test_unknown_uploads_and_options_are_refused(api: Api) -> None:
    upload = stage(api, CSV)
    missing = api.post(f"uploads/{new_id()}/preview", json={})
    assert missing.status_code == 404
    odd = api.post(f"uploads/{upload['id']}/preview", json={"options": {"rot": 13}})
    assert (odd.status_code, odd.json()["field"]) == (400, "options.rot")
    assert api.post("datasets", json={"upload_id": new_id()}).status_code == 404
    assert api.post("datasets", json={"name": "x"}).json()["field"] == "body.upload_id"
    assert api.post("datasets", content=b"{", headers={"content-type": "application/json"}).status_code == 400
    large = api.post("datasets", content=b'{"a": "' + b"x" * 200_000, headers={"content-type": "application/json"})
    assert large.json()["detail"] == "The JSON body is too long."
    too_large = api.post("uploads", files={"file": ("t.csv", b"a,b\n" + b"1,2\n" * 600_000)})
    assert "larger than 1 MB" in too_large.json()["detail"]


def test_the_same_import_twice_makes_one_dataset(api: Api) -> None:
    upload = stage(api, CSV)
    headers = {"Idempotency-Key": new_id()}
    ids = {api.post("datasets", json={"upload_id": upload["id"]}, headers=headers).json()["id"] for _ in range(2)}
    assert len(ids) == 1


def test_a_dataset_is_read_again_as_a_new_version(api: Api, table: dict[str, Any]) -> None:
    options = {"has_header": False, "delimiter": ";"}
    look = api.post(f"datasets/{table['id']}/look", json={"options": options}).json()["look"]
    assert look["n_rows_read"] == 61
    answer = api.post(f"datasets/{table['id']}/read-again", json={"options": options})
    assert answer.status_code == 202
    second = api.wait_for_dataset(answer.json()["id"])
    assert (second["version"], second["parent_id"], second["n_rows"]) == (2, table["id"], 61)
    assert api.get(f"datasets/{table['id']}").json()["n_rows"] == 60
    versions = [each["version"] for each in api.get(f"datasets/{second['id']}/relatives").json()["items"]]
    assert versions == [1, 2]
    refused = api.delete(f"datasets/{table['id']}")
    assert (refused.status_code, "1 dataset came from it" in refused.json()["detail"]) == (409, True)


@pytest.mark.parametrize("key", ["csv", "xlsx", "json", "jsonl", "parquet"])
def test_every_format_is_written_and_can_be_uploaded_again(api: Api, table: dict[str, Any], key: str) -> None:
    answer = api.get(f"datasets/{table['id']}/export", params={"format": key, "escape_formulas": "false", "wait_s": 60})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="Prices-v1.{key}"'
    rows = stage(api, answer.content, f"again.{key}")["look"]["rows"]
    assert rows == api.get(f"datasets/{table['id']}/preview", params={"rows": 20}).json()["items"]


def test_formulas_are_harmless_unless_a_person_says_otherwise(api: Api, table: dict[str, Any]) -> None:
    address = f"datasets/{table['id']}/export"
    escaped = api.get(address, params={"format": "csv", "byte_order_mark": "true", "wait_s": 60}).content
    assert escaped.startswith(b"\xef\xbb\xbfn,when,price,note\n0,2024-02-01,0.5,'=1+0\n")
    plain = api.get(address, params={"format": "csv", "escape_formulas": "false", "wait_s": 60}).text
    assert plain.splitlines()[1] == "0,2024-02-01,0.5,=1+0"
    book = api.get(address, params={"format": "xlsx", "wait_s": 60})
    assert book.headers["content-type"] == EXCEL
    assert pd.read_excel(io.BytesIO(book.content))["note"][0] == "=1+0"


def test_an_export_that_takes_longer_is_a_computation_whose_file_is_fetched_later(
    api: Api, table: dict[str, Any]
) -> None:
    address = f"datasets/{table['id']}/export"
    answer = api.get(address, params={"format": "jsonl", "escape_formulas": "false", "wait_s": 0, "byte_order_mark": 1})
    if answer.status_code == 202:  # it may be quicker than the question
        computation = answer.json()["id"]
        done = api.get(f"computations/{computation}", params={"wait_s": 60}).json()
        assert done["result"]["n_rows"] == 60
        answer = api.get(f"computations/{computation}/file")
    assert [json.loads(line)["n"] for line in answer.text.splitlines()] == list(range(60))


def test_exports_that_cannot_be_are_refused_by_name(api: Api, table: dict[str, Any]) -> None:
    unknown = api.get(f"datasets/{table['id']}/export", params={"format": "xls"})
    assert (unknown.status_code, unknown.json()["hint"]) == (404, "Did you mean xlsx?")
    assert api.get(f"datasets/{new_id()}/export", params={"format": "csv"}).status_code == 404
    upload = stage(api, CSV)
    assert api.get(f"computations/{upload['computation_id']}/file").status_code == 404
