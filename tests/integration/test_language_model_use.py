"""The language model through worker, service and REST: asked, booked, limited, never required, never in the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.api.application import make_api
from app.bootstrap import wiring
from app.doctor import Verdict, examine
from app.services.language_model import LanguageModelService
from core.computing.catalog.check_language_model import LanguageModelCheck
from core.errors import Conflict
from core.settings import Settings
from core.types import ComputationStatus
from tests import llm_server as chat
from tests import servers
from tests.asgi import AsgiClient
from tests.llm_server import LlmServer, run_llm_server
from tests.stacks import PATIENCE_S, Stack, as_environment, run_stack, wait_for

KEY = "sk-the-key-of-this-instance"


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with run_llm_server() as running:
        yield running


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory, server: LlmServer) -> Iterator[Stack]:
    """A worker that knows of the model, with a budget of 5,000 tokens a day."""
    home = tmp_path_factory.mktemp("language-model") / "home"
    home.mkdir()
    settings: dict[str, Any] = {
        "llm_model": "tiny",
        "llm_tokens_per_day": 5_000,
        "llm_price_per_million_output": 1_000.0,
        "llm_first_token_s": 20.0,
    }
    with pytest.MonkeyPatch.context() as patch, servers.run_redis(home) as redis_url:
        patch.setenv("OPENAI_BASE_URL", server.url)
        patch.setenv("OPENAI_API_KEY", KEY)
        with run_stack(home, redis_url=redis_url, **settings) as stack:
            stack.start_worker("interactive")
            yield stack


@pytest.fixture
def service(asking: Stack, server: LlmServer) -> LanguageModelService:
    server.requests.clear()
    server.release.clear()
    return asking.wiring.services.language_model


@pytest.fixture
def client(asking: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[AsgiClient]:
    for name, value in as_environment(asking.settings).items():
        monkeypatch.setenv(name, value)
    wiring.cache_clear()
    yield AsgiClient(make_api())
    wiring().storage.close()
    wiring.cache_clear()


def checked(stack: Stack, service: LanguageModelService) -> LanguageModelCheck:
    computation = stack.computations.wait(service.check().id, timeout_s=PATIENCE_S)
    assert computation.status is ComputationStatus.FINISHED, computation.error
    return service.checked(computation)


def test_a_check_asks_the_model_for_one_word_and_is_booked(
    asking: Stack, server: LlmServer, service: LanguageModelService
) -> None:
    server.script(chat.says("ready"))
    before = service.state()
    found = checked(asking, service)
    assert (found.is_answering, found.text, found.model, found.error) == (True, "ready", "tiny", "")
    after = service.state()
    assert after.today.n_calls == before.today.n_calls + 1
    assert after.today.completion_tokens == before.today.completion_tokens + 1
    assert after.today.cost == pytest.approx(before.today.cost + 0.001)
    assert after.tokens_left == 5_000 - after.today.tokens
    assert service.uses(limit=1)[0].purpose == "check"
    assert service.by_day()[-1].spent == after.today
    assert len(service.by_day()) == 14


def test_a_model_that_fails_is_a_finding_and_no_failure(
    asking: Stack, server: LlmServer, service: LanguageModelService
) -> None:
    server.script(chat.refuses_key())
    found = checked(asking, service)
    assert not found.is_answering
    assert found.error == "The language model's server does not accept the key (status 401)."
    assert service.uses(limit=1)[0].error == "refused"
    assert KEY not in found.model_dump_json()


def test_what_the_model_says_does_not_hold_the_key(
    asking: Stack, server: LlmServer, service: LanguageModelService
) -> None:
    server.script(chat.echoes_key())
    assert checked(asking, service).text == "Your key is [secret removed], is it not?"


def test_a_question_goes_through_the_same_port_and_its_answer_is_kept(
    asking: Stack, server: LlmServer, service: LanguageModelService
) -> None:
    dataset = asking.ready("size,kind\n1,a\n2,b\n3,a\n")
    questions = asking.wiring.services.asking
    server.script(chat.calls("profile", topic="size"))
    for _ in range(2):
        computation = asking.computations.wait(questions.ask(dataset.id, "how much is there").id, timeout_s=PATIENCE_S)
        assert questions.interpretation(computation).by == "tiny"
    assert len(server.requests) == 1
    assert [(use.purpose, use.is_cached) for use in service.uses(limit=2)] == [("question", True), ("question", False)]


def test_cancelling_ends_the_wait_for_a_silent_model(
    asking: Stack, server: LlmServer, service: LanguageModelService
) -> None:
    server.script(chat.silent())
    computation = service.check()
    wait_for(lambda: server.requests, what="the request at the server")
    asking.computations.cancel(computation.id)
    ended = asking.computations.wait(computation.id, timeout_s=10)
    assert ended.status is ComputationStatus.CANCELLED
    server.release.set()
    assert service.uses(limit=1)[0].error == "ended"


def test_rest_tells_the_same_and_never_the_key(
    client: AsgiClient, server: LlmServer, service: LanguageModelService
) -> None:
    server.script(chat.says("ready"))
    answer = client.post("/v1/language-model/check", params={"wait_s": 30})
    assert (answer.status_code, answer.json()["result"]["is_answering"]) == (200, True)
    state = client.get("/v1/language-model").json()
    assert (state["model"], state["is_configured"], state["has_key"]) == ("tiny", True, True)
    assert state["server"] == server.url.removeprefix("http://").removesuffix("/v1")
    assert state["tokens_left"] == service.state().tokens_left
    assert len(state["days"]) == 14
    first = client.get("/v1/language-model/uses", params={"limit": 1}).json()
    second = client.get("/v1/language-model/uses", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert first["items"][0]["id"] > second["items"][0]["id"]
    assert KEY not in str(state) + str(first)


def test_a_spent_budget_is_a_finding_with_the_time_of_its_renewal(
    asking: Stack, server: LlmServer, service: LanguageModelService
) -> None:
    server.script(chat.says("much " * 5_000))
    checked(asking, service)
    found = checked(asking, service)
    assert not found.is_answering
    assert found.error.startswith("The language model's budget for today is used up: ")
    assert "00:00 UTC" in found.hint
    assert service.state().tokens_left == 0
    assert len(server.requests) == 1


def test_without_a_model_everything_says_so(stack: Stack) -> None:
    service = stack.wiring.services.language_model
    assert not service.is_configured
    assert service.state().server == ""
    with pytest.raises(Conflict, match="No language model is set"):
        service.check()


def test_doctor_says_whether_it_answers(tmp_path: Path, server: LlmServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def finding(model: str) -> tuple[Verdict, str]:
        settings = Settings(_env_file=None, home=tmp_path, port=0, llm_model=model)  # type: ignore[call-arg]
        found = next(check for check in examine(settings) if check.component == "Language model")
        return found.verdict, f"{found.text} {found.hint}"

    monkeypatch.setenv("OPENAI_BASE_URL", server.url.replace("http://", "http://ann:in-the-address@"))
    assert finding("") == (Verdict.GOOD, "None is set, and none is needed. ")
    assert finding("tiny")[0] is Verdict.GOOD
    verdict, words = finding("large")
    assert (verdict, "does not list 'large'" in words) == (Verdict.WARNING, True)
    assert "in-the-address" not in words
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    verdict, words = finding("tiny")
    assert (verdict, "no connection" in words) == (Verdict.WARNING, True)
