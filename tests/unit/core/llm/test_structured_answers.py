"""Answers as values: by schema where the server takes one, in words where not, checked either way."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from core.llm.client import LanguageModel
from core.llm.errors import AnswerUnusable
from core.llm.structured import DoesNotFit, strict_schema, value_in
from tests import llm_server as chat
from tests.llm_server import Behaviour, LlmServer, run_llm_server


class Part(BaseModel):
    """A part of a whole."""

    name: str
    size: Annotated[int, Field(ge=1)] = 1


class Plan(BaseModel):
    """A whole."""

    title: str
    parts: list[Part] = []


GOOD = {"title": "House", "parts": [{"name": "roof", "size": 2}]}
HOUSE = Plan(title="House", parts=[Part(name="roof", size=2)])
ASK = [{"role": "system", "content": "You plan."}, {"role": "user", "content": "A house."}]


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with run_llm_server() as running:
        yield running


@pytest.fixture
def model(server: LlmServer) -> Iterator[LanguageModel]:
    server.requests.clear()
    made = LanguageModel("tiny", environment={"OPENAI_BASE_URL": server.url}, pause=lambda _: None)
    yield made
    made.close()


def test_a_value_is_asked_for_by_schema_and_in_words(server: LlmServer, model: LanguageModel) -> None:
    server.script(chat.says_json(**GOOD))
    assert model.ask_for(Plan, ASK, purpose="plan") == HOUSE
    request = server.requests[0]
    assert request["response_format"]["json_schema"]["name"] == "Plan"
    assert request["response_format"]["json_schema"]["strict"] is True
    assert request["messages"][0]["content"].startswith("You plan.\n\nAnswer with one JSON object")
    assert len(request["messages"]) == 2


def test_without_a_system_message_the_words_become_one(server: LlmServer, model: LanguageModel) -> None:
    server.script(chat.says_json(**GOOD))
    model.ask_for(Plan, ASK[1:], purpose="plan")
    assert [message["role"] for message in server.requests[0]["messages"]] == ["system", "user"]


def test_a_server_that_takes_no_schema_is_asked_without_and_remembered(server: LlmServer, model: LanguageModel) -> None:
    server.script(chat.without("response_format", chat.says_json(**GOOD)))
    assert model.ask_for(Plan, ASK, purpose="plan") == HOUSE
    assert model.ask_for(Plan, ASK, purpose="plan") == HOUSE
    assert ["response_format" in request for request in server.requests] == [True, False, False]


def test_a_refusal_without_a_reason_may_mean_the_schema(server: LlmServer, model: LanguageModel) -> None:
    server.script(chat.fails(400, message="bad request"), chat.says_json(**GOOD))
    assert model.ask_for(Plan, ASK, purpose="plan") == HOUSE


def test_an_answer_that_does_not_fit_is_sent_back_once_with_the_reason(server: LlmServer, model: LanguageModel) -> None:
    server.script(chat.says_json(title="House", parts=[{"name": "roof", "size": 0}]), chat.says_json(**GOOD))
    assert model.ask_for(Plan, ASK, purpose="plan") == HOUSE
    assistant, user = server.requests[1]["messages"][-2:]
    assert assistant["role"] == "assistant"
    assert "parts.0.size: Input should be greater than or equal to 1" in user["content"]


@pytest.mark.parametrize(
    "reply", [chat.says("No idea."), chat.says_json(name="House"), chat.says("{" * 5_000), chat.says("[1, 2]")]
)
def test_an_answer_that_never_fits_is_unusable(server: LlmServer, model: LanguageModel, reply: Behaviour) -> None:
    server.script(reply)
    with pytest.raises(AnswerUnusable, match="not the form that was asked for \\(Plan\\)"):
        model.ask_for(Plan, ASK, purpose="plan")
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "House"}',
        'Here it is:\n```json\n{"title": "House"}\n```\nDone.',
        'A set {1, 2} comes first, then {"title": "House"}.',
        '{"title": "House"} {"title": "Barn"}',
        '\ufeff{"title": "House", "more": 1}',
    ],
)
def test_an_object_is_found_among_words(text: str) -> None:
    assert value_in(text, Plan) == Plan(title="House")


@pytest.mark.parametrize("text", ["", "House", "[]", '{"title": ', '{"title": 5}', "{" * 100_000, '{"a":' * 3_000])
def test_what_holds_no_object_that_fits_is_told_why(text: str) -> None:
    with pytest.raises(DoesNotFit):
        value_in(text, Plan)


def test_every_object_of_a_strict_schema_is_closed_and_complete() -> None:
    def objects(schema: Any) -> Iterator[dict[str, Any]]:
        if isinstance(schema, dict):
            if "properties" in schema:
                yield schema
            for part in schema.values():
                yield from objects(part)
        elif isinstance(schema, list):
            for part in schema:
                yield from objects(part)

    found = list(objects(strict_schema(Plan.model_json_schema())))
    assert len(found) == 2
    assert all(one["additionalProperties"] is False and one["required"] == list(one["properties"]) for one in found)
    assert "default" not in str(found)
