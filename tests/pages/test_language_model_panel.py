"""The panel of the language model on the Monitoring page: not set, unused, used, used up, tried."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.ids import new_id, utc_now
from core.knowledge import LanguageModelUse
from tests import llm_server as chat
from tests import servers
from tests.llm_server import LlmServer, run_llm_server
from tests.pages.conftest import HOSTILE, On
from tests.pages.showing import assert_well, text, unescaped
from tests.stacks import Stack, run_stack, wait_for


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with run_llm_server() as running:
        yield running


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory, server: LlmServer) -> Iterator[Stack]:
    """An instance with a model, a budget and a worker."""
    home = tmp_path_factory.mktemp("modelled") / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch, servers.run_redis(home) as redis_url:
        patch.setenv("OPENAI_BASE_URL", server.url)
        patch.setenv("OPENAI_API_KEY", "sk-not-to-be-shown")
        settings = {"llm_model": "tiny_*model*", "llm_tokens_per_day": 50_000, "llm_price_per_million_input": 2.0}
        with run_stack(home, redis_url=redis_url, **settings) as stack:
            stack.start_worker("interactive")
            yield stack


def metrics(page: AppTest) -> dict[str, str]:
    return {element.label: unescaped(element.value) for element in page.metric}


def test_without_a_model_the_panel_says_that_none_is_needed(empty_stack: Stack, open_page: On) -> None:
    page = open_page(empty_stack)("monitoring")
    assert_well(page)
    assert "None is set, and none is needed" in text(page)
    assert not [button for button in page.button if button.label == "Try it"]


def test_an_unused_model_is_named_with_its_budget(modelled: Stack, open_page: On) -> None:
    page = open_page(modelled)("monitoring")
    assert_well(page)
    assert "**tiny_*model*** at 127.0.0.1:" in text(page)
    assert "Left of today's budget: 50 000 of 50 000 tokens. It renews in" in text(page)
    assert "It was not used yet." in text(page)
    assert metrics(page) == {"Tokens today": "0", "Cost today": "0", "Requests today": "0", "Without an answer": "0"}
    assert "sk-not-to-be-shown" not in text(page)


def test_a_try_shows_what_the_model_says_as_text(modelled: Stack, server: LlmServer, open_page: On) -> None:
    server.script(chat.says(HOSTILE))
    page = open_page(modelled)("monitoring")
    page.button(key="monitoring-try-language-model").click().run()

    def look() -> bool:
        page.run()
        assert_well(page)
        return "It answers, in" in text(page)

    wait_for(look, what="the answer on the page")
    assert HOSTILE in text(page)
    assert "![x]" not in "".join(element.value for element in page.success)
    page = open_page(modelled)("monitoring")
    assert metrics(page)["Requests today"] == "1"


def test_a_failed_try_says_why(modelled: Stack, server: LlmServer, open_page: On) -> None:
    server.script(chat.refuses_key())
    page = open_page(modelled)("monitoring")
    page.button(key="monitoring-try-language-model").click().run()

    def look() -> bool:
        page.run()
        assert_well(page)
        return "does not accept the key (status 401). Check OPENAI_API_KEY." in text(page)

    wait_for(look, what="the reason on the page")
    assert "sk-not-to-be-shown" not in text(page)


def test_the_last_days_and_the_newest_uses_are_shown(modelled: Stack, open_page: On) -> None:
    with modelled.storage.write() as unit:
        for back in range(5):
            unit.language_model_uses.add(
                LanguageModelUse(
                    id=new_id(),
                    purpose="answer",
                    model=HOSTILE,
                    prompt_tokens=20_000,
                    completion_tokens=100,
                    cost=0.04,
                    error="" if back else "too_slow",
                    n_redacted=2,
                    created_at=utc_now() - timedelta(days=back),
                )
            )
    page = open_page(modelled)("monitoring")
    assert_well(page)
    tables = [element.value for element in page.dataframe]
    uses = next(table for table in tables if "Outcome" in table.columns)
    assert {"answered", "too slow"} <= set(uses["Outcome"])
    assert set(uses["For"]) >= {"Answer"}
    days = next(table for table in tables if "Requests" in table.columns)
    assert len(days) == 14
    assert days["Tokens read"].iloc[-1] >= 20_000
    assert "2 secrets blotted out today." in text(page)


def test_a_budget_that_is_used_up_is_said(modelled: Stack, open_page: On) -> None:
    with modelled.storage.write() as unit:
        unit.language_model_uses.add(
            LanguageModelUse(id=new_id(), purpose="answer", model="tiny", prompt_tokens=60_000)
        )
    page = open_page(modelled)("monitoring")
    assert "Today's budget is used up" in text(page)
    assert "0 of 50 000 tokens" in text(page)
