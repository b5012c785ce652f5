"""Every recipe step: DuckDB and the exported pandas script make the same table, by values, types and order."""

import datetime as dt
import math
import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.computing.spec import TableFile
from core.errors import UserInputError
from core.recipes.applying import apply_recipe
from core.recipes.changes import TableColumn
from core.recipes.preview import preview_recipe
from core.recipes.registry import STEPS
from core.recipes.script import make_script
from core.recipes.types import MadeStep, RecipeParams, RecipePreviewParams
from tests.workspaces import LocalWorkspace, store_frame

RELATIVE_TOLERANCE = 1e-12
"""numpy and DuckDB call different mathematical libraries, which differ in the last bits of logarithms and powers."""

ODD = "odd 'name' \"q\" `t` [x] {0} \\ 🙂"


def make_frame() -> pd.DataFrame:
    """Every type with gaps, under names that need quoting; 60 rows in no order."""
    rng = np.random.default_rng(4)
    n = 60
    amount = rng.normal(0, 100, n).round(3)
    amount[rng.random(n) < 0.2] = np.nan
    count = [None if rng.random() < 0.2 else int(value) for value in rng.integers(-5, 12, n)]
    city = rng.choice(np.array(["Rome", "oslo ", " Oslo", "", "São  Paulo", "ß", None], dtype=object), n)
    texts = np.array(
        ["12", " 7.0", "1,234.50", "-3e2", "x", "", "yes", "no", "1e999", None, "0009", "+5"], dtype=object
    )
    days = rng.integers(-20_000, 20_000, n)
    moment = pd.Timestamp("2020-02-29 13:45:10.5") + pd.to_timedelta(days * 86_399, unit="s")
    return pd.DataFrame(
        {
            "amount": amount,
            "count": pd.array(count, dtype="Int64"),
            ODD: city,
            "text": rng.choice(texts, n),
            "when": moment.where(rng.random(n) > 0.2),
            "flag": pd.array(rng.choice(np.array([True, False, None], dtype=object), n), dtype="boolean"),
            "written": rng.choice(np.array(["31.12.2024", "1.2.2024", "29.02.2023", "soon", None], dtype=object), n),
            "names": rng.choice(np.array(["a, b", "c", "", "d,e, f,g", None], dtype=object), n),
            "code": rng.integers(20_200_101, 20_200_131, n),
            "number": rng.permutation(n),
        }
    )


def make_other() -> pd.DataFrame:
    """Partners for the keys of the first table: some twice, some never, some missing."""
    return pd.DataFrame(
        {
            "key": pd.array([3, 1, 1, None, 7, 99, -2], dtype="Int64"),
            "amount": [0.5, None, 2.5, 3.5, 4.5, 5.5, 6.5],
            "label": ["three", "one", "uno", "none", "", None, "minus two"],
        }
    )


CASES: dict[str, list[dict[str, Any]]] = {
    "add_missing_indicator": [{"columns": ["amount", ODD, "flag"]}],
    "bin": [
        {"column": "amount"},
        {"column": "count", "method": "equal_width", "n_bins": 3, "name": "size"},
        {"column": "amount", "method": "edges", "edges": [-50, 0, 50], "labels": ["lów", "it's high"]},
    ],
    "cast": [
        {"columns": ["text", "count", "flag"], "to": "number"},
        {"columns": ["text", "amount", "flag"], "to": "integer"},
        {"columns": ["text"], "to": "number", "written": "1,234.5"},
        {"columns": ["text"], "to": "integer", "written": "1.234,5"},
        {"columns": ["text", "count", "amount"], "to": "boolean"},
        {"columns": ["amount", "count", "flag", "when", ODD], "to": "string"},
    ],
    "clip": [
        {"columns": ["amount", "count"]},
        {"columns": ["amount", "count"], "by": "values", "low": None, "high": 2.5},
        {"columns": ["amount", "count"], "low": 0.1, "high": 0.8, "beyond": "missing"},
    ],
    "deduplicate": [
        {"columns": ["count", "flag"]},
        {"columns": [ODD], "keep": "last"},
        {"columns": [ODD, "count"], "keep": "none"},
        {},
    ],
    "derive": [
        {"name": "x", "expression": expression}
        for expression in (
            "amount / count",
            "-amount % 1 if false else count * 2 - 1".replace("-amount % 1", "missing"),
            "count % -3",
            "log(amount) + sqrt(amount) + exp(amount) + log10(count)",
            "amount ** 2 - count ** 0.5",
            "exp(1000 * amount) > 0 or amount / 0 == 1",
            "round(amount, 1) + floor(amount) - ceil(amount)",
            "abs(count) + min(count, 3) - max(count, 1, 2)",
            "min(amount, count, 0) / (amount - amount)",
            f"upper(`{ODD.replace('`', '``')}`) + '-' + lower(text)",
            f"length(strip(`{ODD.replace('`', '``')}`))",
            f"replace(`{ODD.replace('`', '``')}`, 's', \"'\")",
            "contains(text, '1') or startswith(text, 'y') or endswith(text, '0')",
            "year(when) * 10000 + month(when) * 100 + day(when)",
            "weekday(when) * 100 + hour(when)",
            "days_between(when, date('2020-01-01 12:00'))",
            "days_between('2020-01-01', when)",
            "when > '2020-01-01' and not flag",
            "when != '2020-01-01'",
            "is_missing(flag) or flag",
            "coalesce(count, amount, 0)",
            "coalesce(when, '2001-02-03')",
            "'low' if amount < 0 else 'high' if amount >= 0 else missing",
            "when if flag else missing",
            "count in (1, 2.0, 3) or text not in ('x', 'yes')",
            "weekday(when) in (6, 7)",
            "'constant'",
            "1 + 2 * 3",
            "1 < 2",
        )
    ]
    + [{"name": "amount", "expression": "amount > 0"}],
    "drop_columns": [{"columns": ["count", ODD]}, {"columns": ["text", ODD], "keep": True}],
    "drop_missing": [{}, {"columns": ["amount", ODD]}, {"columns": ["amount", "flag"], "how": "all"}],
    "encode": [
        {"columns": [ODD, "flag"]},
        {"columns": [ODD, "count", "flag"], "method": "label"},
        {"columns": ["count"], "method": "ordinal", "order": [3, 1, 2]},
        {"columns": ["number"]},
    ],
    "filter_rows": [
        {"conditions": [{"column": ODD, "operator": "contains", "value": "O"}]},
        {"conditions": [{"column": "count", "operator": "between", "value": [1, 2.5]}]},
        {"conditions": [{"column": ODD, "operator": "ends_with", "value": ""}], "action": "remove"},
        {"conditions": [{"column": "amount", "operator": "less", "value": "2.5"}], "action": "remove"},
        {
            "conditions": [
                {"column": "when", "operator": "at_least", "value": "2020-01-01"},
                {"column": "count", "operator": "one_of", "value": [1, "2", 3]},
                {"column": "flag", "operator": "is_not", "value": True},
            ],
            "match": "any",
        },
        {
            "conditions": [
                {"column": "text", "operator": "present"},
                {"column": "when", "operator": "is_not", "value": "2020-01-01"},
                {"column": "count", "operator": "more", "value": -2},
            ]
        },
        {"conditions": [{"column": "when", "operator": "missing"}]},
        {"conditions": [{"column": ODD, "operator": "is", "value": ""}]},
        {"expression": "amount > count or is_missing(text)"},
    ],
    "impute": [
        {"columns": ["amount", "count"], "strategy": "median"},
        {"columns": ["amount", "count"], "strategy": "mean"},
        {"columns": ["amount", "count", ODD, "text", "flag", "when"], "strategy": "mode"},
        {"columns": ["amount", "count", ODD, "text", "flag", "when"], "strategy": "forward"},
        {"columns": ["count", "amount"], "strategy": "constant", "value": 1.5},
        {"columns": [ODD], "strategy": "constant", "value": 'it\'s \\ "missing"'},
        {"columns": ["when"], "strategy": "constant", "value": "2024-01-31 10:00"},
        {"columns": ["flag"], "strategy": "constant", "value": False},
    ],
    "join": [
        {"dataset_id": "other", "left_on": ["count"], "right_on": ["key"]},
        {"dataset_id": "other", "left_on": ["count"], "right_on": ["key"], "how": "inner", "suffix": " (2)"},
        {"dataset_id": "other", "left_on": [ODD], "right_on": ["label"], "columns": ["key"]},
    ],
    "parse_dates": [
        {"columns": ["written"]},
        {"columns": ["written"], "format": "%d.%m.%Y"},
        {"columns": ["code"]},
        {"columns": ["count", "code"], "format": "unix milliseconds"},
    ],
    "rename": [{"names": {ODD: "city", "amount": "COUNT 2", "count": "amount"}}],
    "replace_values": [
        {"columns": [ODD, "text"], "replacements": [{"old": "", "new": None}, {"old": "ß", "new": "x'"}]},
        {"columns": ["count"], "replacements": [{"old": 1, "new": 2}, {"old": 2, "new": 1}, {"old": "-5"}]},
        {"columns": ["amount"], "replacements": [{"old": 0.5, "new": 0}]},
        {"columns": ["flag"], "replacements": [{"old": True, "new": None}]},
        {"columns": ["when"], "replacements": [{"old": "2020-02-29 13:45:10.5", "new": "2000-01-01"}]},
    ],
    "sample": [
        {"fraction": 0.3, "seed": 5},
        {"n_rows": 7},
        {"fraction": 0.5, "stratify": ODD},
        {"n_rows": 20, "stratify": "count", "seed": 1},
    ],
    "sort_rows": [
        {"columns": [ODD]},
        {"columns": ["count", "flag", "amount"], "descending": ["count", "amount"]},
        {"columns": ["when"], "descending": ["when"]},
    ],
    "split_column": [
        {"column": "names"},
        {"column": "names", "into": ["first", "second"], "keep": True, "trim": False},
    ],
    "trim_text": [
        {},
        {"columns": [ODD], "spaces": "all", "case": "upper", "empty_to_missing": True},
        {"columns": [ODD, "text"], "spaces": "keep", "case": "sentence"},
        {"columns": [ODD], "case": "lower"},
    ],
}
ALL = [(key, index) for key, cases in CASES.items() for index in range(len(cases))]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, TableFile]:
    folder = tmp_path_factory.mktemp("tables")
    return {"table": store_frame(make_frame(), folder / "a"), "other": store_frame(make_other(), folder / "b")}


class Bench:
    """Applies steps to the tables, in DuckDB and by script."""

    def __init__(self, folder: Path, tables: dict[str, TableFile]) -> None:
        self.folder = folder
        self.tables = tables
        self.workspace = LocalWorkspace(folder, tables)

    def by_duckdb(self, steps: list[dict[str, Any]]) -> tuple[pa.Table, list[MadeStep]]:
        fetched = apply_recipe(RecipeParams(dataset_id="table", steps=steps), self.workspace)
        return pq.read_table(fetched.path), [MadeStep.model_validate(one) for one in fetched.details["steps"]]

    def by_script(self, made: list[MadeStep], monkeypatch: pytest.MonkeyPatch) -> pa.Table:
        columns = [TableColumn(name=one.name, type=one.type) for one in self.tables["table"].dataset.columns]
        script = self.folder / "fix.py"
        text = make_script([one.again() for one in made], columns, title='Plants "v2" \\')
        script.write_text(text, encoding="utf-8")
        result = self.folder / "result.parquet"
        paths = [self.tables["table"].path]
        if any(one.step == "join" for one in made):
            paths.append(self.tables["other"].path)
        monkeypatch.setattr(sys, "argv", ["fix.py", *map(str, paths), str(result)])
        with np.errstate():
            runpy.run_path(str(script), run_name="__main__")
        return pq.read_table(result)


@pytest.fixture
def bench(tmp_path: Path, tables: dict[str, TableFile]) -> Bench:
    return Bench(tmp_path, tables)


def plain_type(type_: pa.DataType) -> str:
    return {"large_string": "string"}.get(str(type_), str(type_))


def is_same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=RELATIVE_TOLERANCE)
    return type(a) is type(b) and a == b


def assert_same(ours: pa.Table, theirs: pa.Table) -> None:
    assert ours.column_names == theirs.column_names
    assert [plain_type(one) for one in ours.schema.types] == [plain_type(one) for one in theirs.schema.types]
    assert ours.num_rows == theirs.num_rows
    for name in ours.column_names:
        for row, (a, b) in enumerate(zip(ours[name].to_pylist(), theirs[name].to_pylist(), strict=True)):
            assert is_same(a, b), f"{name!r}, row {row}: {a!r} by DuckDB, {b!r} by pandas"


def test_every_step_has_a_case() -> None:
    assert set(CASES) == set(STEPS)


@pytest.mark.parametrize(("key", "index"), ALL, ids=[f"{key}-{index}" for key, index in ALL])
def test_the_script_makes_the_same_table_as_the_recipe(
    key: str, index: int, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, made = bench.by_duckdb([{"step": key, "params": CASES[key][index]}])
    assert_same(ours, bench.by_script(made, monkeypatch))


@pytest.mark.parametrize(("key", "index"), ALL, ids=[f"{key}-{index}" for key, index in ALL])
def test_what_was_learned_makes_the_same_table_again(key: str, index: int, bench: Bench) -> None:
    ours, made = bench.by_duckdb([{"step": key, "params": CASES[key][index]}])
    again, made_again = bench.by_duckdb([one.again().model_dump(mode="json") for one in made])
    assert_same(ours, again)
    assert made_again == made


@pytest.mark.parametrize(("key", "index"), ALL, ids=[f"{key}-{index}" for key, index in ALL])
def test_the_preview_says_what_applying_does(key: str, index: int, bench: Bench) -> None:
    steps = [{"step": key, "params": CASES[key][index]}]
    ours, made = bench.by_duckdb(steps)
    preview = preview_recipe(RecipePreviewParams(dataset_id="table", steps=steps), bench.workspace)
    assert preview.error is None
    assert not preview.is_sample
    assert preview.steps[0].effect == made[0].effect
    assert preview.n_rows_after == ours.num_rows
    assert [column.name for column in preview.columns] == ours.column_names
    everything = [tuple(as_shown(cell) for cell in row.values()) for row in ours.to_pylist()]
    assert list(preview.rows) == [everything[number - 1] for number in preview.row_numbers]


def as_shown(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, dt.datetime) else cell


@pytest.mark.parametrize("key", sorted(STEPS))
def test_every_step_has_its_texts_and_a_title(key: str) -> None:
    spec = STEPS[key]
    assert spec.key == key
    assert spec.summary.endswith(".")
    assert spec.label[0].isupper()
    for case in CASES[key]:
        assert spec.title(spec.params.model_validate(case))
    schema = spec.params.model_json_schema()
    assert all(field.get("title") for field in schema["properties"].values())


@pytest.mark.parametrize("key", sorted(STEPS))
def test_every_step_refuses_a_column_that_is_not_there(key: str, bench: Bench) -> None:
    case = dict(CASES[key][0])
    for field in ("left_on", "columns"):
        if field in STEPS[key].params.model_fields:
            case[field] = ["amuont"]
            break
    else:
        for field in ("column", "stratify"):
            if field in STEPS[key].params.model_fields:
                case[field] = "amuont"
    changed = {
        "rename": {"names": {"amuont": "x"}},
        "derive": {"name": "x", "expression": "amuont * 2"},
        "filter_rows": {"conditions": [{"column": "amuont", "operator": "missing"}]},
    }
    with pytest.raises(UserInputError, match=r"^Step 1 .*there is no column 'amuont'\.$") as caught:
        bench.by_duckdb([{"step": key, "params": changed.get(key, case)}])
    assert "amount" in caught.value.hint
