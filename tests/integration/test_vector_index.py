"""Vectors in a real Chroma server: found exactly, replaced and removed completely, there again after a crash."""

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import chroma_server
from core.errors import Unavailable
from core.ids import new_id
from core.retrieval.spec import VectorIndex, Vectors
from storage.vectors import ChromaVectors
from tests import servers
from tests.stacks import wait_for

DIMENSION = 48


def make_vectors(n: int, *, dimension: int = DIMENSION, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(n, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def add(index: VectorIndex, collection_id: str, document_id: str, rows: Vectors, *, generation: int = 1) -> list[str]:
    ids = [f"{document_id}:{generation}:{seq}" for seq in range(len(rows))]
    facts: Sequence[dict[str, Any]] = [{"document_id": document_id, "generation": generation}] * len(rows)
    index.add(collection_id, ids, rows, facts)
    return ids


@pytest.fixture
def index(chroma_url: str) -> ChromaVectors:
    return ChromaVectors(chroma_url)


@pytest.fixture
def collection_id() -> str:
    return new_id()


def test_the_nearest_come_first_with_their_cosines(index: ChromaVectors, collection_id: str) -> None:
    rows = make_vectors(500)
    ids = add(index, collection_id, "one", rows)
    question = make_vectors(1, seed=1)[0]
    found = index.search(collection_id, question, 20)
    cosines = rows @ question
    expected = np.argsort(-cosines)[:20]
    assert [id_ for id_, _ in found] == [ids[row] for row in expected]
    np.testing.assert_allclose([cosine for _, cosine in found], cosines[expected], atol=1e-6)
    assert index.search(collection_id, rows[7], 1)[0] == (ids[7], pytest.approx(1.0, abs=1e-6))
    assert index.search(collection_id, rows[7], 1)[0][1] <= 1.0


def test_random_directions_which_are_the_hardest_are_found_almost_without_loss(
    index: ChromaVectors, collection_id: str
) -> None:
    rows, questions = make_vectors(3_000, dimension=384), make_vectors(30, dimension=384, seed=1)
    ids = add(index, collection_id, "one", rows)
    exact = np.argsort(-(questions @ rows.T), axis=1)[:, :10]
    hits = [
        len({id_ for id_, _ in index.search(collection_id, question, 10)} & {ids[row] for row in best})
        for question, best in zip(questions, exact, strict=True)
    ]
    assert sum(hits) / (10 * len(hits)) >= 0.98


def test_only_the_documents_that_are_asked_for_are_searched(index: ChromaVectors, collection_id: str) -> None:
    rows = make_vectors(900)
    for number in range(90):
        add(index, collection_id, f"d{number}", rows[10 * number : 10 * number + 10])
    wanted = [f"d{number}" for number in (3, 50, 77)]
    own = np.concatenate([rows[30:40], rows[500:510], rows[770:780]])
    question = make_vectors(1, seed=2)[0]
    found = index.search(collection_id, question, 25, document_ids=wanted)
    assert {id_.split(":")[0] for id_, _ in found} == set(wanted)
    np.testing.assert_allclose([cosine for _, cosine in found], np.sort(own @ question)[::-1][:25], atol=1e-6)
    assert len(index.search(collection_id, question, 50, document_ids=wanted)) == 30
    many = [f"d{number}" for number in range(3_000)]
    assert len(index.search(collection_id, question, 10, document_ids=many)) == 10
    assert index.search(collection_id, question, 10, document_ids=["absent"]) == []


def test_adding_again_replaces_and_large_portions_are_split(index: ChromaVectors, collection_id: str) -> None:
    rows = make_vectors(4_500, dimension=8)
    ids = add(index, collection_id, "one", rows)
    add(index, collection_id, "one", rows[::-1])
    assert index.count(collection_id) == 4_500
    np.testing.assert_allclose(index.get(collection_id, ids)[ids[0]], rows[-1], atol=1e-7)
    assert len(index.get(collection_id, [*ids, "absent"])) == 4_500


def test_removing_takes_a_document_or_its_older_generations(index: ChromaVectors, collection_id: str) -> None:
    rows = make_vectors(60)
    add(index, collection_id, "one", rows[:20])
    kept = add(index, collection_id, "one", rows[20:40], generation=2)
    other = add(index, collection_id, "two", rows[40:])
    later = add(index, collection_id, "one", rows[:5], generation=3)
    index.remove_document(collection_id, "one", but_generation=2, up_to=2)  # another attempt is adding its own
    assert {id_ for id_, _ in index.search(collection_id, rows[0], 60)} == {*kept, *later, *other}
    index.remove_document(collection_id, "one", but_generation=2)
    assert {id_ for id_, _ in index.search(collection_id, rows[0], 60)} == {*kept, *other}
    index.remove_document(collection_id, "one")
    assert {id_ for id_, _ in index.search(collection_id, rows[0], 60)} == set(other)
    assert index.count(collection_id) == 20


def test_a_collection_that_is_not_there_is_an_empty_one(
    index: ChromaVectors, chroma_url: str, collection_id: str
) -> None:
    question = make_vectors(1)[0]
    assert index.search(collection_id, question, 5) == []
    assert index.get(collection_id, ["one"]) == {}
    assert index.count(collection_id) == 0
    index.remove_document(collection_id, "one")
    index.remove_collection(collection_id)
    add(index, collection_id, "one", make_vectors(3))
    elsewhere = ChromaVectors(f"{chroma_url}/")
    elsewhere.remove_collection(collection_id)
    assert index.search(collection_id, question, 5) == []
    add(index, collection_id, "one", make_vectors(4))
    assert index.count(collection_id) == 4


def test_vectors_of_another_length_are_refused(index: ChromaVectors, collection_id: str) -> None:
    add(index, collection_id, "one", make_vectors(3))
    with pytest.raises(Unavailable, match=r"The vector index refuses: .*dimension"):
        add(index, collection_id, "two", make_vectors(3, dimension=7))
    assert index.count(collection_id) == 3


def test_a_forked_process_uses_connections_of_its_own(index: ChromaVectors, collection_id: str) -> None:
    ids = add(index, collection_id, "one", make_vectors(5))
    children = []
    for _ in range(3):
        pid = os.fork()
        if pid == 0:
            same = all(set(index.get(collection_id, ids)) == set(ids) for _ in range(5))
            os._exit(0 if same else 1)
        children.append(pid)
    assert all(set(index.get(collection_id, ids)) == set(ids) for _ in range(5))
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0, 0, 0]


def test_after_a_crash_everything_that_was_added_is_there(tmp_path: Path, collection_id: str) -> None:
    server = chroma_server.prepare(tmp_path)
    log_path = tmp_path / "chroma.log"
    index = ChromaVectors(server.url)
    rows = make_vectors(1_500)

    def start() -> subprocess.Popen[bytes]:
        with log_path.open("ab") as log:
            environment = {**os.environ, **server.environment}
            process = subprocess.Popen(server.command, stdout=log, stderr=log, env=environment, start_new_session=True)
        servers.wait_until(server.answers, process, log_path)
        return process

    first = start()
    ids = add(index, collection_id, "one", rows)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    with pytest.raises(Unavailable, match="does not answer"):
        index.count(collection_id)
    second = start()
    try:
        assert index.count(collection_id) == len(ids)
        assert index.search(collection_id, rows[1_400], 1)[0][0] == ids[1_400]
    finally:
        servers.end(second)


def test_a_server_that_was_away_for_a_moment_is_asked_again(tmp_path: Path, collection_id: str) -> None:
    server = chroma_server.prepare(tmp_path)
    index = ChromaVectors(server.url)
    pid = os.fork()
    if pid == 0:  # it starts while the first request is already on its way
        try:
            os.execvpe(server.command[0], list(server.command), {**os.environ, **server.environment})
        finally:
            os._exit(1)
    try:
        wait_for(lambda: _adds(index, collection_id), what="the server")
        assert index.count(collection_id) == 2
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _adds(index: ChromaVectors, collection_id: str) -> bool:
    try:
        add(index, collection_id, "one", make_vectors(2))
    except Unavailable:
        return False
    return True


@pytest.mark.parametrize("url", ["", "nonsense", "http://[", "http://127.0.0.1:9"])
def test_no_server_is_said_in_words(url: str, collection_id: str) -> None:
    index = ChromaVectors(url)
    rows = make_vectors(1)
    for ask in (index.check, lambda: index.count(collection_id), lambda: add(index, collection_id, "one", rows)):
        with pytest.raises(Unavailable, match="vector index") as caught:
            ask()
        assert caught.value.hint
