"""Questions with the answers that they should get, and whether an interpretation gives that answer."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from core.questions.interpret import interpret
from core.questions.table import AskedTable
from core.questions.types import Interpretation, Plan
from core.tables.engine import text_sql
from tests.questions.tables import make_table
from tests.workspaces import TableFile, store_frame

FOLDER = Path(__file__).parent
TABLES = ("titanic", "sales", "houses", "tickets")


def read_phrasings(name: str) -> list[dict[str, Any]]:
    """The questions of ``tuned.jsonl`` or ``held_out.jsonl``."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@cache
def stored(name: str, folder: Path) -> TableFile:
    """The table called ``name`` as a dataset."""
    return store_frame(make_table(name), folder / name, name=name.capitalize())


def asked(name: str, folder: Path) -> AskedTable:
    """The table called ``name`` as questions see it."""
    dataset = stored(name, folder).dataset
    return AskedTable.of(
        dataset.columns, name="t", dataset_id=dataset.id, title=dataset.name, n_rows=dataset.n_rows or 0
    )


def ask(phrasing: dict[str, Any], folder: Path) -> Interpretation:
    """What the rules make of it."""
    return interpret(phrasing["q"], asked(phrasing["table"], folder))


def is_hit(phrasing: dict[str, Any], answer: Interpretation, folder: Path) -> bool:
    """Whether the plan is what was wanted: the same rows, chart, test or profile; or none where none can be."""
    plan = answer.plan
    if phrasing.get("none") or plan is None:
        return bool(phrasing.get("none")) and plan is None
    if "sql" in phrasing:
        return plan.kind == "query" and same_answer(phrasing, plan, stored(phrasing["table"], folder).path)
    for kind in ("chart", "test"):
        if kind in phrasing:
            keys = [phrasing[kind]] if isinstance(phrasing[kind], str) else phrasing[kind]
            is_kind = plan.kind == kind and plan.params[kind] in keys
            return is_kind and _columns(plan) == set(phrasing["columns"])
    return plan.kind == "profile" and plan.topic == phrasing["profile"]


def same_answer(phrasing: dict[str, Any], plan: Plan, path: Path) -> bool:
    """Whether the plan's statement gives the rows of the wanted one; further columns may stand beside them."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet({text_sql(str(path))})")
        wanted = connection.execute(phrasing["sql"]).df()
        given = connection.execute(str(plan.sql).replace("LIMIT 200", "")).df()
    if len(wanted) != len(given):
        return False
    return _holds(given, wanted, is_ordered=bool(phrasing.get("ordered")))


def _holds(given: pd.DataFrame, wanted: pd.DataFrame, *, is_ordered: bool) -> bool:
    left, right = given.map(_cell), wanted.map(_cell)
    chosen: list[str] = []
    for column in right:
        fits = [one for one in left if one not in chosen and sorted(left[one]) == sorted(right[column])]
        if not fits:
            return False
        chosen.append(fits[0])
    return _rows(left[chosen], is_ordered) == _rows(right, is_ordered)


def _rows(frame: pd.DataFrame, is_ordered: bool) -> Sequence[tuple[str, ...]]:
    rows = list(frame.itertuples(index=False, name=None))
    return rows if is_ordered else sorted(rows)


def _cell(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    if isinstance(value, float) and value == value:
        return f"{value:.6g}"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return f"{float(value):.6g}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _columns(plan: Plan) -> set[str]:
    params = plan.params["params"]
    return {value for name, value in params.items() if isinstance(value, str) and name not in ("aggregate", "every")}
