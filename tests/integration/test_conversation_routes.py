"""Conversations over REST, against a whole instance: answers, watching one by events, refusals, export."""

import json
from typing import Any

import pytest

from tests.rest import Api
from tests.stacks import wait_for

GUIDE = b"# The tank\n\nThe tank holds 350 litres of water. It was built in 1987.\n"


@pytest.fixture(scope="module")
def collection_id(api: Api) -> str:
    made: str = api.post("collections", json={"name": "Manuals"}).json()["id"]
    added = api.post(f"collections/{made}/documents", files={"file": ("guide.md", GUIDE)})
    assert added.is_success, added.text
    document_id = added.json()["items"][0]["id"]
    wait_for(lambda: api.get(f"documents/{document_id}").json()["status"] == "ready", what="the end of the reading")
    return made


@pytest.fixture(scope="module")
def message(api: Api, collection_id: str) -> dict[str, Any]:
    conversation = api.post("conversations", json={"collection_ids": [collection_id]}).json()
    asked = api.post(
        f"conversations/{conversation['id']}/messages?wait_s=60", json={"question": "How much does the tank hold?"}
    )
    assert asked.status_code == 200, asked.text
    body: dict[str, Any] = asked.json()
    return body


def events(api: Api, path: str, **headers: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    with api.stream("GET", path, headers=headers) as answer:
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                found.append((name, json.loads(line.removeprefix("data: "))))
    return found


def test_a_question_is_answered_at_once(api: Api, collection_id: str) -> None:
    body = {"question": "When was the tank built?", "filters": {"collection_ids": [collection_id]}}
    result = api.post("ask?wait_s=60", json=body).json()["result"]
    assert "It was built in 1987." in [one["text"] for one in result["sentences"]]
    assert {one["support"] for one in result["sentences"]} == {"supported"}


def test_a_conversation_keeps_its_messages(api: Api, message: dict[str, Any]) -> None:
    assert message["answer"]["sentences"][0]["text"] == "The tank holds 350 litres of water."
    conversation = api.get(f"conversations/{message['conversation_id']}").json()
    assert [one["id"] for one in conversation["messages"]] == [message["id"]]
    assert conversation["title"] == "How much does the tank hold?"
    assert message["conversation_id"] in {one["id"] for one in api.get("conversations").json()["items"]}


def test_an_answer_is_watched_by_events_and_gone_on_with(api: Api, message: dict[str, Any]) -> None:
    path = f"messages/{message['id']}/stream"
    found = events(api, path)
    assert [name for name, _ in found] == ["text", "status", "answer"]
    assert found[0][1]["text"] == "The tank holds 350 litres of water.\n"
    assert found[-1][1]["answer"] == message["answer"]
    late = events(api, path, **{"Last-Event-ID": "9999999999999-0"})
    assert [name for name, _ in late] == ["status", "answer"]


def test_a_rating_and_an_export(api: Api, message: dict[str, Any]) -> None:
    assert api.patch(f"messages/{message['id']}", json={"rating": -1}).json()["rating"] == -1
    assert api.patch(f"messages/{message['id']}", json={"rating": 7}).status_code == 400
    exported = api.get(f"conversations/{message['conversation_id']}/export")
    assert exported.headers["content-type"].startswith("text/markdown")
    assert "The tank holds 350 litres of water." in exported.text


@pytest.mark.parametrize(
    ("question", "status", "words"),
    [("x" * 100_000, 400, "100,000 characters"), ("", 400, "no question"), ("?", 400, "no word")],
)
def test_what_is_no_question_is_refused_by_name(api: Api, question: str, status: int, words: str) -> None:
    answer = api.post("ask", json={"question": question})
    assert (answer.status_code, answer.json()["field"]) == (status, "question")
    assert words in answer.json()["detail"]


def test_wrong_requests_are_refused(api: Api, collection_id: str) -> None:
    question = {"question": "How much does the tank hold?"}
    assert api.post("ask", json={**question, "settings": {"top_k": 0}}).status_code == 400
    assert api.post("ask", json={**question, "filters": {"collection_ids": ["nowhere"]}}).status_code == 404
    assert api.post("conversations/nowhere/messages", json=question).status_code == 404
    assert api.get("messages/nowhere/stream").status_code == 404
    assert api.get("conversations?cursor=x").status_code == 400
    empty = api.post("collections", json={"name": "Empty"}).json()["id"]
    assert api.post("ask", json={**question, "filters": {"collection_ids": [empty]}}).status_code == 409
    del collection_id


def test_a_conversation_is_put_away_and_deleted(api: Api, collection_id: str) -> None:
    made = api.post("conversations", json={"collection_ids": [collection_id], "title": "Old"}).json()
    changed = api.patch(f"conversations/{made['id']}", json={"title": "Older", "is_archived": True}).json()
    assert (changed["title"], changed["is_archived"]) == ("Older", True)
    assert made["id"] in {one["id"] for one in api.get("conversations?archived=true").json()["items"]}
    assert api.delete(f"conversations/{made['id']}").status_code == 204
    assert api.get(f"conversations/{made['id']}").status_code == 404
