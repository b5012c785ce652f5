"""A file from a web address."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import Workspace
from core.params import Params
from core.sources.spec import FetchedFile, SourceSpec


class UrlParams(Params):
    """Where the file is."""

    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=4_000,
            title="Address",
            description="Of the file itself, not of a page about it. It starts with https:// or http://.",
            json_schema_extra={"front": True},
        ),
    ]


def fetch(params: UrlParams, workspace: Workspace) -> FetchedFile:
    """Download the file; see ``core.fetching``."""
    from core.fetching.fetch import fetch_file

    def on_bytes(received: int, total: int | None) -> None:
        # Without a declared length the bar creeps towards its end: half of it at 20 MB.
        fraction = received / total if total else received / (received + 20e6)
        of_total = f" of {total / 1e6:,.1f}" if total else ""
        workspace.report(min(1.0, fraction), f"Fetching, {received / 1e6:,.1f}{of_total} MB")

    workspace.report(0.0, "Asking the server")
    path = workspace.folder / "fetched"
    fetched = fetch_file(
        params.url,
        path,
        max_bytes=workspace.max_bytes,
        allowed_hosts=workspace.allowed_hosts,
        on_bytes=on_bytes,
    )
    return FetchedFile(
        path=path,
        file_name=fetched.file_name,
        is_original=True,
        details={"url": fetched.url, "content_type": fetched.content_type, "size_bytes": fetched.size_bytes},
    )


def datasets(params: UrlParams) -> tuple[str, ...]:
    """None: the rows come from elsewhere."""
    del params
    return ()


SPEC = SourceSpec(key="url", label="Web address", params=UrlParams, fetch=fetch, datasets=datasets)
