"""What a question in plain English asks for: a plan, not yet its answer."""

from typing import TYPE_CHECKING

from core.computing.spec import ComputationSpec, TableFile, Workspace
from core.conditions import Condition
from core.questions.types import Interpretation, QuestionParams

if TYPE_CHECKING:
    from core.questions.table import AskedTable

MAX_VALUES = 200
"""Columns of texts with at most so many different values are looked at for words of the question."""
MODEL_TIME_S = 30.0


def run(params: QuestionParams, workspace: Workspace) -> Interpretation:
    """A question as a typed plan, by the language model if one is set, else by rules. It computes no answer."""
    from core.errors import Unavailable
    from core.questions.interpret import interpret
    from core.questions.table import AskedTable

    workspace.report(0.1, "Reading the question")
    file = workspace.table(params.dataset_id)
    table = AskedTable.of(
        file.dataset.columns,
        name=params.table_name,
        dataset_id=params.dataset_id,
        title=file.dataset.name,
        n_rows=file.dataset.n_rows or 0,
        values=_values(file, workspace),
    )
    filters = tuple(Condition.model_validate(one) for one in params.filters)
    filters = tuple(one for one in filters if any(column.name == one.column for column in table.columns))
    by_rules = interpret(params.question, table, filters=filters)
    if not params.model:
        return by_rules
    try:
        found = _by_model(params, table, filters, workspace)
    except Unavailable as error:
        notice = f"{error.message} The question was read by rules instead."
        return by_rules.model_copy(update={"notices": (*by_rules.notices, notice)})
    alternatives = tuple(one for one in (by_rules.plan,) if one is not None and one != found.plan)
    return found.model_copy(update={"examples": by_rules.examples, "alternatives": alternatives})


def _by_model(
    params: QuestionParams, table: "AskedTable", filters: "tuple[Condition, ...]", workspace: Workspace
) -> Interpretation:
    from core.errors import Unavailable
    from core.questions.by_model import interpret_by_model

    workspace.report(0.3, "Asking the language model")
    model = workspace.language_model
    if model is None:
        raise Unavailable("This worker knows of no language model: PRAXIS_LLM_MODEL is not set there.")
    return interpret_by_model(params.question, table, model, filters=filters, timeout_s=MODEL_TIME_S)


def _values(file: TableFile, workspace: Workspace) -> dict[str, list[str]]:
    """The different values of columns of texts that have few of them."""
    from core.tables.engine import Engine, name_sql, text_sql
    from core.types import ColumnType

    wanted = [
        column.name
        for column in file.dataset.columns
        if column.type is ColumnType.STRING and len(column.top_values) < column.n_distinct <= MAX_VALUES
    ][:50]
    if not wanted:
        return {}
    with Engine(workspace.folder, readable=[file.path], memory_bytes=workspace.memory_bytes) as engine:
        parts = ", ".join(f"list(DISTINCT left({name_sql(name)}, 200))" for name in wanted)
        row = engine.rows(
            f"SELECT {parts} FROM read_parquet({text_sql(str(file.path))})",
            lambda _: workspace.report(0.2, "Reading the question"),
        )[0]
    return {name: [value for value in values or [] if value] for name, values in zip(wanted, row, strict=True)}


SPEC = ComputationSpec(
    key="question",
    label="Question",
    params=QuestionParams,
    result=Interpretation,
    run=run,
    datasets=lambda params: (params.dataset_id,),
    timeout_s=120,
    is_repeatable=False,
)
