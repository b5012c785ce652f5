"""The language model port against a server that behaves well, badly, and not at all."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.llm.client import LanguageModel
from core.llm.errors import (
    AnswerCut,
    AnswerUnusable,
    ContextTooLong,
    LanguageModelError,
    ModelBusy,
    ModelFailed,
    ModelNotReached,
    ModelRefused,
    ModelTooSlow,
)
from core.llm.limits import Limits
from core.llm.spec import Completion, OfferedCall
from tests import llm_server as chat
from tests.llm_server import Behaviour, LlmServer, run_llm_server

KEY = "sk-very-secret-key-of-the-test"
HELLO = [{"role": "user", "content": "Hello?"}]
PATIENT = Limits(first_token_s=20.0, between_tokens_s=20.0, whole_s=30.0, max_characters=100_000)
ADD = OfferedCall(name="add", description="Add.", parameters={"type": "object", "properties": {"a": {}, "b": {}}})


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with run_llm_server() as running:
        yield running


class Asked:
    """A model at the server, and what it did besides answering."""

    def __init__(self, server: LlmServer, **options: Any) -> None:
        self.pauses: list[float] = []
        self.server = server
        environment = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": KEY}
        self.model = LanguageModel(
            "tiny", **{"limits": PATIENT, "pause": self.pauses.append, "environment": environment, **options}
        )

    def complete(self, *behaviours: Behaviour, **options: Any) -> Completion:
        """A whole answer of a server that behaves like this."""
        self.server.script(*behaviours)
        return self.model.complete(HELLO, **{"purpose": "test", **options})

    def stream(self, *behaviours: Behaviour) -> list[str]:
        """The pieces of a streamed answer."""
        self.server.script(*behaviours)
        return list(self.model.stream(HELLO, purpose="test"))


MakeAsked = Callable[..., Asked]


@pytest.fixture
def make_asked(server: LlmServer) -> Iterator[MakeAsked]:
    """Models with options of the test's own, at a server that has forgotten the tests before."""
    made: list[Asked] = []

    def make(**options: Any) -> Asked:
        made.append(Asked(server, **options))
        return made[-1]

    for past in (server.requests, server.authorizations):
        past.clear()
    server.hung_up.clear()
    server.release.clear()
    yield make
    for asked in made:
        asked.model.close()
    server.release.set()


@pytest.fixture
def asked(make_asked: MakeAsked) -> Asked:
    return make_asked()


# --- answers ---------------------------------------------------------------------------------------------------------


def test_an_answer_comes_whole_with_its_tokens(asked: Asked) -> None:
    answer = asked.complete(chat.says("Two words."), max_tokens=77)
    assert answer == Completion(text="Two words.", model="tiny", prompt_tokens=1, completion_tokens=2)
    assert asked.server.requests[0] == {
        "model": "tiny",
        "messages": HELLO,
        "max_tokens": 77,
        "temperature": 0.0,
    }
    assert asked.server.authorizations == [f"Bearer {KEY}"]


def test_an_answer_comes_piece_by_piece(asked: Asked) -> None:
    asked.server.script(chat.says("One after another.", pieces=4))
    stream = asked.model.stream(HELLO, purpose="test")
    assert asked.server.requests == []  # nothing is asked before somebody listens
    pieces = list(stream)
    assert (len(pieces), "".join(pieces)) == (4, "One after another.")
    assert stream.completion == Completion(
        text="One after another.", model="tiny", prompt_tokens=1, completion_tokens=3
    )
    assert list(stream) == []


def test_tokens_are_estimated_when_the_server_does_not_count_them(asked: Asked) -> None:
    answer = asked.complete(chat.says("word " * 100, has_usage=False))
    assert answer.is_estimated
    assert answer.completion_tokens == pytest.approx(500 / 3.5, abs=1)
    asked.server.script(chat.says("word " * 100, has_usage=False))
    stream = asked.model.stream(HELLO, purpose="test")
    list(stream)
    assert stream.completion == answer


def test_an_answer_that_ran_out_of_tokens_says_so(asked: Asked) -> None:
    assert asked.complete(chat.says("And then", finish_reason="length")).is_cut_short


def test_a_call_is_chosen(asked: Asked) -> None:
    asked.server.script(chat.calls("add", a=1, b=2))
    chosen = asked.model.choose(HELLO, [ADD])
    assert (chosen.name, chosen.arguments) == ("add", {"a": 1, "b": 2})
    assert asked.server.requests[0]["tools"][0]["function"]["name"] == "add"
    assert asked.server.requests[0]["tool_choice"] == "required"


@pytest.mark.parametrize("reply", [chat.calls("shell", command="ls"), chat.says("I add."), chat.calls_raw()])
def test_a_call_that_was_not_offered_is_none(asked: Asked, reply: Behaviour) -> None:
    asked.server.script(reply)
    with pytest.raises(AnswerUnusable, match="chose none of the calls"):
        asked.model.choose(HELLO, [ADD])


@pytest.mark.parametrize("arguments", ["no json", "[1]", "5", "[" * 50_000, ""])
def test_arguments_that_are_no_object_are_empty(asked: Asked, arguments: str) -> None:
    asked.server.script(chat.calls_raw(("add", arguments)))
    assert asked.model.choose(HELLO, [ADD]).arguments == {}


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", [chat.silent(), chat.slow_first("a b")])
def test_the_first_word_is_waited_for_only_so_long(make_asked: MakeAsked, behaviour: Behaviour) -> None:
    asking = make_asked(limits=Limits(first_token_s=0.1))
    with pytest.raises(ModelTooSlow, match=r"its first word took longer than 0\.1 s"):
        asking.stream(behaviour)
    assert len(asking.server.requests) == 1  # what is slow is not asked again


def test_the_next_word_is_waited_for_only_so_long(make_asked: MakeAsked) -> None:
    asking = make_asked(limits=Limits(between_tokens_s=0.1))
    with pytest.raises(ModelTooSlow, match=r"the next word took longer than 0\.1 s"):
        asking.stream(chat.slow_between("a b"))


def test_a_whole_answer_is_waited_for_only_so_long(asked: Asked) -> None:
    with pytest.raises(ModelTooSlow, match=r"the answer took longer than 0\.1 s"):
        asked.complete(chat.silent(), timeout_s=0.1)


def test_a_server_that_never_stops_talking_is_stopped_by_the_time_of_the_whole(make_asked: MakeAsked) -> None:
    asking = make_asked(limits=Limits(whole_s=0.2))
    with pytest.raises(ModelTooSlow, match=r"the answer took longer than 0\.2 s"):
        asking.stream(chat.endless())


def test_closing_a_stream_hangs_up(asked: Asked) -> None:
    asked.server.script(chat.endless("again "))
    stream = asked.model.stream(HELLO, purpose="test")
    assert next(stream) == "again "
    stream.close()
    stream.close()
    assert asked.server.hung_up.wait(10)
    assert list(stream) == []
    assert stream.completion is None


class NotWanted(Exception):
    """Somebody has cancelled."""


@pytest.mark.parametrize("is_streamed", [True, False])
def test_waiting_ends_when_the_answer_is_not_wanted_any_more(make_asked: MakeAsked, is_streamed: bool) -> None:
    calls: list[None] = []

    def check() -> None:
        calls.append(None)
        if len(calls) > 1:
            raise NotWanted

    asking = make_asked(check=check, limits=Limits())
    with pytest.raises(NotWanted):
        asking.stream(chat.silent()) if is_streamed else asking.complete(chat.silent())


def test_a_pause_between_tries_ends_when_the_answer_is_not_wanted_any_more(make_asked: MakeAsked) -> None:
    def check() -> None:
        if asking.server.requests:
            raise NotWanted

    asking = make_asked(check=check, pause=None, limits=Limits(first_pause_s=20))
    with pytest.raises(NotWanted):
        asking.complete(chat.fails(500))


# --- tries -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [chat.fails(429), chat.fails(500), chat.fails(502), chat.fails(503), chat.cut()])
@pytest.mark.parametrize("ask", [Asked.complete, Asked.stream])
def test_trouble_that_passes_is_waited_out(asked: Asked, trouble: Behaviour, ask: Callable[..., object]) -> None:
    answer = ask(asked, trouble, trouble, chat.says("At last."))
    assert "At last." in (answer.text if isinstance(answer, Completion) else "".join(answer))  # type: ignore[arg-type]
    assert asked.pauses == [0.5, 1.0]


def test_a_server_that_wants_more_time_than_there_is_is_not_asked_again(asked: Asked) -> None:
    with pytest.raises(ModelBusy):
        asked.complete(chat.fails(429, Retry_After="7"), chat.says("Now."), timeout_s=6)
    assert asked.pauses == []


def test_a_server_says_how_long_to_wait(make_asked: MakeAsked) -> None:
    asking = make_asked(limits=Limits(whole_s=60))
    asking.complete(chat.fails(429, Retry_After="7"), chat.fails(503, Retry_After="soon"), chat.says("Now."))
    assert asking.pauses == [7.0, 1.0]


def test_a_server_that_wants_to_be_left_alone_for_long_is_not_asked_again(asked: Asked) -> None:
    with pytest.raises(ModelBusy) as refusal:
        asked.complete(chat.fails(429, Retry_After="3600"))
    assert refusal.value.hint == "Try again in 3,600 s."
    assert asked.pauses == []


def test_trouble_that_stays_is_named_after_three_tries(asked: Asked) -> None:
    with pytest.raises(ModelFailed, match="status 503"):
        asked.complete(chat.fails(503))
    assert len(asked.server.requests) == 3


@pytest.mark.parametrize(
    ("refusal", "error", "words"),
    [
        (chat.fails(400), ModelRefused, "does not accept the request (status 400)"),
        (chat.refuses_key(), ModelRefused, "does not accept the key (status 401)"),
        (chat.unknown_model(), ModelRefused, "does not know the model 'tiny'"),
        (chat.fails(429, code="insufficient_quota"), ModelRefused, "has no quota left"),
        (chat.context_too_long(), ContextTooLong, "cannot read so much at once (6 characters)"),
        (chat.fails(413), ContextTooLong, "cannot read so much at once"),
        (chat.fails(307, Location="http://127.0.0.1:9/elsewhere"), ModelRefused, "status 307"),
    ],
)
@pytest.mark.parametrize("ask", [Asked.complete, Asked.stream])
def test_a_refusal_is_named_at_once_and_quotes_nothing(
    asked: Asked, refusal: Behaviour, error: type[Exception], words: str, ask: Callable[..., object]
) -> None:
    with pytest.raises(error) as found:
        ask(asked, refusal)
    assert isinstance(found.value, LanguageModelError)
    assert words in found.value.message
    assert KEY not in str(found.value.to_json())
    assert len(asked.server.requests) == 1


def test_no_server_is_named_at_once(asked: Asked) -> None:
    model = LanguageModel("tiny", environment={"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, pause=asked.pauses.append)
    with pytest.raises(ModelNotReached, match="no connection"):
        model.complete(HELLO, purpose="test")
    assert asked.pauses == []


def test_an_answer_that_breaks_off_is_named_and_what_came_is_shown(asked: Asked) -> None:
    for behaviour in (chat.cut("The beginning"), chat.ends_early("The beginning")):
        asked.server.script(behaviour)
        stream = asked.model.stream(HELLO, purpose="test")
        assert next(stream) == "The beginning"
        with pytest.raises(AnswerCut):
            next(stream)
        assert stream.completion is None
    assert asked.pauses == []


# --- answers that are none -------------------------------------------------------------------------------------------

NONSENSE = [
    chat.raw("<html>Sign in</html>", kind="text/html"),
    chat.raw("{"),
    chat.raw("[" * 100_000),
    chat.raw_json([]),
    chat.raw_json("hello"),
    chat.raw_json({"choices": []}),
    chat.raw_json({"choices": "none"}),
    chat.raw_json({"choices": [5]}),
    chat.raw_json({"choices": [{"message": {"content": 5}}]}),
    chat.raw_json({"choices": [{"message": {"content": None, "refusal": "No."}}]}),
    chat.raw(b"\x1f\x8b" + b"\x00" * 100, Content_Encoding="gzip"),
    chat.huge(20_000_000),
    chat.says(""),
]


@pytest.mark.parametrize("reply", NONSENSE, ids=range(len(NONSENSE)))
def test_an_answer_that_is_none_is_unusable(asked: Asked, reply: Behaviour) -> None:
    with pytest.raises(AnswerUnusable):
        asked.complete(reply)


BROKEN_STREAMS = [
    chat.raw_events("no json", "[DONE]"),
    chat.raw_events({"choices": "none"}, "[DONE]"),
    chat.raw_events({"choices": [{"delta": {"content": [1]}}]}),
    chat.raw_events({"choices": [{"delta": 5}]}, [1], 5, None, "[DONE]"),
    chat.raw_events({"error": {"message": f"the key {KEY}"}}),
    chat.raw_events("[DONE]"),
    chat.raw("<html>Sign in</html>", kind="text/html"),
    chat.huge(20_000_000),
    chat.says(""),
]


@pytest.mark.parametrize("reply", BROKEN_STREAMS, ids=range(len(BROKEN_STREAMS)))
def test_a_stream_that_is_none_is_named(asked: Asked, reply: Behaviour) -> None:
    with pytest.raises(LanguageModelError) as found:
        asked.stream(reply)
    assert KEY not in str(found.value.to_json())


def test_numbers_of_tokens_that_are_nonsense_are_not_believed(asked: Asked) -> None:
    choice = {"message": {"content": "Fine."}, "finish_reason": "stop"}
    for usage in ({"prompt_tokens": -5, "completion_tokens": 1}, {"prompt_tokens": "x", "completion_tokens": 10**30}):
        answer = asked.complete(chat.raw_json({"choices": [choice], "usage": usage}))
        assert answer.is_estimated
        assert answer.completion_tokens == 2


def test_half_characters_and_nul_reach_neither_the_server_nor_the_database(asked: Asked) -> None:
    assert asked.complete(chat.says("A\x00 \ud83d\ude00 \ud83d!")).text == "A \U0001f600 \ufffd!"
    asked.model.complete([{"role": "user", "content": "A\x00 \udc80!"}], purpose="test")
    assert asked.server.requests[-1]["messages"][0]["content"] == "A \ufffd!"


def test_a_key_that_the_server_quotes_is_shown_to_nobody(asked: Asked) -> None:
    assert asked.complete(chat.echoes_key()).text == "Your key is [secret removed], is it not?"
    pieces = asked.stream(chat.echoes_key())
    assert "".join(pieces) == "Your key is [secret removed], is it not?"
    assert not any(part in "".join(pieces) for part in (KEY, KEY[:12]))


# --- what servers do not understand ----------------------------------------------------------------------------------


def test_a_parameter_that_a_server_refuses_is_left_out_from_then_on(asked: Asked) -> None:
    picky = chat.without("stream_options", chat.without("max_tokens", chat.without("temperature", chat.says("Fine."))))
    assert asked.complete(picky).text == "Fine."
    assert "".join(asked.stream(picky)) == "Fine."
    before = len(asked.server.requests)
    assert "".join(asked.stream(picky)) == "Fine."
    assert len(asked.server.requests) == before + 1
    assert asked.server.requests[-1] == {
        "model": "tiny",
        "messages": HELLO,
        "max_completion_tokens": 1_000,
        "stream": True,
    }
