"""Who may talk to an instance: an access token where others can reach it, and no foreign web page anywhere.

A plain ASGI middleware around everything, pages and web sockets included.
"""

import hashlib
import hmac
import secrets
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.problems import problem
from core.settings import LOOPBACK_HOSTS, Settings

SESSION_S = 30 * 24 * 3600
SIGN_IN_PATH = "/sign-in"
OPEN_PATHS = frozenset({"/api/v1/health/live"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_FORM_BYTES = 10_000


class AccessMiddleware:
    """Lets a request through when its host, its origin and its credentials fit; answers it otherwise.

    Without an access token there is no sign-in, and only loopback names are served, so that a foreign page cannot
    reach the instance by pointing its own name at 127.0.0.1.
    """

    def __init__(self, application: ASGIApp, *, settings: Settings) -> None:
        self._application = application
        self._token = settings.access_token.get_secret_value()
        named = {name.strip().lower() for name in settings.allowed_hosts.split(",") if name.strip()}
        self._hosts = named | LOOPBACK_HOSTS | {settings.host.lower()}
        self._cookie = cookie_name(settings.port)
        self._any_host = not settings.is_loopback and not named
        self._session = hmac.new(self._token.encode(), b"praxis session 1", hashlib.sha256).hexdigest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._application(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None and self._token and scope["type"] == "http" and scope["path"] == SIGN_IN_PATH:
            refusal = await self._sign_in(Request(scope, receive))
        if refusal is None:
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})
        else:
            await refusal(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = _host_name(headers.get("host", ""))
        if not self._any_host and host not in self._hosts:
            return problem(
                403,
                "Unknown host name",
                f"This instance does not answer as {host!r}.",
                code="host",
                hint="Add the name to PRAXIS_ALLOWED_HOSTS.",
            )
        if _is_foreign(scope, headers):
            return problem(403, "Foreign origin", "Another web site may not act here.", code="origin")
        if not self._token or scope["path"] in OPEN_PATHS or scope["path"] == SIGN_IN_PATH:
            return None
        if self._is_signed_in(headers):
            return None
        if scope["path"].startswith("/api"):
            answer = problem(
                401,
                "Sign-in needed",
                "This instance asks for its access token.",
                code="sign_in",
                hint="Send the header Authorization: Bearer <PRAXIS_ACCESS_TOKEN>.",
            )
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        return RedirectResponse(SIGN_IN_PATH, status_code=303)

    def _is_signed_in(self, headers: Headers) -> bool:
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return _same(credentials.strip(), self._token)
        return _same(cookie_parser(headers.get("cookie", "")).get(self._cookie, ""), self._session)

    async def _sign_in(self, request: Request) -> Response:
        if request.method != "POST":
            return HTMLResponse(_page(""))
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_FORM_BYTES:
                return HTMLResponse(_page("That is too long for a token."), status_code=400)
        given = parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0]
        if not _same(given.strip(), self._token):
            return HTMLResponse(_page("That is not the access token of this instance."), status_code=401)
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(
            self._cookie,
            self._session,
            max_age=SESSION_S,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer


def cookie_name(port: int) -> str:
    """The session cookie of the instance at ``port``: browsers share cookies between the ports of a host."""
    return f"praxis_session_{port}"


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_foreign(scope: Scope, headers: Headers) -> bool:
    """Whether a page of another origin sent this: browsers say so in ``Origin`` for everything that changes state."""
    origin = headers.get("origin")
    if origin is None or (scope["type"] == "http" and scope["method"] in SAFE_METHODS):
        return False
    try:
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    except ValueError:
        return True


def _same(given: str, expected: str) -> bool:
    return secrets.compare_digest(given.encode(), expected.encode())


def _page(message: str) -> str:
    alert: Any = f'<p role="alert">{escape(message)}</p>' if message else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in to Praxis</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 90vh; margin: 0 1rem; }}
form {{ width: min(22rem, 100%); display: grid; gap: .75rem; }}
h1 {{ font-size: 1.5rem; margin: 0; }}
input, button {{ font: inherit; padding: .6rem .75rem; border-radius: .5rem; border: 1px solid #8886; }}
button {{ background: #0b6e8a; color: #fff; border: 0; cursor: pointer; }}
p {{ margin: 0; }} [role=alert] {{ color: #c0392b; }}
</style></head><body><form method="post" action="{SIGN_IN_PATH}">
<h1>Praxis</h1><p>This instance asks for its access token. Whoever runs it can tell you.</p>
<label for="token">Access token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
{alert}<button>Sign in</button></form></body></html>"""
