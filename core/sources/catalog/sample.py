"""A built-in table, made from a seed."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import Workspace
from core.params import Params
from core.sources.spec import FetchedFile, SourceSpec


class SampleParams(Params):
    """Which table."""

    key: Annotated[str, Field(min_length=1, max_length=100, title="Sample")]
    seed: Annotated[
        int,
        Field(ge=0, le=2**31 - 1, title="Seed", description="Another seed draws another table with the same truth."),
    ] = 0


def fetch(params: SampleParams, workspace: Workspace) -> FetchedFile:
    """Write the table as CSV."""
    from core.samples.registry import SAMPLES

    spec = SAMPLES[params.key]
    workspace.report(0.1, "Making the table")
    path = workspace.folder / "sample.csv"
    path.write_text(spec.to_csv(params.seed), encoding="utf-8")
    return FetchedFile(path=path, file_name=spec.file_name, is_original=True)


def datasets(params: SampleParams) -> tuple[str, ...]:
    """None: the rows are made."""
    del params
    return ()


SPEC = SourceSpec(key="sample", label="Sample", params=SampleParams, fetch=fetch, datasets=datasets)
