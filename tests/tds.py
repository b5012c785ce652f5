"""A small server that speaks the protocol of SQL Server (MS-TDS 7.4), so that its real driver has somebody to talk to.

It knows some tables, answers what a catalogue is asked, and repeats typed values; it is no database. What it shows is
that connecting, encryption, sign-in, parameters, types, errors and cancelling work over the wire.
"""

import contextlib
import re
import socket
import socketserver
import ssl
import struct
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

USER, PASSWORD, DATABASE = "reader", "right horse", "shop"
PRELOGIN, LOGIN, BATCH, RPC, TRANSACTION, ATTENTION, REPLY = 0x12, 0x10, 0x01, 0x03, 0x0E, 0x06, 0x04
_COLLATION = bytes([0x09, 0x04, 0xD0, 0x00, 0x34])
_DONE, _DONE_ATTENTION = 0xFD, 0x20
_HEADER = struct.Struct(">BBHHBB")


@dataclass(frozen=True)
class Type:
    """How a column is announced and how its values are written."""

    name: str
    announce: bytes
    write: Callable[[Any], bytes]


def _sized(content: bytes) -> bytes:
    return bytes([len(content)]) + content


def _decimal(value: Decimal) -> bytes:
    digits = abs(int(value.scaleb(4)))
    return bytes([0x01 if value >= 0 else 0x00]) + digits.to_bytes(16, "little")


def _days(value: date) -> bytes:
    return (value - date(1, 1, 1)).days.to_bytes(3, "little")


def _moment(value: datetime) -> bytes:
    ticks = (value - datetime.combine(value.date(), datetime.min.time())) // timedelta(microseconds=1) * 10
    return ticks.to_bytes(5, "little") + _days(value.date())


def _money(value: Decimal) -> bytes:
    high, low = divmod(int(value.scaleb(4)), 1 << 32)
    return struct.pack("<iI", high, low)


INT = Type("int", b"\x26\x04", lambda value: struct.pack("<i", value))
BIGINT = Type("bigint", b"\x26\x08", lambda value: struct.pack("<q", value))
FLOAT = Type("float", b"\x6d\x08", lambda value: struct.pack("<d", value))
BIT = Type("bit", b"\x68\x01", lambda value: bytes([value]))
DECIMAL = Type("decimal", b"\x6a\x11\x12\x04", _decimal)
MONEY = Type("money", b"\x6e\x08", _money)
DATE = Type("date", b"\x28", _days)
DATETIME2 = Type("datetime2", b"\x2a\x07", _moment)
GUID = Type("uniqueidentifier", b"\x24\x10", lambda value: value.bytes_le)
TEXT = Type("nvarchar", b"\xe7\x40\x1f" + _COLLATION, lambda value: value.encode("utf-16-le"))


@dataclass(frozen=True)
class Table:
    """Rows with typed columns."""

    columns: dict[str, Type]
    rows: list[tuple[Any, ...]]


SALES = Table(
    {
        "id": INT,
        "big": BIGINT,
        "amount": DECIMAL,
        "price": MONEY,
        "share": FLOAT,
        "paid": BIT,
        "on_day": DATE,
        "at": DATETIME2,
        "key": GUID,
        "note]s": TEXT,
    },
    [
        (
            i,
            2**53 + i,
            Decimal(i) / 4,
            Decimal("-0.5") * i,
            i / 3,
            i % 2 == 0,
            date(2024, 2, 28) + timedelta(days=i),
            datetime(2024, 2, 29, 23, 59, 59, 250_000) + timedelta(seconds=i),
            uuid.UUID(int=i),
            f"Zürich {i} 😀",
        )
        if i % 7
        else (i, *[None] * 9)
        for i in range(1, 501)
    ],
)


@dataclass
class TdsServer:
    """What the server knows, and what it has heard."""

    port: int = 0
    tables: dict[tuple[str, str], Table] = field(default_factory=lambda: {("dbo", "sales"): SALES})
    statements: list[str] = field(default_factory=list)
    n_cancelled: int = 0


class Refused(Exception):
    """An error of the server, with its number."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.number = number


class _Session(socketserver.BaseRequestHandler):
    server: "_Listener"

    def handle(self) -> None:
        self.stream: Any = self.request
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            self._greet()
            while True:
                kind, content = self._receive()
                try:
                    self._send(self._answer(kind, content))
                except Refused as error:
                    failed = Refused(18456, "Login failed for user 'reader'.")
                    more = _error(failed) if error.number == 4060 else b""
                    self._send(_error(error) + more + _done(status=2))
                    if error.number in (18456, 4060):
                        return

    def _greet(self) -> None:
        _, content = self._receive()
        wants_tls = content[_option(content, 0x01)] in (0x01, 0x03)
        context = self.server.tls
        if wants_tls and context is None:
            self._send(_prelogin(encryption=0x02))
            return
        self._send(_prelogin(encryption=0x01 if wants_tls else 0x02))
        if wants_tls and context is not None:
            self.stream = _Tunnel(self, context)

    def _answer(self, kind: int, content: bytes) -> bytes:
        if kind == LOGIN:
            return self._sign_in(content)
        if kind == TRANSACTION:
            return _environment(8, struct.pack("<BQ", 8, 1) + b"\x00") + _done()
        sql, values = _statement(content) if kind == BATCH else _procedure(content)
        self.server.known.statements.append(sql)
        return self._run(sql, values)

    def _sign_in(self, content: bytes) -> bytes:
        user, password, database = (_login_text(content, place) for place in (40, 44, 68))
        clear = bytes((byte ^ 0xA5) >> 4 | (byte ^ 0xA5) << 4 & 0xF0 for byte in password)
        if (user.decode("utf-16-le"), clear.decode("utf-16-le")) != (USER, PASSWORD):
            raise Refused(18456, f"Login failed for user '{user.decode('utf-16-le')}'.")
        if database.decode("utf-16-le") != DATABASE:
            raise Refused(4060, f'Cannot open database "{database.decode("utf-16-le")}" requested by the login.')
        name = "A server for tests"
        body = b"\x01" + b"\x74\x00\x00\x04" + _text8(name) + bytes([16, 0, 0, 1])
        size = _text8("4096") + _text8("4096")
        return _environment(4, size) + b"\xad" + struct.pack("<H", len(body)) + body + _done()

    def _run(self, sql: str, values: list[str]) -> bytes:
        known = self.server.known
        text = " ".join(sql.split())
        if "SERVERPROPERTY" in text:
            return _result(Table({"": TEXT}, [("16.0.1000.6",)]))
        if text.upper().startswith("WAITFOR") or "pause" in text:
            return self._wait_for_attention()
        if "FROM sys.objects" in text:
            listed = [(schema, name, "U ", len(table.rows)) for (schema, name), table in sorted(known.tables.items())]
            return _result(Table({"s": TEXT, "n": TEXT, "t": TEXT, "r": BIGINT}, listed))
        if "FROM sys.columns" in text:
            table = known.tables.get((values[0], values[1]))
            columns = [(name, kind.name) for name, kind in table.columns.items()] if table else []
            return _result(Table({"c": TEXT, "t": TEXT}, columns))
        if match := re.search(r"FROM \[?(\w+)\]?\.\[?(\w+)\]?", text):
            table = known.tables.get((match[1], match[2]))
            if table is None:
                raise Refused(208, f"Invalid object name '{match[1]}.{match[2]}'.")
            return _result(table)
        return _done()

    def _wait_for_attention(self) -> bytes:
        try:
            kind, _ = self._receive()
        finally:
            self.server.known.n_cancelled += 1
        assert kind == ATTENTION
        return _done(status=_DONE_ATTENTION)

    def _receive(self) -> tuple[int, bytes]:
        content = b""
        while True:
            kind, status, length, *_ = _HEADER.unpack(self.read(_HEADER.size))
            content += self.read(length - _HEADER.size)
            if status & 1:
                return kind, content

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes of what the client sends."""
        content = b""
        while len(content) < size:
            part = self.stream.recv(size - len(content))
            if not part:
                raise ConnectionResetError
            content += part
        return content

    def _send(self, content: bytes) -> None:
        parts = [content[i : i + 4_088] for i in range(0, len(content), 4_088)]
        for number, part in enumerate(parts, start=1):
            is_last = number == len(parts)
            header = _HEADER.pack(REPLY, is_last, len(part) + _HEADER.size, 0, number % 256, 0)
            self.stream.sendall(header + part)


class _Tunnel:
    """TLS whose handshake travels inside pre-login packets, as the protocol wants it; bare afterwards."""

    def __init__(self, session: _Session, context: ssl.SSLContext) -> None:
        self._socket: socket.socket = session.request
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._wrap_outgoing()
                header = session.read(_HEADER.size)
                self._incoming.write(session.read(_HEADER.unpack(header)[2] - _HEADER.size))
            except ssl.SSLError:
                self._wrap_outgoing()
                raise
        self._wrap_outgoing()

    def _wrap_outgoing(self) -> None:
        if content := self._outgoing.read():
            self._socket.sendall(_HEADER.pack(PRELOGIN, 1, len(content) + _HEADER.size, 0, 1, 0) + content)

    def recv(self, size: int) -> bytes:
        """See ``socket.recv``."""
        while True:
            try:
                return self._tls.read(size)
            except ssl.SSLWantReadError:
                part = self._socket.recv(65_536)
                if not part:
                    return b""
                self._incoming.write(part)
            except ssl.SSLZeroReturnError:
                return b""

    def sendall(self, content: bytes) -> None:
        """See ``socket.sendall``."""
        self._tls.write(content)
        self._socket.sendall(self._outgoing.read())


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    known: TdsServer
    tls: ssl.SSLContext | None


@contextlib.contextmanager
def run_tds(tls: ssl.SSLContext | None = None) -> Iterator[TdsServer]:
    """A server on a free loopback port; with ``tls`` it offers encryption, without it has none."""
    with _Listener(("127.0.0.1", 0), _Session) as listener:
        listener.known, listener.tls = TdsServer(port=listener.server_address[1]), tls
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield listener.known
        listener.shutdown()
        thread.join()


def _option(content: bytes, wanted: int) -> int:
    """Where the value of a pre-login option begins."""
    place = 0
    while content[place] != 0xFF:
        if content[place] == wanted:
            return int(struct.unpack_from(">H", content, place + 1)[0])
        place += 5
    raise ConnectionResetError


def _prelogin(*, encryption: int) -> bytes:
    options = ((0x00, bytes([16, 0, 3, 232, 0, 0])), (0x01, bytes([encryption])), (0x02, b"\x00"), (0x04, b"\x00"))
    place, table, values = 5 * len(options) + 1, b"", b""
    for option, value in options:
        table += struct.pack(">BHH", option, place + len(values), len(value))
        values += value
    return table + b"\xff" + values


def _login_text(content: bytes, place: int) -> bytes:
    start, length = struct.unpack_from("<HH", content, place)
    return content[start : start + 2 * length]


def _statement(content: bytes) -> tuple[str, list[str]]:
    (headers,) = struct.unpack_from("<I", content)
    return content[headers:].decode("utf-16-le"), []


def _procedure(content: bytes) -> tuple[str, list[str]]:
    """The statement and the texts that ``sp_executesql`` is called with."""
    (headers,) = struct.unpack_from("<I", content)
    place = headers + 6  # the marker of a known procedure, its number, options
    texts = []
    while place < len(content):
        place += 1 + 2 * content[place] + 1  # name and flags
        assert content[place] == 0xE7, "only texts are understood"
        (longest,) = struct.unpack_from("<H", content, place + 1)
        place += 8
        if longest == 0xFFFF:
            text, place = _long_text(content, place + 8)
        else:
            (length,) = struct.unpack_from("<H", content, place)
            text = content[place + 2 : place + 2 + length]
            place += 2 + length
        texts.append(text.decode("utf-16-le"))
    return texts[0], texts[2:]


def _long_text(content: bytes, place: int) -> tuple[bytes, int]:
    text = b""
    while True:
        (length,) = struct.unpack_from("<I", content, place)
        place += 4
        if not length:
            return text, place
        text += content[place : place + length]
        place += length


def _result(table: Table) -> bytes:
    out = b"\x81" + struct.pack("<H", len(table.columns))
    for name, kind in table.columns.items():
        out += struct.pack("<IH", 0, 0x01) + kind.announce + _text8(name)
    for row in table.rows:
        out += b"\xd1" + b"".join(_value(kind, value) for kind, value in zip(table.columns.values(), row, strict=True))
    return out + _done(n_rows=len(table.rows))


def _value(kind: Type, value: Any) -> bytes:
    if kind is TEXT:
        return b"\xff\xff" if value is None else struct.pack("<H", len(kind.write(value))) + kind.write(value)
    return b"\x00" if value is None else _sized(kind.write(value))


def _text8(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("utf-16-le")


def _environment(kind: int, body: bytes) -> bytes:
    return b"\xe3" + struct.pack("<HB", len(body) + 1, kind) + body


def _error(error: Refused) -> bytes:
    text = str(error)
    body = struct.pack("<iBB", error.number, 1, 14) + struct.pack("<H", len(text)) + text.encode("utf-16-le")
    body += _text8("server") + _text8("") + struct.pack("<i", 1)
    return b"\xaa" + struct.pack("<H", len(body)) + body


def _done(*, status: int = 0, n_rows: int = 0) -> bytes:
    return struct.pack("<BHHQ", _DONE, status | (0x10 if n_rows else 0), 0xC1, n_rows)
