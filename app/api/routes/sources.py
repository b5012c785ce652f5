"""Datasets from elsewhere: a web address, Kaggle, a database, a built-in sample."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.parameters import IdempotencyKey
from app.api.routes.datasets import accepted
from app.bootstrap import services

router = APIRouter(tags=["datasets"])


class _Derived(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=200, description="What to call the dataset; a fitting name if empty.")
    version_of: str | None = Field(default=None, description="The dataset of which this becomes the next version.")


class FromUrl(_Derived):
    """A file at a web address."""

    url: str = Field(max_length=4_000)
    options: dict[str, Any] = Field(default_factory=dict, description="Import options, as for an upload.")


class FromKaggle(_Derived):
    """A file of a dataset or a competition at Kaggle."""

    dataset: str = Field(description="owner/name, or competitions/name.")
    file: str
    version: int | None = None
    connection_id: str = Field(default="", description="A saved Kaggle account; empty: the saved one, if any.")
    options: dict[str, Any] = Field(default_factory=dict, description="Import options, as for an upload.")


class FromDatabase(_Derived):
    """A table of a database, or what one query delivers."""

    connection_id: str
    table: str = ""
    schema_name: str = ""
    sql: str = Field(default="", description="One SELECT, instead of a table.")
    max_rows: int | None = Field(default=None, description="The rest stays where it is.")


class FromSample(BaseModel):
    """A built-in table."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(description="One of GET /samples.")
    seed: int = Field(default=0, description="Another seed draws another table with the same truth.")


@router.post("/datasets/from-url", status_code=202)
def add_from_url(request: FromUrl, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """Fetch a file from a web address. Internal hosts are refused unless the settings allow them."""
    dataset = services().sources.from_url(
        request.url,
        name=request.name,
        version_of=request.version_of,
        options=request.options,
        idempotency_key=idempotency_key,
    )
    return accepted(dataset)


@router.post("/datasets/from-kaggle", status_code=202)
def add_from_kaggle(request: FromKaggle, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """Fetch a file from Kaggle, with a saved account or the key of the environment."""
    dataset = services().sources.from_kaggle(
        request.model_dump(include={"dataset", "file", "version", "connection_id"}),
        name=request.name,
        version_of=request.version_of,
        options=request.options,
        idempotency_key=idempotency_key,
    )
    return accepted(dataset)


@router.post("/datasets/from-database", status_code=202)
def add_from_database(request: FromDatabase, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """Read a table, or the rows of one query, through a saved connection."""
    dataset = services().sources.from_database(
        request.model_dump(exclude={"name", "version_of"}, exclude_none=True),
        name=request.name,
        version_of=request.version_of,
        idempotency_key=idempotency_key,
    )
    return accepted(dataset)


@router.post("/datasets/from-sample", status_code=202)
def add_from_sample(request: FromSample, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """Make a dataset from a built-in table."""
    dataset = services().sources.from_sample(request.key, seed=request.seed, idempotency_key=idempotency_key)
    return accepted(dataset)


@router.get("/samples")
def list_samples() -> dict[str, Any]:
    """The built-in tables: what is true of them, and what they teach."""
    return {"items": [sample.model_dump(mode="json") for sample in services().sources.samples()], "next_cursor": None}


@router.get("/kaggle/files")
def list_kaggle_files(dataset: str) -> dict[str, Any]:
    """The files of a dataset (``owner/name``) or a competition (``competitions/name``) at Kaggle."""
    files = services().sources.list_kaggle_files(dataset)
    return {"items": [file.model_dump() for file in files], "next_cursor": None}
