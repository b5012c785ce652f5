"""Which machines are asked, and which spellings of the others are seen through."""

import socket
from typing import Any

import pytest

from core.errors import UserInputError
from core.fetching.addresses import find_target, is_public

INTERNAL = [
    "http://127.0.0.1/t.csv",
    "http://localhost/t.csv",
    "http://localhost./t.csv",
    "http://[::1]/t.csv",
    "http://[::]/t.csv",
    "http://[fec0::1]/t.csv",
    "http://0.0.0.0/t.csv",
    "http://10.1.2.3/t.csv",
    "http://172.16.0.1/t.csv",
    "http://192.168.1.1:8080/t.csv",
    "http://100.64.0.1/t.csv",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/t.csv",
    "http://[fd00::1]/t.csv",
    "http://[::ffff:127.0.0.1]/t.csv",
    "http://[::ffff:a9fe:a9fe]/t.csv",
    "http://[::7f00:1]/t.csv",
    "http://[64:ff9b::7f00:1]/t.csv",
    "http://[2002:7f00:1::]/t.csv",
    "http://224.0.0.1/t.csv",
    "http://[ff02::1]/t.csv",
    "http://255.255.255.255/t.csv",
    "http://240.0.0.1/t.csv",
]
DISGUISED = [
    "http://2130706433/t.csv",
    "http://0x7f000001/t.csv",
    "http://0x7f.1/t.csv",
    "http://0177.0.0.1/t.csv",
    "http://127.1/t.csv",
    "http://134744072/t.csv",
    "http://①②⑦.0.0.1/t.csv",
]


@pytest.mark.parametrize("url", INTERNAL)
def test_an_internal_machine_is_not_asked(url: str) -> None:
    with pytest.raises(UserInputError, match="internal network") as caught:
        find_target(url)
    assert "PRAXIS_FETCH_ALLOWED_HOSTS" in caught.value.hint
    assert caught.value.field == "url"


@pytest.mark.parametrize("url", DISGUISED)
def test_an_address_in_disguise_is_not_asked(url: str) -> None:
    with pytest.raises(UserInputError, match=r"unusual spelling|internal network"):
        find_target(url)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://example.org/t.csv", "ftp: addresses are not fetched"),
        ("file:///etc/passwd", "file: addresses are not fetched"),
        ("data:text/csv,a", "data: addresses are not fetched"),
        ("example.org/t.csv", "is no web address"),
        ("", "is no web address"),
        ("http://", "is not the name of a host"),
        ("http://exa mple.org/", "is not a web address"),
        ("http://example.org/\r\nHost: internal", "is not a web address"),
        ("http://[::1/t.csv", "is not a web address"),
        ("http://example.org:99999/", "is not a web address"),
        ("http://example.org:0/", "Port 0"),
        ("http://example.org:25/", "Port 25 is not one"),
        ("https://ann:secret@example.org/t.csv", "holds a user name or a password"),
        ("https://example.org\\@127.0.0.1/", "holds a user name or a password"),
        ("https://exa$mple.org/", "is not the name of a host"),
        ("https://" + "a" * 64 + ".org/", "is not the name of a host"),
        ("https://nobody-is-there.invalid/t.csv", "There is no host named"),
    ],
)
def test_what_is_no_address_of_a_file_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(UserInputError, match=sentence) as caught:
        find_target(url)
    assert "secret" not in caught.value.message


def test_a_host_that_is_allowed_by_name_may_be_internal() -> None:
    for allowed in ("127.0.0.1", "127.0.0.1:8123"):
        target = find_target("http://127.0.0.1:8123/a b.csv".replace(" ", "%20") + "?x=1#part", allowed_hosts={allowed})
        assert (target.addresses, target.authority, target.path) == (("127.0.0.1",), "127.0.0.1:8123", "/a%20b.csv?x=1")
    with pytest.raises(UserInputError, match="internal network"):
        find_target("http://127.0.0.1:8124/", allowed_hosts={"127.0.0.1:8123"})
    with pytest.raises(UserInputError, match="internal network"):
        find_target("http://localhost:8123/", allowed_hosts={"127.0.0.1"})


def test_a_name_with_one_internal_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_: str, port: int, **__: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("93.184.215.14", "10.0.0.7")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(UserInputError, match="internal network"):
        find_target("https://example.org/t.csv")


def test_a_public_name_keeps_the_addresses_it_was_judged_by(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    target = find_target("HTTPS://Bücher.Example.ORG./ä.csv")
    assert target.host == "xn--bcher-kva.example.org"
    assert target.url == "https://xn--bcher-kva.example.org/%C3%A4.csv"
    assert target.addresses == ("93.184.215.14",)
    assert asked == ["xn--bcher-kva.example.org"]


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2002:808:808::"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)
