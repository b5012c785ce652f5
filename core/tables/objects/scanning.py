"""Objects out of a JSON file of any size, one after another, with bounded memory."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from core.errors import UnreadableFile
from core.tables.detection import HEAD_BYTES, shorten, wide_text_encoding
from core.tables.names import listed

CHUNK_CHARACTERS = 1024 * 1024
MAX_VALUE_CHARACTERS = 64 * 1024 * 1024
"""Largest object, and largest list of a column."""
_BLANKS = re.compile(r"[ \t\r\n]*")
_NEAR_END = 32
"""An error so close to the end of what was read may only be a value that goes on."""

Object = dict[str, Any]

_LIST_HINT = 'Choose a list of objects, such as [{"a": 1}, {"a": 2}], or one object on each line.'


def objects_of(path: Path) -> Iterator[Object]:
    """The rows of a JSON file: a list of objects, one list of objects inside an object, or an object of columns.

    Raises:
        UnreadableFile: The text is not JSON, or not a table; with the line where it shows.
    """
    with open_text(path) as text:
        scanner = _Scanner(text)
        first = scanner.peek()
        if first == "[":
            yield from _elements(scanner)
        elif first == "{":
            yield from _members(scanner)
        else:
            raise scanner.fault("it starts neither with a list nor with an object")
        if scanner.peek():
            raise scanner.fault("something follows the end of the value")


def objects_of_lines(path: Path) -> Iterator[Object]:
    """The rows of a JSON Lines file: one object on each line; blank lines are skipped.

    Raises:
        UnreadableFile: A line is not an object; with its number.
    """
    with open_text(path) as text:
        for number, line in enumerate(_lines(text), start=1):
            if not line.strip():
                continue
            try:
                value = _DECODER.decode(line)
            except (ValueError, RecursionError) as error:
                raise UnreadableFile(
                    f"Line {number:,} is not JSON: {_reason(error)}.",
                    hint="Write one whole object on each line, or save the objects as one list.",
                ) from error
            if not isinstance(value, dict):
                raise UnreadableFile(f"Line {number:,} holds {_kind(value)}, not an object.", hint=_LIST_HINT)
            yield value


def open_text(path: Path) -> TextIO:
    """The file as text: UTF-8, or UTF-16 where the bytes say so; bytes that are neither fail while reading."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    wide = wide_text_encoding(head)
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else wide or "utf-8-sig"
    return path.open(encoding=encoding, newline="")


def starts_with_list(path: Path) -> bool:
    """Whether the first sign of the file opens a list."""
    try:
        with open_text(path) as text:
            return text.read(CHUNK_CHARACTERS).lstrip().startswith("[")
    except UnicodeDecodeError:
        return False


def _lines(text: TextIO) -> Iterator[str]:
    while True:
        try:
            line = text.readline(MAX_VALUE_CHARACTERS)
        except UnicodeDecodeError as error:
            raise _not_utf8() from error
        if not line:
            return
        if len(line) == MAX_VALUE_CHARACTERS and not line.endswith("\n"):
            raise _too_large()
        yield line


class _Scanner:
    """A position in a JSON text of which only a window is in memory."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._window = ""
        self._at = 0
        self._line = 1
        self._is_over = False

    def peek(self) -> str:
        """The next sign that is no blank; empty at the end."""
        while True:
            match = _BLANKS.match(self._window, self._at)
            assert match is not None
            self._at = match.end()
            if self._at < len(self._window) or not self._more():
                return self._window[self._at : self._at + 1]

    def take(self, signs: str, what: str) -> str:
        """The next sign, which has to be one of ``signs``."""
        sign = self.peek()
        if not sign or sign not in signs:
            raise self.fault(what)
        self._at += 1
        return sign

    def second(self) -> str:
        """The first sign inside the list or object that begins here, without moving."""
        while True:
            match = _BLANKS.match(self._window, self._at + 1)
            end = match.end() if match else self._at + 1
            if end < len(self._window) or not self._more():
                return self._window[end : end + 1]

    def value(self) -> Any:
        """The value that begins here."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._window, self._at)
            except json.JSONDecodeError as error:
                goes_on = error.msg.startswith("Unterminated string") or error.pos >= len(self._window) - _NEAR_END
                if goes_on and not self._is_over:
                    self._more()
                    continue
                self._at = min(error.pos, len(self._window))
                raise self.fault(_reason(error)) from error
            except (ValueError, RecursionError) as error:
                raise self.fault(_reason(error)) from error
            if end < len(self._window) or self._is_over:
                self._at = end
                return value
            self._more()  # a number may go on behind the window

    def fault(self, reason: str) -> UnreadableFile:
        """The refusal of what stands here."""
        line = self._line + self._window.count("\n", 0, self._at)
        ending = " The file may have been cut off." if not self._window[self._at :].strip() else ""
        return UnreadableFile(
            f"The file is not JSON: in line {line:,} {reason}.{ending}",
            hint="Write it again with a program that knows JSON, or save the table as CSV.",
        )

    def _more(self) -> bool:
        """Read on; False at the end of the file."""
        if self._is_over:
            return False
        if self._at:
            self._line += self._window.count("\n", 0, self._at)
            self._window, self._at = self._window[self._at :], 0
        try:
            chunk = self._text.read(max(CHUNK_CHARACTERS, len(self._window)))
        except UnicodeDecodeError as error:
            raise _not_utf8() from error
        self._is_over = not chunk
        self._window += chunk
        if len(self._window) > 2 * MAX_VALUE_CHARACTERS:
            raise _too_large()
        return bool(chunk)


def _elements(scanner: _Scanner) -> Iterator[Object]:
    """The objects of the list that begins here."""
    scanner.take("[", "a list is missing")
    if scanner.peek() == "]":
        scanner.take("]", "")
        return
    number = 0
    while True:
        number += 1
        value = scanner.value()
        if not isinstance(value, dict):
            raise UnreadableFile(f"Element {number:,} of the list is {_kind(value)}, not an object.", hint=_LIST_HINT)
        yield value
        if scanner.take(",]", "a comma or the end of the list is missing") == "]":
            return


def _members(scanner: _Scanner) -> Iterator[Object]:
    """The rows of the object that begins here: its one list of objects, or its members as columns."""
    scanner.take("{", "an object is missing")
    wrapped: list[str] = []
    others: Object = {}
    end = scanner.take("}", "") if scanner.peek() == "}" else ","
    while end == ",":
        key = scanner.value() if scanner.peek() == '"' else None
        if key is None:
            raise scanner.fault("a name in double quotes is missing")
        scanner.take(":", "a colon is missing")
        if scanner.peek() == "[" and scanner.second() == "{":
            wrapped.append(key)
            if len(wrapped) > 1:
                raise UnreadableFile(
                    f"The file holds several tables: the lists {listed([shorten(name, 40) for name in wrapped])}.",
                    hint="Save each list as a file of its own.",
                )
            yield from _elements(scanner)
        else:
            others[key] = scanner.value()
        end = scanner.take(",}", "a comma or the end of the object is missing")
    if not wrapped:
        yield from _columns(others)


def _columns(columns: Object) -> Iterator[Object]:
    """The rows of an object whose members are columns: lists of one length, or objects by row name."""
    if columns and all(isinstance(column, list) for column in columns.values()):
        lengths = {len(column) for column in columns.values()}
        if len(lengths) > 1:
            counts = listed([f"{shorten(name, 40)} {len(column):,}" for name, column in columns.items()])
            raise UnreadableFile(
                f"The columns have different numbers of values: {counts}.", hint="Give every column as many values."
            )
        for values in zip(*columns.values(), strict=True):
            yield dict(zip(columns, values, strict=True))
    elif columns and all(isinstance(column, dict) for column in columns.values()):
        keys = dict.fromkeys(key for column in columns.values() for key in column)
        for key in keys:
            yield {name: column.get(key) for name, column in columns.items()}
    elif columns:
        yield columns


def _infinite(_text: str) -> None:
    """NaN and the infinities, which JSON does not have, are missing."""


_DECODER = json.JSONDecoder(parse_constant=_infinite)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg[0].lower() + error.msg[1:].removesuffix(" starting at")
    if isinstance(error, RecursionError):
        return "values are nested too deeply"
    return "a number has too many digits"


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")


def _not_utf8() -> UnreadableFile:
    return UnreadableFile("The file is not UTF-8, which JSON has to be.", hint="Save it again in UTF-8.")


def _too_large() -> UnreadableFile:
    return UnreadableFile(
        f"A single value is longer than {MAX_VALUE_CHARACTERS // 2**20} million characters.", hint=_LIST_HINT
    )
