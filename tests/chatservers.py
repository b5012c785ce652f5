"""A small server that speaks the chat-completions protocol, for what talks to a language model."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ChatServer:
    """Answers with ``replies``, one a request, the last one again and again; keeps what it was sent."""

    def __init__(self, url: str, replies: Sequence[object]) -> None:
        self.url = url
        self.replies = list(replies)
        self.requests: list[dict[str, Any]] = []
        self.release = threading.Event()

    def next_reply(self) -> object:
        """The reply for this request."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def call(name: str, **arguments: Any) -> dict[str, Any]:
    """A reply that chooses one call."""
    return calls((name, json.dumps(arguments)))


def calls(*chosen: tuple[str, str]) -> dict[str, Any]:
    """A reply that chooses calls with arguments as they are."""
    tool_calls = [
        {"id": f"call-{at}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for at, (name, arguments) in enumerate(chosen)
    ]
    message = {"role": "assistant", "content": None, "tool_calls": tool_calls}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": "tiny", "choices": [choice]}


SILENCE = "silence"
"""A reply that does not come until the server ends."""


@contextmanager
def run_chat_server(*replies: object) -> Iterator[ChatServer]:
    """A server on a free port. A reply is a JSON object, a number (that status), SILENCE, or text as it is."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.requests.append(json.loads(body))
            reply = state.next_reply()
            if reply is SILENCE:
                state.release.wait(30)
                return
            status = reply if isinstance(reply, int) else 200
            content = (reply if isinstance(reply, str) else json.dumps(reply)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = ChatServer(f"http://127.0.0.1:{server.server_address[1]}/v1", replies)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
