"""Every encoder keeps the promises of the port; the default one agrees with the library that its model comes from."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import Unavailable
from core.retrieval.encoders import minilm_files
from core.retrieval.encoders.endpoint import EndpointEncoder
from core.retrieval.encoders.identity import MINILM, UNKNOWN, encoder_identity
from core.retrieval.encoders.minilm import MiniLMEncoder, batches
from core.retrieval.encoders.sentence_transformers import SentenceTransformersEncoder
from core.retrieval.encoders.weights import read_weights
from core.retrieval.spec import Encoder
from tests.embedding import EmbeddingServer, make_tiny_encoder, minilm_folder

TEXTS = (
    "The harvest of apples begins in September.",
    "",
    " ",
    "a",
    "Äpfel werden im Herbst geerntet — früh am Tag!",
    "苹果在秋天收获。",
    "يبدأ حصاد التفاح في سبتمبر",
    "[PAD] and [MASK] are words of the model, not of people. 🍏🍎",
    "one\ttwo\n\nthree\x00four\u200bfive",
    "word " * 700,
    "supercalifragilistic" * 40,
    "Pressing, fermenting and bottling take three weeks. " * 9,
)


@pytest.fixture(scope="module")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("encoders")


@pytest.fixture(scope="module")
def minilm(cache_folder: Path) -> MiniLMEncoder:
    return MiniLMEncoder(cache_folder=cache_folder, n_jobs=2)


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_encoder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def embedding_server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as server:
        yield server


@pytest.fixture(params=["minilm", "sentence_transformers", "endpoint"])
def encoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Encoder:
    if request.param == "minilm":
        found: Encoder = request.getfixturevalue("minilm")
        return found
    if request.param == "sentence_transformers":
        return SentenceTransformersEncoder(str(request.getfixturevalue("tiny_folder")))
    server: EmbeddingServer = request.getfixturevalue("embedding_server")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-of-ours")
    return EndpointEncoder("small")


# --- All of them -----------------------------------------------------------------------------------------------------


def test_vectors_are_unit_rows_in_the_order_of_the_texts(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    assert (together.shape, together.dtype) == ((len(TEXTS), encoder.dimension), np.float32)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)  # the company of longer texts must not matter


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert encoder.count_tokens([]) == []


def test_tokens_are_counted_without_a_limit_and_without_special_ones(encoder: Encoder) -> None:
    counts = encoder.count_tokens(["", "apple", "apple " * 1000])
    assert counts[0] == 0
    assert 1 <= counts[1] <= counts[2] / 500
    assert counts[2] >= 1000


def test_the_name_tells_one_set_of_vectors_from_another(encoder: Encoder) -> None:
    assert encoder.name
    assert encoder.dimension > 0
    assert encoder.max_tokens > 0


def test_half_a_character_is_read_as_a_question_mark(encoder: Encoder) -> None:
    broken, whole = encoder.encode(["half \ud83c of it", "half ? of it"])
    np.testing.assert_allclose(broken, whole, atol=1e-6)
    assert encoder.count_tokens(["half \ud83c"]) == encoder.count_tokens(["half ?"])


# --- The default -----------------------------------------------------------------------------------------------------


def test_the_default_agrees_with_sentence_transformers_on_every_kind_of_text(minilm: MiniLMEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(minilm_folder()), device="cpu")
    expected = reference.encode(list(TEXTS), normalize_embeddings=True)
    np.testing.assert_allclose(minilm.encode(TEXTS), expected, atol=1e-5)  # both sum float32 in another order
    lengths = [len(ids) - 2 for ids in reference.tokenizer(list(TEXTS))["input_ids"]]
    assert minilm.count_tokens(TEXTS) == lengths
    assert (minilm.max_tokens, minilm.dimension) == (reference.max_seq_length - 2, 384)


def test_the_identity_is_known_before_anything_is_loaded(minilm: MiniLMEncoder) -> None:
    assert encoder_identity("") == encoder_identity("  ") == MINILM == (minilm.name, minilm.dimension)
    assert encoder_identity("openai:small") == UNKNOWN
    script = "import sys, core.retrieval.encoders.factory; print([name for name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    heavy = {"onnxruntime", "onnx", "torch", "transformers", "tokenizers", "openai", "sentence_transformers"}
    assert not [name for name in heavy if f"'{name}'" in done.stdout]


def test_a_forked_process_encodes_with_threads_of_its_own(minilm: MiniLMEncoder) -> None:
    texts = [f"Row {number} of the orchard" * (1 + number % 7) for number in range(150)]
    expected = minilm.encode(texts)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, b"same" if np.array_equal(minilm.encode(texts), expected) else b"else")
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"same"
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


_THREADS = """
import sys, time, psutil, onnxruntime
from pathlib import Path
from core.retrieval.encoders.minilm import MiniLMEncoder

before = psutil.Process().num_threads()
encoder = MiniLMEncoder(cache_folder=Path(sys.argv[1]), n_jobs=2)
loaded = psutil.Process().num_threads()
encoder.encode(["long words " * 100] * 40)
deadline = time.monotonic() + 5
while psutil.Process().num_threads() != before and time.monotonic() < deadline:
    pass  # a joined thread is gone for Python a moment before it is gone for the system
print(before, loaded, psutil.Process().num_threads())
"""


def test_loading_and_encoding_leave_no_thread_behind(cache_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _THREADS, str(cache_folder)], capture_output=True, text=True, check=True
    )
    assert len(set(done.stdout.split())) == 1


def test_the_graph_is_written_once_and_mapped_after_that(minilm: MiniLMEncoder, cache_folder: Path) -> None:
    (folder,) = (cache_folder / "encoders").iterdir()
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = MiniLMEncoder(cache_folder=cache_folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    np.testing.assert_array_equal(again.encode(TEXTS), minilm.encode(TEXTS))


def test_workers_that_start_together_make_one_graph(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def make() -> None:
        try:
            MiniLMEncoder(cache_folder=tmp_path).encode(["apple"])
        except BaseException as error:  # noqa: BLE001  # a thread's failure is shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(list((tmp_path / "encoders").iterdir())) == 1


def test_without_a_writable_cache_it_works_and_says_what_to_do(
    minilm: MiniLMEncoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    vectors = MiniLMEncoder(cache_folder=blocked).encode(TEXTS)
    np.testing.assert_allclose(vectors, minilm.encode(TEXTS), atol=1e-6)
    assert f"{blocked} cannot be written" in caplog.text
    assert "Give this user write access" in caplog.text


def test_weights_that_are_damaged_or_missing_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    with pytest.raises(Unavailable, match="cannot be read: FileNotFoundError"):
        read_weights(path, sha256="0" * 64)
    path.write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    with pytest.raises(Unavailable, match="are not those of all-MiniLM-L6-v2"):
        read_weights(path, sha256="0" * 64)


def test_an_interrupted_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(minilm_files, "_write", full)
    MiniLMEncoder(cache_folder=tmp_path)
    assert list((tmp_path / "encoders").iterdir()) == []


@pytest.mark.parametrize("lengths", [np.random.default_rng(0).integers(2, 257, 500).tolist(), [3] * 70])
def test_batches_hold_every_text_once_and_little_padding(lengths: list[int]) -> None:
    made = list(batches(lengths))
    assert sorted(row for batch in made for row in batch) == list(range(len(lengths)))
    padded = sum(len(batch) * max(lengths[row] for row in batch) for batch in made)
    assert padded <= 1.1 * sum(lengths)


def test_the_model_of_the_wheel_is_the_one_that_was_published() -> None:
    config = json.loads((minilm_folder() / "config.json").read_text(encoding="utf-8"))
    facts = (config["num_hidden_layers"], config["num_attention_heads"], config["hidden_size"], config["hidden_act"])
    assert facts == (6, 12, 384, "gelu")
