"""What is asked of the SQL engine and what it answers."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.tables.preview import JsonCell
from core.types import Notice, Value

MAX_PAGE_ROWS = 1_000
MAX_KEPT_ROWS = 1_000_000
MAX_TIME_S = 240
"""Below the time that a job of this kind may take, so that the sentence comes from us."""


class TableRef(Params):
    """A table's name in a statement, and the dataset it stands for."""

    name: str
    dataset_id: str


class QueryParams(Params):
    """One statement and the bounds of its answer."""

    sql: str
    tables: tuple[TableRef, ...] = ()
    """The tables that the statement names. They are looked up when it is asked, so that a newer version of a dataset
    changes no answer that was kept."""
    connection_id: str | None = None
    """A saved connection; None for the datasets."""
    n_rows: Annotated[int, Field(ge=1, le=MAX_PAGE_ROWS, title="Rows shown")] = 200
    max_rows: Annotated[int, Field(ge=1, le=MAX_KEPT_ROWS, title="Rows kept")] = 100_000
    timeout_s: Annotated[int, Field(ge=1, le=MAX_TIME_S, title="Time limit in seconds")] = 60


class PlanParams(Params):
    """One statement whose plan is asked for."""

    sql: str
    tables: tuple[TableRef, ...] = ()
    analyze: Annotated[
        bool, Field(title="Measure", description="Run the statement and say how long each step took.")
    ] = False
    timeout_s: Annotated[int, Field(ge=1, le=MAX_TIME_S, title="Time limit in seconds")] = 60


class ResultColumn(Value):
    """One column of an answer."""

    name: str
    """Unique within the answer."""
    type: str
    """As the engine calls it: BIGINT, VARCHAR, DECIMAL(38,0), ..."""
    is_numeric: bool
    is_time: bool


class QueryResult(Value):
    """The answer to a statement: its first rows, and where all that were kept lie."""

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[JsonCell, ...], ...]
    """The first ones, in the order of ``columns``."""
    n_rows: int
    """How many were kept."""
    is_cut: bool
    """Whether there were more than were kept."""
    duration_s: float
    parquet_sha256: str
    """All kept rows as Parquet."""
    notices: tuple[Notice, ...] = ()


class PlanNode(Value):
    """One step of a plan; it works on what its children hand up."""

    label: str
    details: tuple[str, ...] = ()
    n_rows_expected: int | None = None
    n_rows: int | None = None
    """Measured; None unless the statement was run."""
    duration_s: float | None = None
    children: tuple["PlanNode", ...] = ()


class PlanResult(Value):
    """How a statement is carried out."""

    root: PlanNode
    text: str
    """The same as an indented text."""
    is_measured: bool
    duration_s: float | None = None
    """Of the whole statement; None unless it was run."""


class TableColumn(Value):
    """One column of a table that can be queried."""

    name: str
    type: str
    sql: str
    """The name as it has to be written in a statement."""


class QueryTable(Value):
    """A dataset as a table."""

    name: str
    sql: str
    """The name as it has to be written in a statement."""
    dataset_id: str
    title: str
    """The dataset's own name."""
    version: int
    is_newest: bool
    n_rows: int | None
    columns: tuple[TableColumn, ...]


PlanNode.model_rebuild()
