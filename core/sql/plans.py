"""A plan of the engine as a tree that can be read without knowing the engine."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.sql.types import PlanNode

_LABELS = {
    "READ_PARQUET": "Read table",
    "PARQUET_SCAN": "Read table",
    "TABLE_SCAN": "Read table",
    "SEQ_SCAN": "Read table",
    "COLUMN_DATA_SCAN": "Read values",
    "DUMMY_SCAN": "One row",
    "PROJECTION": "Compute columns",
    "FILTER": "Keep rows that match",
    "HASH_GROUP_BY": "Group and summarise",
    "PERFECT_HASH_GROUP_BY": "Group and summarise",
    "UNGROUPED_AGGREGATE": "Summarise all rows",
    "SIMPLE_AGGREGATE": "Summarise all rows",
    "STREAMING_WINDOW": "Compute over neighbouring rows",
    "WINDOW": "Compute over neighbouring rows",
    "HASH_JOIN": "Join on equal values",
    "NESTED_LOOP_JOIN": "Join each row with each",
    "BLOCKWISE_NL_JOIN": "Join each row with each",
    "PIECEWISE_MERGE_JOIN": "Join on a range",
    "IE_JOIN": "Join on a range",
    "CROSS_PRODUCT": "Combine each row with each",
    "ORDER_BY": "Sort",
    "TOP_N": "Sort and keep the first rows",
    "LIMIT": "Keep the first rows",
    "STREAMING_LIMIT": "Keep the first rows",
    "UNION": "Put below each other",
    "RECURSIVE_CTE": "Repeat until nothing is new",
    "CTE": "Named part",
    "CTE_SCAN": "Read named part",
    "UNNEST": "One row for each list entry",
    "INOUT_FUNCTION": "Series of values",
}
_HIDDEN = {"Estimated Cardinality", "Filename(s)", "Total Files Read", "Row Groups Scanned", "Function", "Type"}
_WRAPPERS = {"RESULT_COLLECTOR", "EXPLAIN_ANALYZE"}
MAX_DETAIL = 200


def plan_tree(text: str, tables: Mapping[str, Path]) -> PlanNode:
    """The engine's plan, given as its JSON, as a tree.

    Args:
        text: What ``EXPLAIN (FORMAT JSON)`` or ``EXPLAIN (ANALYZE, FORMAT JSON)`` gives.
        tables: Where the tables lie, so that their names can be shown instead.
    """
    plan: Any = json.loads(text)
    top: Any = plan.get("operator", plan.get("children", [])) if isinstance(plan, dict) else plan
    names = {str(path): name for name, path in tables.items()}
    return _node(_unwrapped(top[0]), names)


def plan_text(node: PlanNode, depth: int = 0) -> str:
    """The tree as lines, each step indented below what it feeds."""
    numbers = []
    if node.n_rows is not None:
        numbers.append(f"{node.n_rows:,} rows")
    elif node.n_rows_expected is not None:
        numbers.append(f"about {node.n_rows_expected:,} rows")
    if node.duration_s is not None:
        numbers.append(f"{node.duration_s * 1_000:,.1f} ms")
    parts = [node.label, *node.details, *numbers]
    lines = [f"{'  ' * depth}{' | '.join(parts)}"]
    return "\n".join([*lines, *(plan_text(child, depth + 1) for child in node.children)])


def _unwrapped(raw: dict[str, Any]) -> dict[str, Any]:
    while _kind(raw) in _WRAPPERS and raw.get("children"):
        raw = raw["children"][0]
    return raw


def _node(raw: dict[str, Any], names: Mapping[str, str]) -> PlanNode:
    info: dict[str, Any] = raw.get("extra_info") or {}
    kind = _kind(raw)
    is_measured = "timing" in raw or "operator_timing" in raw
    expected = str(info.get("Estimated Cardinality", "")).replace(",", "").lstrip("~")
    table = names.get(str(info.get("Filename(s)", "")), "")
    details = [table] * bool(table) + [_detail(name, value) for name, value in info.items() if name not in _HIDDEN]
    return PlanNode(
        label=_LABELS.get(kind, kind.replace("_", " ").capitalize()),
        details=tuple(detail for detail in details if detail),
        n_rows_expected=int(expected) if expected.isdigit() else None,
        n_rows=int(raw.get("intermediate_rows", raw.get("operator_cardinality", 0))) if is_measured else None,
        duration_s=float(raw.get("timing", raw.get("operator_timing", 0.0))) if is_measured else None,
        children=tuple(_node(child, names) for child in raw.get("children", [])),
    )


def _kind(raw: dict[str, Any]) -> str:
    return (
        str(raw.get("name") or raw.get("type") or raw.get("operator_type") or "step").strip().upper().replace(" ", "_")
    )


def _detail(name: str, value: Any) -> str:
    text = ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
    text = " ".join(text.split())
    if not text:
        return ""
    return f"{name}: {text}"[:MAX_DETAIL]
