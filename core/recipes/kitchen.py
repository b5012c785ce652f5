"""Where a recipe meets a table: steps are learned and laid over each other as views of one DuckDB session."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.computing.spec import TableFile, Workspace
from core.errors import Conflict, NotFound, UserInputError
from core.expressions.quoting import name_sql, text_sql
from core.params import validate_params
from core.recipes.changes import ORIGIN, ROW, TableColumn, columns_after, relation_sql
from core.recipes.choosing import UnknownColumn
from core.recipes.effects import Effect, calculated, column_effects, counts_sql, effect_of, missing_sql, touched
from core.recipes.recipe import RecipeStep, at_step, dataset_ids, with_number
from core.recipes.spec import Facts, other_relation
from core.tables.engine import Engine, EngineError, OnFraction

PARQUET_ROW = "file_row_number"


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A table at one point of a recipe."""

    name: str
    """Quoted, as it is used in statements."""
    columns: tuple[TableColumn, ...]
    n_rows: int


@dataclass(frozen=True, kw_only=True)
class Done:
    """A step that was made."""

    step: RecipeStep
    """With what it has learned."""
    effect: Effect
    relation: Relation


class Kitchen(Facts):
    """One session with the table to fix and the tables that it is joined with."""

    def __init__(self, engine: Engine, table: Relation, others: dict[str, TableFile], on_fraction: OnFraction) -> None:
        self.engine = engine
        self.first = table
        self._others = others
        self._on_fraction = on_fraction
        self._relation = table
        self._gone: dict[str, int] = {}

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """The columns before the present step."""
        return self._relation.columns

    def row(self, aggregates: Sequence[str], where: str = "true") -> tuple[Any, ...]:
        """One row of aggregates over the table before the present step."""
        return self.rows(f"SELECT {', '.join(aggregates)} FROM {{relation}} WHERE {where}")[0]

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Rows of a statement over the table before the present step."""
        return self.engine.rows(select.replace("{relation}", self._relation.name), self._on_fraction)

    def other_columns(self, dataset_id: str) -> tuple[TableColumn, ...]:
        """Columns of another dataset."""
        if dataset_id not in self._others:
            raise NotFound(f"There is no dataset {dataset_id!r}.", hint="Choose another one.")
        return _dataset_columns(self._others[dataset_id])

    def cook(self, steps: Sequence[RecipeStep], *, as_tables: bool, on_step: Callable[[int], None]) -> Iterator[Done]:
        """Make the steps that are on, one by one.

        Args:
            steps: The recipe. What a step has learned already is taken over.
            as_tables: Whether each result is worked out and held, as for a preview, or laid over the last as a view.
            on_step: Told the number of each step before it is made.

        Raises:
            UserInputError: A step does not fit the table it meets; the message has its number.
        """
        for number, step in enumerate(steps, start=1):
            if step.is_on:
                on_step(number)
                with self._telling(number, step):
                    done = self._make(number, step, as_table=as_tables)
                self._note_gone(number, done)
                self._relation = done.relation
                yield done

    def _make(self, number: int, step: RecipeStep, *, as_table: bool) -> Done:
        spec, params = step.spec, with_number(number, step)
        spec.check(params, self)
        given = step.learned
        learned = spec.fit(params, self) if given is None else validate_params(spec.learned, given, field="learned")
        try:
            change = spec.change(params, learned, self.columns)
        except KeyError as error:
            raise UserInputError(
                f"nothing was learned about {error.args[0]!r}.", hint="Leave out what was learned."
            ) from error
        after = columns_after(change, self.columns)
        made = touched(change)
        counts = self.rows(counts_sql(made, self.columns, "{relation}"))[0] if made else ()
        name = name_sql(f"step {number}")
        select = relation_sql(change, self._relation.name, self.columns)
        self.engine.rows(f"CREATE OR REPLACE TEMP {'TABLE' if as_table else 'VIEW'} {name} AS {select}")
        n_before = self._relation.n_rows
        n_after = self.engine.rows(f"SELECT count(*) FROM {name}", self._on_fraction)[0][0]
        if not n_after:
            raise UserInputError(
                f"it removes all {n_before:,} rows.", hint="Loosen its conditions, or switch the step off."
            )
        new = calculated(change)
        n_missing = self.rows(missing_sql(new, "{relation}"))[0][0] if new else 0
        changed = column_effects(made, self.columns, counts)
        effect = effect_of(change, self.columns, after, (n_before, n_after), changed, n_missing)
        return Done(
            step=step.model_copy(update={"learned": learned.model_dump(mode="json")}),
            effect=effect,
            relation=Relation(name=name, columns=after, n_rows=n_after),
        )

    @contextmanager
    def _telling(self, number: int, step: RecipeStep) -> Iterator[None]:
        """Errors of a step say which one it is, and where a column has gone."""
        try:
            yield
        except UnknownColumn as error:
            if error.name in self._gone:
                message = f"it uses {error.name!r}, which step {self._gone[error.name]} removes or renames."
                gone = UserInputError(message, hint="Move this step up, or choose another column.")
                raise at_step(number, step, gone) from error
            raise at_step(number, step, error) from error
        except UserInputError as error:
            is_numbered = error.message.startswith(f"Step {number} ")
            raise (error if is_numbered else at_step(number, step, self._explained(error))) from error
        except EngineError as error:
            raise at_step(number, step, engine_refusal(error)) from error

    def _explained(self, error: UserInputError) -> UserInputError:
        for name, number in self._gone.items():
            if error.message.endswith(f"there is no column {name!r}."):
                hint = f"Step {number} removes or renames it: move this step up, or choose another column."
                return UserInputError(error.message, hint=hint)
        return error

    def _note_gone(self, number: int, done: Done) -> None:
        for name in (*done.effect.columns_removed, *(old for old, _ in done.effect.columns_renamed)):
            self._gone[name] = number
        for column in done.relation.columns:
            self._gone.pop(column.name, None)


def engine_refusal(error: EngineError) -> UserInputError:
    """What to tell a person of a statement that failed; a failure of ours is raised again."""
    text = str(error)
    if text.startswith("Out of Range Error"):
        return UserInputError(
            "a whole number grows beyond what 64 bits hold.", hint="Calculate with decimals: write 1.0 * first."
        )
    if text.startswith("Out of Memory"):
        return UserInputError(
            "it needs more memory than is allowed.", hint="Remove columns first, or raise PRAXIS_COMPUTATION_MEMORY_MB."
        )
    raise error


def _dataset_columns(table: TableFile) -> tuple[TableColumn, ...]:
    return tuple(TableColumn(name=column.name, type=column.type) for column in table.dataset.columns)


@contextmanager
def open_kitchen(
    dataset_id: str, steps: Sequence[RecipeStep], workspace: Workspace, *, max_rows: int | None, on_fraction: OnFraction
) -> Iterator[Kitchen]:
    """A session with the dataset, of which ``max_rows`` rows spread over it are taken if it has more.

    Raises:
        NotFound: A dataset is not there.
        Conflict: A dataset is not ready.
    """
    table = workspace.table(dataset_id)
    others = {one: workspace.table(one) for one in dataset_ids(steps)}
    paths = [table.path, *(one.path for one in others.values())]
    with Engine(workspace.folder, readable=paths, memory_bytes=workspace.memory_bytes) as engine:
        for other_id, other in others.items():
            _open_other(engine, other_id, other)
        yield Kitchen(engine, _open_first(engine, table, max_rows, on_fraction), others, on_fraction)


def _open_other(engine: Engine, dataset_id: str, table: TableFile) -> None:
    columns = _dataset_columns(table)
    names = ", ".join(column.sql for column in columns)
    select = f"SELECT {_row_sql(columns)} AS {ROW}, {names} FROM {_scan(table.path, columns)}"
    engine.rows(f"CREATE TEMP VIEW {other_relation(dataset_id)} AS {select}")


def _open_first(engine: Engine, table: TableFile, max_rows: int | None, on_fraction: OnFraction) -> Relation:
    columns = tuple(
        TableColumn(name=column.name, type=column.type, origin=column.name) for column in table.dataset.columns
    )
    if table.dataset.n_rows is None:
        raise Conflict("The dataset is not ready.", hint="Wait until it is read.")
    n_rows, name = table.dataset.n_rows, name_sql("step 0")
    names = ", ".join(column.sql for column in columns)
    row = _row_sql(columns)
    select = f"SELECT {row} AS {ROW}, {row} AS {ORIGIN}, {names} FROM {_scan(table.path, columns)}"
    if max_rows is None:
        engine.rows(f"CREATE TEMP VIEW {name} AS {select}")
    else:
        every = -(-n_rows // max_rows)
        engine.rows(
            f"CREATE TEMP TABLE {name} AS SELECT * FROM ({select}) WHERE {ROW} % {every} = 0 ORDER BY {ROW}",
            on_fraction,
        )
        n_rows = engine.rows(f"SELECT count(*) FROM {name}")[0][0]
    return Relation(name=name, columns=columns, n_rows=n_rows)


def _row_sql(columns: Sequence[TableColumn]) -> str:
    """The number of a row in its file, from 0."""
    return "row_number() OVER () - 1" if _has_row_name(columns) else PARQUET_ROW


def _scan(path: Path, columns: Sequence[TableColumn]) -> str:
    numbered = "" if _has_row_name(columns) else f", {PARQUET_ROW} = true"
    return f"read_parquet({text_sql(str(path))}, hive_partitioning = false{numbered})"


def _has_row_name(columns: Sequence[TableColumn]) -> bool:
    return any(column.name.casefold() == PARQUET_ROW for column in columns)
