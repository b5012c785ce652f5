"""An upload area that streams files from the browser to ``/api/v1/uploads``.

Streamlit's own uploader holds a file in the memory of the web process; here a file goes to the API in one multipart
request, which writes it to disk as it comes.
"""

from collections.abc import Sequence
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


def upload_files(
    *, max_bytes: int, accept: tuple[str, ...], kinds: str, key: str, decided: Sequence[str] = ()
) -> tuple[UploadedFile, ...]:
    """Let a person drop or choose files, and send them to the API one after another with progress and cancel.

    Args:
        max_bytes: Larger files are refused before anything is sent; the server has the last word.
        accept: File endings with their dot, such as ``(".csv", ".parquet")``.
        kinds: The same in words.
        key: Unique within the page.
        decided: Ids of files that a person has imported or left; they are no longer listed.

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
        },
        on_uploaded_change=_rerun_only,
    )
    uploaded = result.uploaded
    if not uploaded:
        return ()
    return tuple(UploadedFile(id=str(file["id"]), name=str(file.get("name", ""))) for file in uploaded["files"])


def _rerun_only() -> None:
    """Declares a trigger; the rerun that it brings is all that is wanted."""
