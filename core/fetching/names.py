"""What a fetched file is called: from the header or the address, as data and never as a path."""

import re
from contextlib import suppress
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from core.ids import clean_name

MAX_LENGTH = 200
_ENDINGS = {
    "text/csv": ".csv",
    "application/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/zip": ".zip",
}


def file_name(url: str, headers: Message) -> str:
    """The name that the server gives, else the last part of the address; with an ending that fits the content type.

    Example:
        >>> file_name("https://example.org/data/sales%202024.csv?download=1", Message())
        'sales 2024.csv'
    """
    given = headers.get_filename() or ""
    with suppress(UnicodeError):  # many servers send UTF-8, although headers are Latin-1
        given = given.encode("latin-1").decode("utf-8")
    name = _last_part(given) or _last_part(unquote(urlsplit(url).path)) or "table"
    if not re.fullmatch(r"\.\w{1,8}", PurePosixPath(name).suffix):
        name += _ENDINGS.get(headers.get_content_type(), "")
    return name


def _last_part(text: str) -> str:
    name = clean_name(PurePosixPath(text.replace("\\", "/")).name, max_length=2 * MAX_LENGTH)
    if name in ("", ".", ".."):
        return ""
    # Of a long name the ending matters most.
    return name if len(name) <= MAX_LENGTH else name[: MAX_LENGTH // 2] + name[-MAX_LENGTH // 2 :]
