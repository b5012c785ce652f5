"""A client that talks to an ASGI application directly, without a server and without threads."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.types import ASGIApp, Message


class AsgiClient:
    """Requests to ``application`` as a browser at ``base_url`` sends them; cookies are kept, redirects not followed."""

    def __init__(self, application: ASGIApp, *, base_url: str = "http://127.0.0.1:8501") -> None:
        self._application = application
        self._base_url = base_url
        self.cookies = httpx.Cookies()

    def get(self, path: str, **options: Any) -> httpx.Response:
        """The answer to a GET; an error inside the application is answered, not raised."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """The answer to a POST, like ``get``."""
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer to any request."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._application, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url=self._base_url, cookies=self.cookies, trust_env=False
            ) as client:
                response = await client.request(method, path, **options)
                self.cookies = client.cookies
                return response

        return asyncio.run(send())

    def open_socket(self, path: str, *, origin: str) -> list[Message]:
        """What the application sends over a web socket that is opened and left alone."""
        sent: list[Message] = []
        host = urlsplit(self._base_url).netloc
        headers = [(b"host", host.encode()), (b"origin", origin.encode())]
        if self.cookies:
            headers.append((b"cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()).encode()))
        scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b"", "subprotocols": []}

        async def receive() -> Message:
            return {"type": "websocket.connect"}

        async def send(message: Message) -> None:
            sent.append(message)

        asyncio.run(self._application(scope, receive, send))  # type: ignore[arg-type]
        return sent
