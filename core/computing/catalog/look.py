"""What a staged file would be read as."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.params import Params
from core.tables.sniffed import Sighting
from core.tables.spec import ImportOptions, Limits


class LookParams(Params):
    """Which file, and what a person knows of it."""

    sha256: Annotated[str, Field(title="File", description="Content hash of the bytes that are kept.")]
    file_name: Annotated[str, Field(title="File name")]
    options: Annotated[ImportOptions, Field(title="Import options")] = ImportOptions()
    max_columns: Annotated[int, Field(ge=1, title="Most columns")] = 10_000


def run(params: LookParams, workspace: Workspace) -> Sighting:
    """The first rows as an import would read them; see ``core.tables.sniffing``."""
    from core.tables.sniffing import look

    workspace.report(0.0, "Looking at the first rows")
    limits = Limits(
        max_columns=params.max_columns, memory_bytes=workspace.memory_bytes, unpacked_bytes=workspace.max_bytes
    )
    return look(
        workspace.kept_file(params.sha256),
        file_name=params.file_name,
        options=params.options,
        limits=limits,
        folder=workspace.folder,
    )


def datasets(params: LookParams) -> tuple[str, ...]:
    """None: the file is not a dataset yet."""
    del params
    return ()


SPEC = ComputationSpec(
    key="look", label="First rows", params=LookParams, result=Sighting, run=run, datasets=datasets, timeout_s=60
)
