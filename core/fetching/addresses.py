"""Which machines may be asked: public addresses, and hosts that the settings allow by name.

A name is resolved once, every address it has is judged, and the connection goes to an address that was judged: what the
name means a moment later makes no difference.
"""

import ipaddress
import re
import socket
import threading
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from core.errors import UserInputError
from core.tables.detection import shorten

PORTS = {"http": 80, "https": 443}
ODD_PORTS = frozenset(range(1, 1024)) - {80, 443}
"""Services other than web servers answer here; files for people are not."""
RESOLVE_TIMEOUT_S = 10.0
MAX_URL_LENGTH = 4_000

_NUMERIC_HOST = re.compile(r"(.*\.)?(0[xX][0-9a-fA-F]*|[0-9]+)\.?")
"""A host whose last part is a number is an address in disguise (WHATWG URL, 3.5), such as 0x7f.1 or 2130706433."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, kw_only=True)
class Target:
    """One hop of a fetch, judged and ready to be connected to."""

    scheme: str
    host: str
    """Lower case, in ASCII, without brackets: what the certificate must be for."""
    port: int
    path: str
    """Path and query as they go into the request."""
    addresses: tuple[str, ...]
    """In the order of the resolver; all of them were judged."""

    @property
    def url(self) -> str:
        """The address of the hop, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """Host and, if unusual, port: the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def find_target(url: str, *, allowed_hosts: Collection[str] = ()) -> Target:
    """Where ``url`` leads, after its name was resolved and judged.

    Args:
        url: As a person typed it or a server redirected to.
        allowed_hosts: Lower-case names (or addresses) that may be internal, each with or without ``:port``.

    Raises:
        UserInputError: It is no web address, leads to an internal machine, or its name means nothing.
    """
    parts = _split(url)
    host, port = _host(parts), _port(parts)
    is_allowed = host in allowed_hosts or f"{host}:{port}" in allowed_hosts
    if not is_allowed:
        if port in ODD_PORTS:
            raise _refusal(f"Port {port} is not one that web pages are served from.", "Use an address on port 443.")
        if _NUMERIC_HOST.fullmatch(host) and not _is_plain_address(host):
            raise _refusal(f"{shorten(host)} is an address in an unusual spelling.", "Write the name of the host.")
    addresses = _resolve(host, port)
    if not is_allowed and any(not is_public(address) for address in addresses):
        raise _refusal(
            f"{shorten(host)} is a machine of an internal network, which is not asked for files.",
            "Download the file and upload it here, or have the host added to PRAXIS_FETCH_ALLOWED_HOSTS.",
        )
    path = parts.path or "/"
    if parts.query:
        path += f"?{parts.query}"
    return Target(scheme=parts.scheme.lower(), host=host, port=port, path=_quoted(path), addresses=addresses)


def is_public(address: str) -> bool:
    """Whether ``address`` belongs to a machine that anyone on the internet may ask.

    IPv6 addresses that carry an IPv4 address (mapped, compatible, 6to4, Teredo, NAT64) are judged by that one too.

    Example:
        >>> [is_public(address) for address in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1")]
        [True, False, False, False]
    """
    return all(_is_open(candidate) for candidate in _carried(ipaddress.ip_address(address.partition("%")[0])))


def _is_open(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:  # long out of use, still routed inside
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _carried(address: Address) -> tuple[Address, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address, address.sixtofour)
    if address.teredo:
        return (address, *address.teredo)
    number = int(address)
    if address in _NAT64:
        return (ipaddress.IPv4Address(number & 0xFFFFFFFF),)
    if number >> 32 == 0 and number > 1:  # ::a.b.c.d, long out of use
        return (address, ipaddress.IPv4Address(number))
    return (address,)


def _split(url: str) -> SplitResult:
    text = url.strip()
    if len(text) > MAX_URL_LENGTH or any(character.isspace() or not character.isprintable() for character in text):
        raise _refusal(f"{shorten(text)} is not a web address.", "It may hold no blanks; copy it once more.")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise _refusal(f"{shorten(text)} is not a web address.", "Copy it once more from the browser.") from error
    if parts.scheme.lower() not in PORTS:
        what = f"{parts.scheme}: addresses are not fetched." if parts.scheme else f"{shorten(text)} is no web address."
        raise _refusal(what, "Give an address that starts with https:// or http://.")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise _refusal(
            "The address holds a user name or a password, which would be stored with the dataset.",
            "Leave out what stands before the @, or download the file and upload it here.",
        )
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    if ":" in host or _is_plain_address(host):
        return host
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_host = ""
    if not ascii_host or not all(_LABEL.fullmatch(label) for label in ascii_host.split(".")):
        raise _refusal(f"{shorten(host)} is not the name of a host.", "Copy the address once more.")
    return ascii_host


def _port(parts: SplitResult) -> int:
    port = parts.port
    if port == 0:
        raise _refusal("Port 0 does not exist.", "Leave the port out.")
    return port or PORTS[parts.scheme.lower()]


def _is_plain_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of ``host``. The system's resolver knows no time limit, so it runs on a thread of its own."""
    answers: list[tuple[str, ...]] = []

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        answers.append(tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))

    thread = threading.Thread(target=look_up, name="resolver", daemon=True)
    thread.start()
    thread.join(RESOLVE_TIMEOUT_S)
    if not answers or not answers[0]:
        raise _refusal(
            f"There is no host named {shorten(host)}, as far as this machine can tell.",
            "Check the spelling, and that this machine is connected to the internet.",
        )
    return answers[0]


def _quoted(path: str) -> str:
    """Letters beyond ASCII as UTF-8 percent signs; what is quoted already stays."""
    from urllib.parse import quote

    return quote(path, safe="/?&=+$,;:@!~*'()%[]|^#")


def _refusal(message: str, hint: str) -> UserInputError:
    return UserInputError(message, hint=hint, field="url")
