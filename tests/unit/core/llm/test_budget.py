"""What a day may cost: checked before, booked after, also when a stream is left or cut."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.errors import Unavailable
from core.knowledge import LanguageModelUse
from core.llm.budget import Budget, Terms
from core.llm.client import LanguageModel
from core.llm.errors import AnswerCut, BudgetSpent, ModelRefused
from core.llm.spec import Completion, Spent
from tests import llm_server as chat
from tests.llm_server import LlmServer, run_llm_server

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
HELLO = [{"role": "user", "content": "Hello?"}]


class Ledger:
    """``UsageBook`` in memory."""

    def __init__(self) -> None:
        self.uses: list[LanguageModelUse] = []
        self.is_down = False

    def spent(self, who: str, since: datetime) -> Spent:
        found = [use for use in self.uses if use.who == who and use.created_at >= since]
        return Spent(
            prompt_tokens=sum(use.prompt_tokens for use in found),
            completion_tokens=sum(use.completion_tokens for use in found),
            cost=sum(use.cost for use in found),
        )

    def add(self, use: LanguageModelUse) -> None:
        if self.is_down:
            raise Unavailable("The database does not answer.")
        self.uses.append(use)


class Memory:
    """``AnswerCache`` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Completion] = {}

    def find(self, key: str) -> Completion | None:
        return self.kept.get(key)

    def keep(self, key: str, completion: Completion) -> None:
        self.kept[key] = completion


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with run_llm_server() as running:
        yield running


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


MakeModel = Callable[..., LanguageModel]


@pytest.fixture
def make_model(server: LlmServer, ledger: Ledger) -> Iterator[MakeModel]:
    """A model with these terms, at noon unless it is another time."""
    made: list[LanguageModel] = []
    server.requests.clear()

    def make(*, now: datetime = NOON, cache: Memory | None = None, **terms: Any) -> LanguageModel:
        budget = Budget(ledger, Terms(**terms), now=lambda: now)
        environment = {"OPENAI_BASE_URL": server.url}
        made.append(LanguageModel("tiny", budget=budget, cache=cache, environment=environment, pause=lambda _: None))
        return made[-1]

    yield make
    for model in made:
        model.close()


def test_a_use_is_booked_with_tokens_cost_and_purpose(server: LlmServer, make_model: MakeModel, ledger: Ledger) -> None:
    server.script(chat.says("Two words."))
    make_model(input_price=3.0, output_price=15.0).complete(
        [{"role": "user", "content": "a b c ghp_abcdefghijklmnopqrstuvwxyz0123456789"}], purpose="answer"
    )
    use = ledger.uses[0]
    assert (use.purpose, use.model, use.prompt_tokens, use.completion_tokens) == ("answer", "tiny", 5, 2)
    assert use.cost == pytest.approx((5 * 3 + 2 * 15) / 1e6)
    assert (use.error, use.is_cached, use.n_redacted, use.who, use.created_at) == ("", False, 1, "local", NOON)


def test_a_spent_budget_is_refused_with_the_time_of_its_renewal(
    server: LlmServer, make_model: MakeModel, ledger: Ledger
) -> None:
    server.script(chat.says("one " * 500))
    make_model(tokens_per_day=600).complete(HELLO, purpose="answer")
    with pytest.raises(BudgetSpent) as refusal:
        make_model(tokens_per_day=501).complete(HELLO, purpose="answer")
    assert refusal.value.message == "The language model's budget for today is used up: 501 of 501 tokens."
    assert "2026-03-13 00:00 UTC" in refusal.value.hint
    assert refusal.value.renews_at == datetime(2026, 3, 13, tzinfo=UTC)
    assert len(server.requests) == 1
    assert [use.error for use in ledger.uses] == ["", "budget_spent"]
    assert ledger.uses[1].prompt_tokens == 0


def test_the_next_day_begins_anew_and_somebody_else_has_a_budget_of_their_own(
    server: LlmServer, make_model: MakeModel, ledger: Ledger
) -> None:
    server.script(chat.says("one " * 500))
    make_model(tokens_per_day=600).complete(HELLO, purpose="answer")
    make_model(tokens_per_day=501, now=NOON + timedelta(days=1)).complete(HELLO, purpose="answer")
    make_model(tokens_per_day=501, who="ann").complete(HELLO, purpose="answer")
    assert [use.who for use in ledger.uses] == ["local", "local", "ann"]


def test_an_answer_may_be_as_long_as_the_rest_of_the_day(server: LlmServer, make_model: MakeModel) -> None:
    server.script(chat.says("Fine."))
    make_model(tokens_per_day=200).complete(HELLO, purpose="answer", max_tokens=1_000)
    left = server.requests[0]["max_tokens"]
    assert 150 < left < 200
    make_model(cost_per_day=0.01, output_price=100.0).complete(HELLO, purpose="answer", max_tokens=1_000)
    assert server.requests[1]["max_tokens"] == 100


def test_money_is_a_limit_too(server: LlmServer, make_model: MakeModel) -> None:
    server.script(chat.says("one " * 100))
    make_model(cost_per_day=1.0, output_price=9_000.0).complete(HELLO, purpose="answer")
    with pytest.raises(BudgetSpent, match=r"0\.9 of 1 in money"):
        make_model(cost_per_day=1.0, output_price=9_000.0).complete(HELLO, purpose="answer")


def test_a_prompt_that_is_larger_than_the_rest_is_refused_before_it_leaves(
    server: LlmServer, make_model: MakeModel
) -> None:
    with pytest.raises(BudgetSpent):
        make_model(tokens_per_day=1_000).complete([{"role": "user", "content": "word " * 2_000}], purpose="answer")
    assert server.requests == []


def test_a_stream_that_is_left_is_booked_as_far_as_it_came(
    server: LlmServer, make_model: MakeModel, ledger: Ledger
) -> None:
    server.script(chat.endless("seven characters "))
    stream = make_model().stream(HELLO, purpose="answer")
    for _ in range(10):
        next(stream)
    stream.close()
    use = ledger.uses[0]
    assert use.error == ""
    assert use.completion_tokens == pytest.approx(170 / 3.5, abs=1)
    assert use.prompt_tokens > 0


def test_a_stream_that_is_cut_is_booked_with_its_error(
    server: LlmServer, make_model: MakeModel, ledger: Ledger
) -> None:
    server.script(chat.cut("The beginning of an answer"))
    with pytest.raises(AnswerCut):
        list(make_model().stream(HELLO, purpose="answer"))
    assert ledger.uses[0].error == "answer_cut"
    assert ledger.uses[0].completion_tokens == 8


def test_a_stream_that_nobody_began_is_not_booked(make_model: MakeModel, ledger: Ledger) -> None:
    make_model().stream(HELLO, purpose="answer").close()
    assert ledger.uses == []


def test_a_refusal_is_booked(server: LlmServer, make_model: MakeModel, ledger: Ledger) -> None:
    server.script(chat.refuses_key())
    with pytest.raises(ModelRefused):
        make_model().complete(HELLO, purpose="answer")
    assert ledger.uses[0].error == "refused"


def test_an_answer_is_given_even_if_it_cannot_be_booked(
    server: LlmServer, make_model: MakeModel, ledger: Ledger
) -> None:
    server.script(chat.says("Fine."))
    ledger.is_down = True
    assert make_model().complete(HELLO, purpose="answer").text == "Fine."


def test_an_equal_request_is_answered_from_memory_and_costs_nothing(
    server: LlmServer, make_model: MakeModel, ledger: Ledger
) -> None:
    server.script(chat.says("First."), chat.says("Second."))
    cache = Memory()
    model = make_model(cache=cache, tokens_per_day=150)
    first, again = model.complete(HELLO, purpose="answer"), model.complete(HELLO, purpose="wording")
    assert (first.text, again.text, first.is_cached, again.is_cached) == ("First.", "First.", False, True)
    stream = model.stream(HELLO, purpose="answer")
    assert list(stream) == ["First."]
    assert stream.completion == again
    assert len(server.requests) == 1
    assert [(use.is_cached, use.prompt_tokens) for use in ledger.uses] == [(False, 1), (True, 0), (True, 0)]
    spent = make_model(cache=cache, tokens_per_day=1)
    assert spent.complete(HELLO, purpose="answer").text == "First."  # no budget is needed for what is known


@pytest.mark.parametrize(
    "change",
    [{"temperature": 0.7}, {"max_tokens": 5}, {"messages": [{"role": "user", "content": "Hello!"}]}],
)
def test_another_request_is_asked_anew(server: LlmServer, make_model: MakeModel, change: dict[str, Any]) -> None:
    server.script(chat.says("First."), chat.says("Second."))
    model = make_model(cache=Memory())
    model.complete(HELLO, purpose="answer")
    assert model.complete(**{"messages": HELLO, "purpose": "answer", **change}).text == "Second."


def test_answers_that_are_not_whole_are_not_kept(server: LlmServer, make_model: MakeModel) -> None:
    cache = Memory()
    model = make_model(cache=cache)
    server.script(chat.says("And then", finish_reason="length"))
    model.complete(HELLO, purpose="answer")
    server.script(chat.cut("And then"))
    with pytest.raises(AnswerCut):
        list(model.stream(HELLO, purpose="answer"))
    server.script(chat.says("Something else."))
    model.complete(HELLO, purpose="answer", temperature=0.5)
    assert cache.kept == {}
