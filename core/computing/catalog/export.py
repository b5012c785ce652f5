"""A dataset, or a table that an answer names, written as a file of another format."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.exporting.spec import ExportOptions
from core.params import Params
from core.types import Value


class ExportParams(Params):
    """Which table, and how it is written."""

    dataset_id: Annotated[str | None, Field(title="Dataset")] = None
    table_sha256: Annotated[
        str | None, Field(title="Table", description="Content hash of a Parquet file that is kept, without a dataset.")
    ] = None
    name: Annotated[str, Field(max_length=200, title="File name", description="Of a table without a dataset.")] = ""
    format: Annotated[str, Field(title="Format", description="Key of the export format.")] = "csv"
    options: Annotated[ExportOptions, Field(title="Options")] = ExportOptions()


class ExportedFile(Value):
    """A file that is kept for download."""

    sha256: str
    file_name: str
    media_type: str
    size_bytes: int
    n_rows: int


def run(params: ExportParams, workspace: Workspace) -> ExportedFile:
    """Write the table; see ``core.exporting``."""
    import pyarrow.parquet as pq

    from core.exporting.registry import EXPORT_FORMATS
    from core.ids import clean_name

    spec = EXPORT_FORMATS[params.format]
    stage = f"Writing {spec.label}"
    workspace.report(0.0, stage)
    if params.dataset_id is not None:
        table = workspace.table(params.dataset_id)
        source, name = table.path, f"{table.dataset.name}-v{table.dataset.version}"
    else:
        source, name = workspace.kept_file(params.table_sha256 or ""), params.name
    path = workspace.folder / f"export{spec.extension}"
    spec.write(
        source,
        path,
        params.options,
        workspace.memory_bytes,
        lambda fraction: workspace.report(0.98 * fraction, stage),
    )
    return ExportedFile(
        size_bytes=path.stat().st_size,
        sha256=workspace.keep(path),
        file_name=f"{clean_name(name.replace('/', '-'), max_length=150) or 'table'}{spec.extension}",
        media_type=spec.media_type,
        n_rows=pq.read_metadata(source).num_rows,
    )


def datasets(params: ExportParams) -> tuple[str, ...]:
    """The dataset that is written, if it is one."""
    return () if params.dataset_id is None else (params.dataset_id,)


SPEC = ComputationSpec(
    key="export",
    label="Export",
    params=ExportParams,
    result=ExportedFile,
    run=run,
    datasets=datasets,
    timeout_s=3_600,
)
