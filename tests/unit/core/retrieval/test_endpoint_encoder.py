"""An embedding endpoint is asked in good portions, and whatever it answers ends in vectors or in a sentence."""

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from core.errors import Unavailable
from core.retrieval.encoders.endpoint import BATCH_TEXTS, LONGEST_TEXT, EndpointEncoder
from core.retrieval.encoders.factory import make_encoder
from tests.embedding import DIMENSION, EmbeddingServer, answer

NO_VECTORS = "does not give one vector for each text"
KEY = "sk-test-of-our-own-endpoint"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield running


def test_the_setting_names_the_model_and_the_environment_the_server(server: EmbeddingServer, tmp_path: Any) -> None:
    encoder = make_encoder("openai:small", cache_folder=tmp_path)
    assert (encoder.name, encoder.dimension) == ("openai:small", DIMENSION)
    request = server.requests[0]
    assert (request["model"], request["path"], request["key"]) == ("small", "/v1/embeddings", f"Bearer {KEY}")


def test_many_texts_go_in_portions_and_come_back_in_order(server: EmbeddingServer) -> None:
    texts = [f"text {number}" for number in range(2 * BATCH_TEXTS + 3)] + ["long " * 6_000] * 4
    vectors = EndpointEncoder("small").encode(texts)
    assert vectors.shape == (len(texts), DIMENSION)
    np.testing.assert_array_equal(vectors[100], EndpointEncoder("small").encode(["text 100"])[0])
    sizes = [len(request["input"]) for request in server.requests]
    assert max(sizes) == BATCH_TEXTS
    assert max(len(text) for request in server.requests for text in request["input"]) == LONGEST_TEXT


def test_an_empty_text_is_sent_as_a_space_and_secrets_are_not_sent(server: EmbeddingServer) -> None:
    EndpointEncoder("small").encode(["", f"the key is {KEY} here"])
    first, second = server.requests[0]["input"]
    assert first == " "
    assert KEY not in second
    assert second.startswith("the key is [")


def test_a_passing_failure_is_tried_again(server: EmbeddingServer) -> None:
    server.replies = [500]
    assert EndpointEncoder("small").encode(["apple"]).shape == (1, DIMENSION)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("replies", "message"),
    [
        ([401], "refuses the key"),
        ([404], "does not know the model 'small'"),
        ([400], "answers with status 400"),
        (["<html>welcome</html>"], "does not speak the protocol"),
        ([{"object": "list"}], "does not (speak the protocol|give one vector for each text)"),
        ([answer(["one"])], NO_VECTORS),
        ([answer(["one", "two", "three"])], NO_VECTORS),
        ([{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}]}], NO_VECTORS),
        ([{"data": [{"index": 0, "embedding": [0, 0]}, {"index": 1, "embedding": [1, 0]}]}], NO_VECTORS),
        ([{"data": [{"index": 0, "embedding": "x"}, {"index": 1, "embedding": None}]}], NO_VECTORS),
        (['{"data": [{"index": 0, "embedding": [1e999]}, {"index": 1, "embedding": [1]}]}'], NO_VECTORS),
    ],
)
def test_what_is_no_answer_is_refused_in_words(server: EmbeddingServer, replies: list[Any], message: str) -> None:
    server.replies = replies
    with pytest.raises(Unavailable, match=f"The embedding endpoint {message}") as caught:
        EndpointEncoder("small").encode(["one", "two"])
    assert "OPENAI_BASE_URL" in caught.value.hint
    assert KEY not in caught.value.message


def test_vectors_that_change_their_length_are_refused(server: EmbeddingServer) -> None:
    encoder = EndpointEncoder("small")
    encoder.encode(["apple"])
    server.replies = [answer(["pear"], dimension=DIMENSION + 1)]
    with pytest.raises(Unavailable, match="gives vectors of 25 numbers, and gave 24 before"):
        encoder.encode(["pear"])


def test_silence_ends_after_the_time_limit(server: EmbeddingServer) -> None:
    server.replies = [EmbeddingServer.SILENCE] * 3
    with pytest.raises(Unavailable, match=r"took longer than 0\.05 s"):
        EndpointEncoder("small", timeout_s=0.05).encode(["apple"])


def test_nobody_there_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(Unavailable, match="does not answer"):
        EndpointEncoder("small").encode(["apple"])


@pytest.mark.usefixtures("server")
def test_a_forked_process_has_a_connection_of_its_own() -> None:
    encoder = EndpointEncoder("small")
    expected = encoder.encode(["apple"])
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, b"same" if np.array_equal(encoder.encode(["apple"]), expected) else b"else")
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"same"
    os.waitpid(pid, 0)
    np.testing.assert_array_equal(encoder.encode(["apple"]), expected)


def test_a_setting_without_a_name_is_refused() -> None:
    with pytest.raises(Unavailable, match="names no model"):
        EndpointEncoder(" ")
