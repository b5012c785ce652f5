"""Who is let through, and how the others are answered."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from app.access import AccessMiddleware, cookie_name
from app.instance import check_exposure
from core.errors import UserInputError
from core.settings import Settings
from tests.asgi import AsgiClient

TOKEN = "a long random secret"
HERE = "http://127.0.0.1:8501"
COOKIE = cookie_name(8501)


async def _answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.url.path)


async def _talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


def make_client(base_url: str = HERE, **settings: Any) -> AsgiClient:
    application = Starlette(
        routes=[
            WebSocketRoute("/live", _talk),
            Route("/{path:path}", _answer, methods=["GET", "POST"]),
        ],
        middleware=[Middleware(AccessMiddleware, settings=Settings(_env_file=None, **settings))],  # type: ignore[call-arg]
    )
    return AsgiClient(application, base_url=base_url)


def signed_in() -> AsgiClient:
    client = make_client(access_token=TOKEN)
    assert client.post("/sign-in", data={"token": TOKEN}).status_code == 303
    return client


# --- Without a token -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "LOCALHOST"])
def test_loopback_names_need_no_sign_in(host: str) -> None:
    assert make_client().get("/api/v1/runs", headers={"host": host}).text == "/api/v1/runs"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8501", ""])
def test_another_host_name_is_refused(host: str) -> None:
    for path in ("/", "/api/v1/runs", "/api/v1/health/live"):
        answer = make_client().get(path, headers={"host": host})
        assert answer.status_code == 403
        assert answer.json()["type"] == "about:blank#host"


def test_a_named_host_is_served() -> None:
    client = make_client(allowed_hosts="praxis.example, lab.example")
    assert client.get("/", headers={"host": "lab.example"}).status_code == 200
    assert client.get("/", headers={"host": "other.example"}).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9999", "null", "https://localhost"])
def test_a_foreign_page_cannot_change_anything(origin: str) -> None:
    answer = make_client().post("/api/v1/runs", headers={"origin": origin})
    assert answer.status_code == 403
    assert answer.json()["type"] == "about:blank#origin"


def test_our_own_page_and_programs_may_change_things() -> None:
    client = make_client()
    assert client.post("/api/v1/runs", headers={"origin": HERE}).status_code == 200
    assert client.post("/api/v1/runs").status_code == 200


REFUSED = [{"type": "websocket.close", "code": 4403}]


def said(messages: list[Any]) -> list[Any]:
    return [message["text"] for message in messages if message["type"] == "websocket.send"]


def test_a_foreign_page_cannot_open_a_web_socket() -> None:
    client = make_client()
    assert client.open_socket("/live", origin="http://evil.example") == REFUSED
    assert said(client.open_socket("/live", origin=HERE)) == ["hello"]


# --- With a token ----------------------------------------------------------------------------------------------------


def test_a_program_without_the_token_is_told_how_to_show_it() -> None:
    answer = make_client(access_token=TOKEN).get("/api/v1/runs")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["hint"] == "Send the header Authorization: Bearer <PRAXIS_ACCESS_TOKEN>."
    assert TOKEN not in answer.text


def test_a_person_without_a_session_comes_to_the_sign_in_page() -> None:
    client = make_client(access_token=TOKEN)
    answer = client.get("/train")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    page = client.get("/sign-in")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<form method="post" action="/sign-in">' in page.text


@pytest.mark.parametrize("header", [f"Bearer {TOKEN}", f"bearer  {TOKEN} "])
def test_the_bearer_token_opens_the_api(header: str) -> None:
    answer = make_client(access_token=TOKEN).get("/api/v1/runs", headers={"authorization": header})
    assert answer.text == "/api/v1/runs"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"])
def test_a_wrong_bearer_token_does_not(header: str) -> None:
    assert make_client(access_token=TOKEN).get("/api/v1/runs", headers={"authorization": header}).status_code == 401


def test_signing_in_gives_a_cookie_that_scripts_cannot_read_and_that_is_not_the_token() -> None:
    client = make_client(access_token=TOKEN)
    answer = client.post("/sign-in", data={"token": f" {TOKEN} "}, headers={"origin": HERE})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert "Secure" not in cookie  # this connection is not
    assert client.get("/train").text == "/train"
    assert client.get("/api/v1/runs").status_code == 200


def test_the_cookie_of_a_secure_connection_stays_on_secure_ones() -> None:
    client = make_client("https://localhost", access_token=TOKEN)
    assert "Secure" in client.post("/sign-in", data={"token": TOKEN}).headers["set-cookie"]


def test_a_wrong_token_gives_no_cookie() -> None:
    client = make_client(access_token=TOKEN)
    answer = client.post("/sign-in", data={"token": "<b>guess</b>"})
    assert answer.status_code == 401
    assert "That is not the access token of this instance." in answer.text
    assert "guess" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("body", [b"", b"token=", b"other=1", b"\xff\xfe", b"token=" + b"x" * 20_000])
def test_odd_sign_in_forms_are_refused(body: bytes) -> None:
    client = make_client(access_token=TOKEN)
    answer = client.post("/sign-in", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code in (400, 401)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("cookie", [f"{COOKIE}=wrong", f"{COOKIE}=", f"{COOKIE}={TOKEN}", "a b;c=;=", 'x="'])
def test_a_forged_or_broken_cookie_is_no_session(cookie: str) -> None:
    client = make_client(access_token=TOKEN)
    assert client.get("/api/v1/runs", headers={"cookie": cookie}).status_code == 401


def test_a_session_of_another_token_is_over() -> None:
    cookie = signed_in().cookies[COOKIE]
    other = make_client(access_token="another secret")
    assert other.get("/api/v1/runs", headers={"cookie": f"{COOKIE}={cookie}"}).status_code == 401


def test_a_signed_in_browser_is_still_not_a_tool_of_foreign_pages() -> None:
    client = signed_in()
    assert client.post("/api/v1/runs", headers={"origin": "http://evil.example"}).status_code == 403


def test_a_web_socket_needs_the_session() -> None:
    assert make_client(access_token=TOKEN).open_socket("/live", origin=HERE) == REFUSED
    assert said(signed_in().open_socket("/live", origin=HERE)) == ["hello"]


def test_the_liveness_check_needs_no_token() -> None:
    client = make_client(access_token=TOKEN)
    assert client.get("/api/v1/health/live").status_code == 200
    assert client.get("/api/v1/health").status_code == 401


def test_an_open_instance_answers_under_any_name_unless_names_are_given() -> None:
    everywhere = make_client(access_token=TOKEN, host="0.0.0.0")
    assert everywhere.get("/api/v1/runs", headers={"host": "lab.example"}).status_code == 401
    named = make_client(access_token=TOKEN, host="0.0.0.0", allowed_hosts="lab.example")
    assert named.get("/api/v1/runs", headers={"host": "lab.example"}).status_code == 401
    assert named.get("/api/v1/runs", headers={"host": "other.example"}).status_code == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "lab.example"])
def test_an_open_address_without_a_token_is_refused(host: str) -> None:
    with pytest.raises(UserInputError) as caught:
        check_exposure(Settings(_env_file=None, host=host))  # type: ignore[call-arg]
    assert caught.value.field == "access_token"
    check_exposure(Settings(_env_file=None, host=host, access_token=TOKEN))  # type: ignore[call-arg]


def test_an_odd_cookie_of_another_application_does_not_hide_ours() -> None:
    session = signed_in().cookies[COOKIE]
    client = make_client(access_token=TOKEN)
    answer = client.get("/api/v1/runs", headers={"cookie": f'a={{"x": 1}}; {COOKIE}={session}'})
    assert answer.status_code == 200


@pytest.mark.parametrize("header", [{"host": "["}, {"host": "http://["}])
def test_a_host_that_is_no_host_is_refused(header: dict[str, str]) -> None:
    assert make_client().get("/api/v1/runs", headers=header).status_code == 403


def test_an_origin_that_is_no_address_is_refused() -> None:
    assert make_client().post("/api/v1/runs", headers={"origin": "http://["}).status_code == 403


def test_a_concrete_address_is_served_beside_the_named_hosts() -> None:
    client = make_client("http://192.168.1.5:8501", host="192.168.1.5", access_token=TOKEN, allowed_hosts="lab.example")
    assert client.get("/api/v1/health/live").status_code == 200
