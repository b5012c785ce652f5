"""Bytes to UTF-8 text: presumed from the beginning, or in one streaming pass that checks every byte."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import UnreadableFile
from core.tables.detection import HEAD_BYTES, wide_text_encoding

CHUNK_BYTES = 4 * 1024 * 1024
PRESUMED_BYTES = 1024 * 1024
"""From so many bytes the rest is presumed."""
_UTF8_BOM = codecs.BOM_UTF8


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """A file that holds valid UTF-8 without NUL, perhaps with a byte-order mark, and what its bytes show."""

    path: Path
    encoding: str
    """What the upload was encoded in."""
    line_break: str
    """"\\n" or "\\r\\n" when every line ends so, else empty."""
    n_line_breaks: int
    has_quotes: bool
    has_blank_lines: bool


def presume_text(source: Path, *, encoding: str | None) -> TextFile | None:
    """``source`` itself if its beginning is plain UTF-8 with one kind of line break; None otherwise.

    Whoever reads on has to make sure of the rest.
    """
    with source.open("rb") as file:
        head = file.read(PRESUMED_BYTES)
    if encoding not in (None, "utf-8") or b"\0" in head or (encoding is None and wide_text_encoding(head[:HEAD_BYTES])):
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    n_returns, n_pairs, n_breaks = head.count(b"\r"), head.count(b"\r\n"), head.count(b"\n")
    if not n_breaks or n_returns not in (0, n_pairs) or n_pairs not in (0, n_breaks):
        return None
    return TextFile(
        path=source,
        encoding="utf-8",
        line_break="\r\n" if n_returns else "\n",
        n_line_breaks=0,
        has_quotes=False,
        has_blank_lines=False,
    )


class _NotThisEncoding(Exception):
    def __init__(self, *, byte: int, line: int, saw_multibyte: bool) -> None:
        super().__init__(byte, line)
        self.byte, self.line, self.saw_multibyte = byte, line, saw_multibyte


def prepare_text(source: Path, folder: Path, *, encoding: str | None, on_fraction: Callable[[float], None]) -> TextFile:
    """The upload as UTF-8: the same file when it is UTF-8 already, else a transcoded copy in ``folder``.

    Args:
        source: The uploaded file.
        folder: Where a copy may be written.
        encoding: What the person says; None sniffs byte-order marks, the pattern of UTF-16, UTF-8 and else
            takes Windows-1252 (or Latin-1 when the bytes allow nothing else).
        on_fraction: Told of the done part in [0, 1].

    Raises:
        UnreadableFile: A byte does not belong to the encoding, or the text holds NUL.
    """
    with source.open("rb") as file:
        chosen = encoding or wide_text_encoding(file.read(HEAD_BYTES)) or "utf-8"
    fallbacks = ["cp1252", "latin-1"] if encoding is None and chosen == "utf-8" else []
    for candidate in [chosen, *fallbacks]:
        try:
            return _convert(source, folder / "text.csv", candidate, on_fraction)
        except _NotThisEncoding as error:
            if not fallbacks or error.saw_multibyte:
                raise UnreadableFile(
                    f"The file is not valid {candidate}: byte 0x{error.byte:02x} in line {error.line:,} "
                    "stands for no character.",
                    hint="Choose the right encoding in the import options, or save the file as UTF-8.",
                    field="options.encoding",
                ) from error
    raise AssertionError("Latin-1 reads every byte")


def _convert(source: Path, copy: Path, encoding: str, on_fraction: Callable[[float], None]) -> TextFile:
    """Check ``source`` as ``encoding`` and, unless it is UTF-8, write it to ``copy`` in UTF-8."""
    size = source.stat().st_size
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = _Lines()
    saw_multibyte = False
    done = 0
    is_utf8 = encoding == "utf-8"
    with source.open("rb") as file, (Path("/dev/null") if is_utf8 else copy).open("wb") as out:
        while True:
            chunk = file.read(CHUNK_BYTES)
            # A decoder that waits for the rest of a character must see the next bytes, ASCII or not.
            plain = is_utf8 and chunk.isascii() and not decoder.getstate()[0]
            if not plain or not chunk:
                try:
                    text = decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError as error:
                    line = lines.count + error.object[: error.start].count(b"\n") + 1
                    before = not error.object[: error.start].isascii()
                    raise _NotThisEncoding(
                        byte=error.object[error.start], line=line, saw_multibyte=is_utf8 and (saw_multibyte or before)
                    ) from error
                saw_multibyte = saw_multibyte or (bool(chunk) and not chunk.removeprefix(_UTF8_BOM).isascii())
                if not is_utf8:
                    chunk_out = (text if done else text.removeprefix("\ufeff")).encode()
                    out.write(chunk_out)
                    lines.feed(chunk_out)
            if is_utf8:
                lines.feed(chunk)
            if lines.nul_line:
                raise UnreadableFile(
                    f"The file is no text: there is a NUL byte in line {lines.nul_line:,}.",
                    hint="Save the table again as CSV in UTF-8; a file that was cut off or mixed up cannot be mended.",
                )
            if not chunk:
                break
            done += len(chunk)
            on_fraction(done / size)
    return TextFile(
        path=source if is_utf8 else copy,
        encoding=encoding,
        line_break=lines.style,
        n_line_breaks=lines.count,
        has_quotes=lines.has_quotes,
        has_blank_lines=lines.has_blank_lines,
    )


@dataclass
class _Lines:
    """Counts over UTF-8 bytes that come in chunks."""

    count: int = 0
    nul_line: int = 0
    has_quotes: bool = False
    has_blank_lines: bool = False
    _n_returns: int = 0
    _n_pairs: int = 0
    _tail: bytes = field(default=b"")

    def feed(self, chunk: bytes) -> None:
        """Count in the next bytes."""
        if not self.nul_line and b"\x00" in chunk:
            self.nul_line = self.count + chunk[: chunk.index(b"\x00")].count(b"\n") + 1
        self.has_quotes = self.has_quotes or b'"' in chunk
        self.count += chunk.count(b"\n")
        joined = self._tail + chunk[:3]  # what straddles two chunks
        if b"\r" in chunk or b"\r" in self._tail:
            self._n_returns += chunk.count(b"\r")
            self._n_pairs += chunk.count(b"\r\n") + (self._tail[-1:] == b"\r" and chunk[:1] == b"\n")
            self.has_blank_lines = self.has_blank_lines or b"\n\r\n" in chunk or b"\n\r\n" in joined
        else:
            self.has_blank_lines = self.has_blank_lines or b"\n\n" in chunk or b"\n\n" in joined
        self._tail = chunk[-3:]

    @property
    def style(self) -> str:
        """The one line break of the text, or empty when there are several kinds or an old one."""
        if not self._n_returns:
            return "\n"
        return "\r\n" if self._n_returns == self._n_pairs == self.count else ""
