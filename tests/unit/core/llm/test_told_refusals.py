"""The page about the language model quotes what people get."""

from datetime import UTC, datetime

import pytest

from core.llm import errors
from core.llm.client import LanguageModel
from core.llm.errors import LanguageModelError
from core.llm.limits import Limits
from core.llm.refusals import too_large
from storage.language_model import KEPT_FOR_S, MOST_ANSWERS, MOST_BYTES
from tests import llm_server as chat
from tests.llm_server import Behaviour, run_llm_server
from tests.markdown import ROOT, prose

PAGE = ROOT / "docs" / "user" / "language-model.md"
REFUSALS = [
    errors.ModelNotReached("no connection"),
    errors.ModelTooSlow("its first word", Limits().first_token_s),
    errors.ModelBusy(),
    errors.ModelFailed("status 500"),
    errors.ContextTooLong(120_000),
    errors.AnswerCut(),
    errors.BudgetSpent("5,012 of 5,000 tokens", renews_at=datetime(2026, 3, 13, tzinfo=UTC)),
    too_large(),
]
ANSWERS = [chat.refuses_key(), chat.unknown_model(), chat.says("")]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_stands_on_the_page(refusal: LanguageModelError) -> None:
    assert f"| {refusal.message} |" in prose(PAGE)
    assert refusal.hint


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_a_refusal_of_a_server_stands_on_the_page(answer: Behaviour) -> None:
    with run_llm_server(answer) as server:
        model = LanguageModel("tiny", environment={"OPENAI_BASE_URL": server.url})
        with pytest.raises(LanguageModelError) as refusal:
            model.complete([{"role": "user", "content": "Hello?"}], purpose="test")
        model.close()
    assert f"| {refusal.value.message} |" in prose(PAGE)


def test_the_page_quotes_nothing_else() -> None:
    table = prose(PAGE).split("| message | what to do |")[1].split("\n\n")[0]
    assert table.count("\n| The language model") == len(REFUSALS) + len(ANSWERS)


def test_the_bounds_on_the_page_are_the_real_ones() -> None:
    text, limits = prose(PAGE), Limits()
    assert f"{MOST_ANSWERS:,} of them or {MOST_BYTES // 10**6} MB" in text
    assert f"for {KEPT_FOR_S // 86_400} days" in text
    assert f"| to connect | {limits.connect_s:g} |" in text
    assert f"| between two pieces of it | {limits.between_tokens_s:g} |" in text
    assert f"`PRAXIS_LLM_TIMEOUT_S`, {limits.whole_s:g}; " in text
    assert f"`PRAXIS_LLM_FIRST_TOKEN_S`, {limits.first_token_s:g} |" in text
    assert f"at most {limits.longest_pause_s:g} s" in text
