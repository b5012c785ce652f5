"""Keep some rows by chance."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, model_validator

from core.expressions.quoting import column_python, text_sql
from core.params import Params
from core.recipes.changes import PLACE, Change, Kept, TableColumn
from core.recipes.choosing import chosen, column_field
from core.recipes.spec import StepSpec, learns_nothing


class SampleParams(Params):
    """How many rows, and the seed of the choice."""

    fraction: Annotated[
        float | None,
        Field(gt=0, le=1, title="Part of the rows", description="From 0 to 1. Or leave it empty and give a number."),
    ] = None
    n_rows: Annotated[
        int | None, Field(ge=1, le=10**9, title="Number of rows", description="Or leave it empty and give a part.")
    ] = None
    stratify: Annotated[
        str,
        column_field(
            "Keep the shares of", optional=True, description="Each value of this column keeps its share of the rows."
        ),
    ] = ""
    seed: Annotated[int, Field(ge=0, le=10**6, title="Seed", description="One seed always chooses the same rows.")] = 0

    @model_validator(mode="after")
    def _says_how_many(self) -> "SampleParams":
        if (self.fraction is None) == (self.n_rows is None):
            raise ValueError("give either a part of the rows or a number of rows")
        return self


def change(params: SampleParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """The rows with the smallest random keys, which depend on the seed and the row's place alone."""
    key = f"md5({text_sql(f'{params.seed}:')} || CAST({PLACE} AS VARCHAR))"
    column = _stratum(params, columns)
    part = f"PARTITION BY {column.sql}" if column else ""
    if params.n_rows is not None and column is None:
        wanted = str(params.n_rows)
    else:
        share = f"CAST({params.fraction!r} AS DOUBLE)"
        if params.n_rows is not None:
            share = f"(CAST({params.n_rows} AS DOUBLE) / CAST(count(*) OVER () AS DOUBLE))"
        wanted = f"floor(CAST(count(*) OVER ({part}) AS DOUBLE) * {share} + CAST(0.5 AS DOUBLE))"
    return Kept(qualify=f"row_number() OVER ({part} ORDER BY {key}) <= {wanted}", needs_place=True)


def _stratum(params: SampleParams, columns: Sequence[TableColumn]) -> TableColumn | None:
    return chosen((params.stratify,), columns)[0] if params.stratify else None


def pandas(params: SampleParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """The same keys by ``hashlib``."""
    column = _stratum(params, columns)
    share = repr(params.fraction) if params.fraction is not None else f"{params.n_rows} / len(table)"
    lines = [f"keys = pd.Series(random_keys(len(table), {params.seed}), index=table.index)"]
    if column is not None:
        group = column_python(column.name)
        lines += [
            f"groups = keys.groupby({group}, dropna=False)",
            f"wanted = np.floor(groups.transform('size') * ({share}) + 0.5)",
            f"ranks = keys.sort_values().groupby({group}, dropna=False).cumcount().reindex(table.index) + 1",
        ]
    else:
        wanted = str(params.n_rows) if params.n_rows is not None else f"np.floor(len(table) * {share} + 0.5)"
        lines += [f"wanted = {wanted}", "ranks = keys.rank(method='first')"]
    return [*lines, "table = table[ranks <= wanted].reset_index(drop=True)"]


def _title(params: SampleParams) -> str:
    how_many = f"{params.fraction:.4g} of the rows" if params.fraction is not None else f"{params.n_rows:,} rows"
    return f"Keep {how_many} by chance"


SPEC = StepSpec(
    key="sample",
    label="Keep some rows by chance",
    icon="casino",
    group="Rows",
    summary="Takes a random part of the rows; a seed makes the choice repeatable.",
    params=SampleParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=_title,
)
