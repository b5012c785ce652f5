"""An upload area that streams files from the browser to ``/api/v1/uploads``.

Streamlit's own uploader holds a file in the memory of the web process; here a file goes to the API in one multipart
request, which writes it to disk as it comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import streamlit as st

from app.ui.live_run import API_ROOT

_FOLDER = Path(__file__).parent
# Numbers and requests are worded as in the live panel: one script, because Streamlit mounts a single module.
_SCRIPTS = ("../live_run/format.js", "../live_run/requests.js", "uploader.js")

_mount = st.components.v2.component(
    "praxis_uploader",
    html=(_FOLDER / "uploader.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "uploader.css").read_text(encoding="utf-8"),
    js="\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


class UploadedFile(TypedDict):
    """What the API answered to one upload, as the browser passed it on; read the upload anew before use."""

    id: str
    name: str
    outcome: str
    """What became of it in a collection; empty for a table."""
    same_as: str
    """Another file of the collection with the same bytes; empty for none."""


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where files go, and the words that are right there."""

    path: str = "/uploads"
    """Behind the root of the API."""
    read_as: str = "table"
    smaller: str = "Split it, or save it as Parquet, which is smaller."
    """What helps against a file that is too large."""
    done: str = "Uploaded. Look at its first rows below, then import it."


TABLES = Destination()


def upload_files(
    *,
    max_bytes: int,
    accept: tuple[str, ...],
    kinds: str,
    key: str,
    decided: Sequence[str] = (),
    destination: Destination = TABLES,
    max_packed_bytes: int | None = None,
) -> tuple[UploadedFile, ...]:
    """Let a person drop or choose files, and send them to the API one after another with progress and cancel.

    Args:
        max_bytes: Larger files are refused before anything is sent; the server has the last word.
        accept: File endings with their dot, such as ``(".csv", ".parquet")``.
        kinds: The same in words.
        key: Unique within the page.
        decided: Ids of files that a person has imported or left; they are no longer listed.
        destination: Where they go.
        max_packed_bytes: The same as ``max_bytes`` for ZIP archives, where it is another.

    Returns:
        All files that this visit to the page has sent, in the one rerun that each upload causes; otherwise none.
    """
    result = _mount(
        key=key,
        data={
            "api": API_ROOT,
            "max_bytes": max_bytes,
            "accept": list(accept),
            "kinds": kinds,
            "decided": list(decided),
            "path": destination.path,
            "read_as": destination.read_as,
            "smaller": destination.smaller,
            "done": destination.done,
            "max_packed_bytes": max_packed_bytes or max_bytes,
        },
        on_uploaded_change=_rerun_only,
    )
    uploaded = result.uploaded
    if not uploaded:
        return ()
    return tuple(_file(told) for told in uploaded["files"])


def _file(told: dict[str, object]) -> UploadedFile:
    name, outcome, same_as = (str(told.get(each, "")) for each in ("name", "outcome", "same_as"))
    return UploadedFile(id=str(told["id"]), name=name, outcome=outcome, same_as=same_as)


def _rerun_only() -> None:
    """Declares a trigger; the rerun that it brings is all that is wanted."""
