"""Every error as a problem document."""

import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from app.api.problems import install_problem_handlers
from core.errors import (
    Conflict,
    NotFound,
    TrainingDiverged,
    Unavailable,
    UnreadableFile,
    UnsuitableData,
    UserInputError,
    WorkbenchError,
)
from tests.asgi import AsgiClient


class Order(BaseModel):
    count: int


ERRORS: dict[str, Exception] = {
    "user": UserInputError("Too many.", hint="Take fewer.", field="count"),
    "file": UnreadableFile("This is a picture."),
    "data": UnsuitableData("All alike."),
    "diverged": TrainingDiverged(step_name="epoch", step=3),
    "missing": NotFound("There is no such thing."),
    "conflict": Conflict("It is finished."),
    "unavailable": Unavailable("The queue does not answer."),
    "base": WorkbenchError("Odd."),
    "bug": RuntimeError("secret details"),
    "surrogate": UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
}


@pytest.fixture
def client() -> AsgiClient:
    api = FastAPI()
    install_problem_handlers(api)

    @api.get("/raise/{name}")
    def fail(name: str) -> None:
        raise ERRORS[name]

    @api.post("/orders")
    def order(order: Order) -> int:
        return order.count

    return AsgiClient(api)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("user", 400, "user_input"),
        ("file", 400, "unreadable_file"),
        ("data", 400, "unsuitable_data"),
        ("diverged", 400, "training_diverged"),
        ("missing", 404, "not_found"),
        ("conflict", 409, "conflict"),
        ("unavailable", 503, "unavailable"),
        ("base", 500, "error"),
    ],
)
def test_each_family_has_its_status_and_code(client: AsgiClient, name: str, status: int, code: str) -> None:
    answer = client.get(f"/raise/{name}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["status"], body["detail"]) == (f"about:blank#{code}", status, str(ERRORS[name]))
    assert body["title"]


def test_hint_and_field_are_there_when_the_error_has_them(client: AsgiClient) -> None:
    assert client.get("/raise/user").json() == {
        "type": "about:blank#user_input",
        "title": "The request cannot work",
        "status": 400,
        "detail": "Too many.",
        "hint": "Take fewer.",
        "field": "count",
    }
    assert set(client.get("/raise/missing").json()) == {"type", "title", "status", "detail"}


def test_only_what_may_pass_by_itself_says_when_to_try_again(client: AsgiClient) -> None:
    assert client.get("/raise/unavailable").headers["retry-after"] == "5"
    assert "retry-after" not in client.get("/raise/conflict").headers


def test_a_bug_is_told_by_a_reference_and_not_by_its_details(
    client: AsgiClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/raise/bug")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    reference = answer.json()["detail"].split("reference ")[1].rstrip(").")
    record = next(record for record in caplog.records if record.name == "app.api.problems")
    assert reference in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is ERRORS["bug"]


def test_half_a_surrogate_pair_is_a_fault_of_the_request(client: AsgiClient) -> None:
    answer = client.get("/raise/surrogate")
    assert answer.status_code == 400
    assert (answer.json()["type"], answer.json()["hint"]) == ("about:blank#user_input", "Send UTF-8.")


def test_a_body_nested_too_deeply_is_refused_with_a_cure(client: AsgiClient) -> None:
    answer = client.post("/orders", content=b"[" * 100_000, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "nested deeply" in answer.json()["hint"]


def test_a_body_that_does_not_fit_names_the_field(client: AsgiClient) -> None:
    answer = client.post("/orders", json={"count": "many"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["field"]) == ("about:blank#schema", "count")
    assert body["detail"].startswith("count: Input should be a valid integer")


def test_a_body_that_is_no_json_is_a_problem_too(client: AsgiClient) -> None:
    answer = client.post("/orders", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "about:blank#schema"


def test_unknown_addresses_and_methods_are_problems_too(client: AsgiClient) -> None:
    missing, method = client.get("/nowhere"), client.request("DELETE", "/orders")
    assert (missing.status_code, method.status_code) == (404, 405)
    assert missing.json()["hint"] == "The address list is at /api/docs."
    assert method.json()["detail"] == "DELETE /orders: Method Not Allowed."


def test_a_body_that_is_no_json_is_said_to_be_none(client: AsgiClient) -> None:
    answer = client.post("/orders", content=b"\xff\xfe", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (422, "about:blank#schema")
    assert answer.json()["detail"].startswith("The body is not JSON")
    assert "field" not in answer.json()
