"""A server that speaks the chat-completions protocol as a test wants it: plainly, streamed, and in every way badly.

    with run_llm_server(says("Four.")) as server:
        ...  # OPENAI_BASE_URL=server.url; server.requests holds the bodies that came

Each request takes the next behaviour; the last one serves again and again. A behaviour answers as JSON, or as
server-sent events when the request asks for a stream. Embeddings and the list of models need no script.
"""

import base64
import contextlib
import hashlib
import json
import re
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
MODEL = "tiny"
DIMENSION = 64
"""Of the embeddings."""
LONGEST_WAIT_S = 30.0


class Exchange:
    """One request and the means to answer it."""

    def __init__(self, server: "LlmServer", handler: BaseHTTPRequestHandler, body: Body) -> None:
        self.server = server
        self.body = body
        self.authorization = handler.headers.get("Authorization", "")
        self._handler = handler

    @property
    def is_streamed(self) -> bool:
        """Whether server-sent events are wanted."""
        return bool(self.body.get("stream"))

    @property
    def prompt(self) -> str:
        """Every text of the request."""
        return "\n".join(str(message.get("content") or "") for message in self.body.get("messages", ()))

    def reply(self, content: bytes, *, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """One whole answer; header names with underscores."""
        self._handler.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **named}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()
        self._handler.wfile.write(content)

    def begin_stream(self) -> None:
        """The head of server-sent events."""
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "text/event-stream")
        self._handler.send_header("Transfer-Encoding", "chunked")
        self._handler.end_headers()
        self._handler.wfile.flush()

    def event(self, data: object) -> None:
        """One event: text as it is, everything else as JSON."""
        text = data if isinstance(data, str) else json.dumps(data)
        content = f"data: {text}\n\n".encode()
        self._handler.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self._handler.wfile.flush()

    def end_stream(self) -> None:
        """The proper end of chunks."""
        self._handler.wfile.write(b"0\r\n\r\n")

    def hang_up(self) -> None:
        """Close the connection, whatever was promised."""
        self._handler.wfile.flush()
        self._handler.close_connection = True

    def wait(self) -> None:
        """Until the test says ``server.release.set()``, or the server ends."""
        self.server.release.wait(LONGEST_WAIT_S)


Behaviour = Callable[[Exchange], None]


class LlmServer:
    """What a test sees of the server."""

    def __init__(self, url: str, behaviours: Sequence[Behaviour]) -> None:
        self.url = url
        """To be used as OPENAI_BASE_URL."""
        self.behaviours = list(behaviours)
        self.requests: list[Body] = []
        """Bodies of the chat requests, in the order of their coming."""
        self.embedding_requests: list[Body] = []
        self.authorizations: list[str] = []
        self.release = threading.Event()
        """Ends the silence of the behaviours that wait."""
        self.hung_up = threading.Event()
        """Set once a client was found gone in the middle of a stream."""
        self.embedding: Behaviour | None = None
        """What answers requests for embeddings instead of ``embed``."""
        self._lock = threading.Lock()

    def script(self, *behaviours: Behaviour) -> None:
        """From now on behave like this."""
        with self._lock:
            self.behaviours = list(behaviours)

    def next_behaviour(self) -> Behaviour:
        """The behaviour for one request."""
        with self._lock:
            return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


# --- behaving well ---------------------------------------------------------------------------------------------------


def says(text: str, *, has_usage: bool = True, finish_reason: str = "stop", pieces: int = 3) -> Behaviour:
    """Answers ``text``, streamed in about ``pieces`` pieces."""
    return answers(lambda _: text, has_usage=has_usage, finish_reason=finish_reason, pieces=pieces)


def answers(
    reply: Callable[[Body], str], *, has_usage: bool = True, finish_reason: str = "stop", pieces: int = 3
) -> Behaviour:
    """Answers what ``reply`` makes of the request's body."""

    def behave(exchange: Exchange) -> None:
        text = reply(exchange.body)
        usage = _usage(exchange, text) if has_usage else None
        if not exchange.is_streamed:
            message = {"role": "assistant", "content": text}
            exchange.reply(json.dumps(_completion(message, finish_reason, usage)).encode())
            return
        exchange.begin_stream()
        step = max(1, -(-len(text) // pieces))
        for start in range(0, len(text), step):
            exchange.event(chunk(text[start : start + step]))
        exchange.event(chunk(None, finish_reason=finish_reason))
        if usage and exchange.body.get("stream_options", {}).get("include_usage"):
            exchange.event({**chunk(None), "choices": [], "usage": usage})
        exchange.event("[DONE]")
        exchange.end_stream()

    return behave


def says_json(**values: Any) -> Behaviour:
    """Answers an object."""
    return says(json.dumps(values))


def calls(name: str, **arguments: Any) -> Behaviour:
    """Chooses one of the offered calls."""
    return calls_raw((name, json.dumps(arguments)))


def calls_raw(*chosen: tuple[str, str]) -> Behaviour:
    """Chooses calls with arguments as they are."""
    tool_calls = [
        {"id": f"call-{at}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for at, (name, arguments) in enumerate(chosen)
    ]
    message = {"role": "assistant", "content": None, "tool_calls": tool_calls}

    def behave(exchange: Exchange) -> None:
        exchange.reply(json.dumps(_completion(message, "tool_calls", _usage(exchange, ""))).encode())

    return behave


def obeys(*, otherwise: str = "I was told nothing.") -> Behaviour:
    """Says whatever any text of the request tells it to: the worst reader of injected instructions."""
    order = re.compile(
        r"(?:say|reply|answer|respond|output|write|print)(?:\s+(?:only|exactly|with|this|that|the words))*\s*:?\s*"
        r"[\"'“‘](.+?)[\"'”’]",
        re.IGNORECASE | re.DOTALL,
    )

    def reply(body: Body) -> str:
        texts = "\n".join(str(message.get("content") or "") for message in body.get("messages", ()))
        orders = order.findall(texts)
        return orders[-1] if orders else otherwise

    return answers(reply)


# --- behaving badly --------------------------------------------------------------------------------------------------


def fails(status: int, *, message: str = "it broke", code: str | None = None, **headers: str) -> Behaviour:
    """Answers with an error in the usual form; header names with underscores: ``fails(429, Retry_After="2")``."""
    content = json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()
    return lambda exchange: exchange.reply(content, status=status, **headers)


def context_too_long() -> Behaviour:
    """Refuses messages that are too long, in OpenAI's words."""
    message = "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens."
    return fails(400, message=message, code="context_length_exceeded")


def unknown_model() -> Behaviour:
    """Does not know the name of the model."""
    return fails(404, message=f"The model `{MODEL}` does not exist", code="model_not_found")


def without(field: str, then: Behaviour) -> Behaviour:
    """Refuses requests that have ``field`` ("response_format", "stream_options", ...), and serves others."""
    refuse = fails(400, message=f"Unsupported parameter: '{field}' is not supported with this model.")
    return lambda exchange: (refuse if field in exchange.body else then)(exchange)


def silent() -> Behaviour:
    """Takes the request and says nothing until ``release``."""

    def behave(exchange: Exchange) -> None:
        exchange.wait()
        exchange.hang_up()

    return behave


def slow_first(text: str) -> Behaviour:
    """Begins a stream and sends its first piece only after ``release``."""

    def behave(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.wait()
        _finish(exchange, text)

    return behave


def slow_between(text: str) -> Behaviour:
    """Sends the first word, the rest after ``release``."""

    def behave(exchange: Exchange) -> None:
        first, _, rest = text.partition(" ")
        exchange.begin_stream()
        exchange.event(chunk(first))
        exchange.wait()
        _finish(exchange, f" {rest}")

    return behave


def endless(piece: str = "again and ", *, pause_s: float = 0.002) -> Behaviour:
    """Streams for as long as anybody listens; ``server.hung_up`` tells when nobody does any more."""

    def behave(exchange: Exchange) -> None:
        exchange.begin_stream()
        deadline = time.monotonic() + LONGEST_WAIT_S
        try:
            while not exchange.server.release.is_set() and time.monotonic() < deadline:
                exchange.event(chunk(piece))
                time.sleep(pause_s)
        except OSError:
            exchange.server.hung_up.set()
        exchange.hang_up()

    return behave


def cut(text: str = "", *, after_headers: bool = True) -> Behaviour:
    """Hangs up in the middle: after ``text`` of a stream, or within the body of a plain answer."""

    def behave(exchange: Exchange) -> None:
        if not after_headers:
            exchange.hang_up()
            return
        if exchange.is_streamed:
            exchange.begin_stream()
            if text:
                exchange.event(chunk(text))
        else:
            exchange.reply(b'{"choices": [', Content_Length="5000")
        exchange.hang_up()

    return behave


def ends_early(text: str) -> Behaviour:
    """Streams ``text`` and ends the stream properly, but neither says why it ended nor that it is done."""

    def behave(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.event(chunk(text))
        exchange.end_stream()

    return behave


def raw(content: str | bytes, *, kind: str = "application/json", **headers: str) -> Behaviour:
    """Answers bytes as they are: no JSON, HTML, compressed, wrong types, anything."""
    return lambda exchange: exchange.reply(
        content if isinstance(content, bytes) else content.encode(), kind=kind, **headers
    )


def raw_json(value: object) -> Behaviour:
    """Answers any JSON value."""
    return raw(json.dumps(value))


def raw_events(*events: object) -> Behaviour:
    """Streams events as they are: text that is no JSON, values of the wrong type, errors."""

    def behave(exchange: Exchange) -> None:
        exchange.begin_stream()
        for event in events:
            exchange.event(event)
        exchange.end_stream()

    return behave


def huge(n_characters: int) -> Behaviour:
    """Answers far more than anybody asked for."""

    def behave(exchange: Exchange) -> None:
        if not exchange.is_streamed:
            message = {"role": "assistant", "content": "x" * n_characters}
            exchange.reply(json.dumps(_completion(message, "stop", None)).encode())
            return
        exchange.begin_stream()
        for _ in range(0, n_characters, 50_000):
            exchange.event(chunk("x" * 50_000))
        _finish(exchange, "")

    return behave


def echoes_key() -> Behaviour:
    """Quotes the key that it was sent, in its answer."""

    def behave(exchange: Exchange) -> None:
        says(f"Your key is {exchange.authorization.removeprefix('Bearer ')}, is it not?", pieces=9)(exchange)

    return behave


def refuses_key() -> Behaviour:
    """Quotes the key that it was sent, in an error."""

    def behave(exchange: Exchange) -> None:
        fails(401, message=f"Incorrect API key provided: {exchange.authorization}")(exchange)

    return behave


# --- embeddings ------------------------------------------------------------------------------------------------------


def embed(text: str, dimension: int = DIMENSION) -> list[float]:
    """A unit vector in which texts with words in common are near to each other."""
    vector = [0.0] * dimension
    for word in re.findall(r"\w+", text.lower()) or [""]:
        digest = hashlib.sha256(word.encode()).digest()
        vector[digest[0] % dimension] += 1.0
        vector[digest[1] % dimension] += 0.5
    length = sum(value * value for value in vector) ** 0.5
    return [value / length for value in vector]


def _embeddings(exchange: Exchange) -> None:
    asked = exchange.body.get("input", "")
    texts = [asked] if isinstance(asked, str) else [str(text) for text in asked]
    is_packed = exchange.body.get("encoding_format") == "base64"
    vectors = [embed(text, int(exchange.body.get("dimensions") or DIMENSION)) for text in texts]
    data = [
        {"object": "embedding", "index": at, "embedding": _packed(vector) if is_packed else vector}
        for at, vector in enumerate(vectors)
    ]
    n_tokens = sum(len(text.split()) for text in texts)
    usage = {"prompt_tokens": n_tokens, "total_tokens": n_tokens}
    body = {"object": "list", "model": exchange.body.get("model"), "data": data, "usage": usage}
    exchange.reply(json.dumps(body).encode())


def _packed(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


# --- the protocol ----------------------------------------------------------------------------------------------------


def chunk(content: str | None, *, finish_reason: str | None = None) -> dict[str, Any]:
    """One piece of a streamed answer."""
    delta = {} if content is None else {"role": "assistant", "content": content}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": MODEL,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }


def _completion(message: dict[str, Any], finish_reason: str, usage: dict[str, int] | None) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    whole = {"id": "1", "object": "chat.completion", "created": 0, "model": MODEL, "choices": [choice]}
    return whole if usage is None else {**whole, "usage": usage}


def _usage(exchange: Exchange, text: str) -> dict[str, int]:
    read, written = len(exchange.prompt.split()), len(text.split())
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _finish(exchange: Exchange, rest: str) -> None:
    with contextlib.suppress(OSError):  # nobody may be listening any more
        exchange.event(chunk(rest))
        exchange.event(chunk(None, finish_reason="stop"))
        exchange.event("[DONE]")
        exchange.end_stream()


@contextmanager
def run_llm_server(*behaviours: Behaviour) -> Iterator[LlmServer]:
    """A server on a free loopback port, gone after the block; without behaviours it says "Hello."."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            models = [{"id": MODEL, "object": "model", "created": 0, "owned_by": "test"}]
            Exchange(state, self, {}).reply(json.dumps({"object": "list", "data": models}).encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            exchange = Exchange(state, self, body)
            state.authorizations.append(exchange.authorization)
            with contextlib.suppress(OSError):  # a client that does not listen any more
                if self.path.endswith("/embeddings"):
                    state.embedding_requests.append(body)
                    (state.embedding or _embeddings)(exchange)
                    return
                state.requests.append(body)
                state.next_behaviour()(exchange)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            del request, client_address  # a client hung up; the test knows why

    server = Server(("127.0.0.1", 0), Handler)
    state = LlmServer(f"http://127.0.0.1:{server.server_address[1]}/v1", behaviours or (says("Hello."),))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
