"""One file of a dataset or a competition at Kaggle."""

from contextlib import closing
from typing import Annotated

from pydantic import Field

from core.computing.spec import Workspace
from core.params import Params
from core.sources.spec import FetchedFile, SourceSpec


class KaggleParams(Params):
    """Which file."""

    dataset: Annotated[
        str,
        Field(
            min_length=3,
            max_length=300,
            title="Dataset",
            description="owner/name as in the address of its page; competitions/name for a competition.",
            json_schema_extra={"front": True},
        ),
    ]
    file: Annotated[
        str,
        Field(
            min_length=1,
            max_length=300,
            title="File",
            description="Name of one of its files.",
            json_schema_extra={"front": True},
        ),
    ]
    version: Annotated[int | None, Field(ge=1, le=100_000, title="Version", description="Empty: the newest.")] = None
    connection_id: Annotated[
        str, Field(max_length=100, title="Account", description="A saved Kaggle account; empty: the environment's.")
    ] = ""


def fetch(params: KaggleParams, workspace: Workspace) -> FetchedFile:
    """Download the file; see ``core.sources.kaggle``."""
    from core.sources.kaggle import Kaggle, find_credentials

    def on_bytes(received: int, total: int | None) -> None:
        fraction = received / total if total else received / (received + 20e6)
        workspace.report(min(1.0, fraction), f"Fetching, {received / 1e6:,.1f} MB")

    account = workspace.connection(params.connection_id) if params.connection_id else None
    workspace.report(0.0, "Asking Kaggle")
    path = workspace.folder / "fetched"
    with closing(Kaggle(find_credentials(account))) as kaggle:
        name = kaggle.download(
            params.dataset,
            params.file,
            path,
            version=params.version,
            max_bytes=workspace.max_bytes,
            on_bytes=on_bytes,
        )
    return FetchedFile(
        path=path, file_name=name, is_original=True, details={"size_bytes": path.stat().st_size, "file": params.file}
    )


def datasets(params: KaggleParams) -> tuple[str, ...]:
    """None: the rows come from elsewhere."""
    del params
    return ()


SPEC = SourceSpec(key="kaggle", label="Kaggle", params=KaggleParams, fetch=fetch, datasets=datasets)
