"""Recipes as a whole: order, refusals, samples, constants that were learned elsewhere."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.computing.spec import TableFile
from core.errors import NotFound, UserInputError
from core.profiling.running import run_profile
from core.recipes.applying import apply_recipe
from core.recipes.changes import TableColumn
from core.recipes.preview import MAX_ROWS, preview_recipe
from core.recipes.recipe import MAX_STEPS, read_steps
from core.recipes.script import make_script
from core.recipes.types import MadeStep, RecipeParams, RecipePreview, RecipePreviewParams
from core.types import ColumnType
from tests.factories import make_column, make_dataset
from tests.workspaces import LocalWorkspace, store_frame

Steps = list[dict[str, Any]]


def step(key: str, *, is_on: bool = True, **params: Any) -> dict[str, Any]:
    return {"step": key, "params": params, "is_on": is_on}


class Bench:
    """Tables by name, and what recipes make of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables: dict[str, TableFile] = {}

    def store(self, name: str, **columns: Any) -> None:
        self.tables[name] = store_frame(pd.DataFrame(columns), self.folder / name, name=name)

    def make(self, steps: Steps, name: str = "t") -> tuple[dict[str, list[Any]], list[MadeStep]]:
        workspace = LocalWorkspace(self.folder, self.tables)
        fetched = apply_recipe(RecipeParams(dataset_id=name, steps=steps), workspace)
        made = [MadeStep.model_validate(one) for one in fetched.details["steps"]]
        assert not fetched.is_original
        return pq.read_table(fetched.path).to_pydict(), made

    def preview(self, steps: Steps, name: str = "t") -> RecipePreview:
        workspace = LocalWorkspace(self.folder, self.tables)
        return preview_recipe(RecipePreviewParams(dataset_id=name, steps=steps), workspace)

    def refusal(self, steps: Steps) -> str:
        with pytest.raises(UserInputError) as caught:
            self.make(steps)
        return f"{caught.value.message} {caught.value.hint}".strip()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.store("t", a=pd.array([3, 1, None, 2], dtype="Int64"), b=["x", "12", "7.5", None], c=[1.0, 2.0, 3.0, 4.0])
    return bench


def test_steps_are_made_in_their_order_and_those_that_are_off_are_not(bench: Bench) -> None:
    rows, made = bench.make(
        [
            step("sort_rows", columns=["a"]),
            step("drop_columns", columns=["a"], is_on=False),
            step("derive", name="d", expression="a * 2"),
            step("sample", n_rows=1, is_on=False),
        ]
    )
    assert rows["a"] == [1, 2, 3, None]
    assert rows["d"] == [2, 4, 6, None]
    assert [one.step for one in made] == ["sort_rows", "derive"]


def test_what_a_cast_loses_is_counted_and_said(bench: Bench) -> None:
    _, made = bench.make([step("cast", columns=["b"], to="integer")])
    assert made[0].effect.sentences == (
        "b turns from text into whole numbers.",
        "2 values in b become missing.",
    )
    assert (made[0].effect.columns_changed[0].n_emptied, made[0].effect.columns_changed[0].n_filled) == (2, 0)


def test_a_column_that_a_step_before_has_removed_is_explained(bench: Bench) -> None:
    told = bench.refusal([step("drop_columns", columns=["a"]), step("impute", columns=["a"])])
    assert told == (
        "Step 2 (Fill missing values): it uses 'a', which step 1 removes or renames. "
        "Move this step up, or choose another column."
    )
    told = bench.refusal([step("rename", names={"a": "z"}), step("derive", name="d", expression="a + 1")])
    assert "there is no column 'a'. Step 1 removes or renames it" in told
    rows, _ = bench.make([step("rename", names={"a": "z"}), step("derive", name="a", expression="z + 1")])
    assert rows["a"] == [4, 2, None, 3]


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (step("filter_rows", expression="a > 100"), "it removes all 4 rows. Loosen its conditions"),
        (
            step("derive", name="d", expression="a * 9223372036854775807"),
            "a whole number grows beyond what 64 bits hold",
        ),
        (step("derive", name="A", expression="1"), "there is a column 'A' already. Choose another name"),
        (step("derive", name="\n", expression="1"), "a new column needs a name."),
        (step("rename", names={"a": "B"}), "there is a column 'B' already."),
        (step("rename", names={"a": "x", "b": "X"}), "there is a column 'X' already."),
        (step("drop_columns", columns=["a", "b", "c"]), "no column would be left."),
        (step("impute", columns=["b"]), "'b' holds text; this step works on whole numbers or numbers."),
        (
            step("impute", columns=["a"], strategy="constant", value="many"),
            "'many' does not fit a column of whole numbers",
        ),
        (step("clip", columns=["a"], low=0.9, high=0.1), "the lower limit is above the upper one"),
        (step("filter_rows", conditions=[{"column": "a", "operator": "contains", "value": 1}]), "has no meaning"),
        (step("filter_rows", conditions=[{"column": "a", "operator": "less"}]), "needs one value"),
        (step("filter_rows"), "give either conditions or a formula"),
        (step("filter_rows", expression="a + 1"), "the formula gives values, not a condition."),
        (step("parse_dates", columns=["b"]), "no value of 'b' looks like a date."),
        (step("parse_dates", columns=["b"], format="%d.%m"), "the date format '%d.%m' holds no full date."),
        (step("parse_dates", columns=["b"], format="%d.%m.%Y %Z"), "holds '%Z', which is not understood"),
        (step("split_column", column="b", delimiter=";"), "no value of 'b' holds ';'."),
        (step("bin", column="c", method="edges", edges=[3, 1]), "each larger than the one before"),
        (step("bin", column="c", n_bins=2, labels=["one"]), "1 names are given for 2 ranges."),
        (step("sample"), "give either a part of the rows or a number of rows"),
        (step("replace_values", columns=["a"], replacements=[{"old": "x"}]), "'x' does not fit a column of whole"),
        (step("impute", columns=["a"], stratgy="mean"), "'stratgy' is not a parameter here."),
    ],
)
def test_a_refusal_names_the_step_and_what_is_wrong(bench: Bench, one: dict[str, Any], sentence: str) -> None:
    told = bench.refusal([step("sort_rows", columns=["c"]), one])
    assert told.startswith("Step 2 (")
    assert sentence in told


def test_an_unknown_step_is_refused_with_a_guess() -> None:
    with pytest.raises(NotFound) as caught:
        read_steps([step("inpute")])
    assert caught.value.hint == "Did you mean impute?"
    with pytest.raises(UserInputError, match=r"^Step 1 is no step"):
        read_steps(["impute"])
    with pytest.raises(UserInputError, match=rf"{MAX_STEPS} are allowed"):
        read_steps([step("trim_text")] * (MAX_STEPS + 1))


def test_a_division_by_zero_is_missing_and_meets_no_comparison(bench: Bench) -> None:
    rows, _ = bench.make(
        [
            step("derive", name="d", expression="c / (a - 3)"),
            step("derive", name="e", expression="c / (a - 3) > 0"),
        ]
    )
    assert rows["d"] == [None, -1.0, None, -4.0]
    assert rows["e"] == [None, False, None, False]


def test_a_join_that_explodes_is_refused_before_it_is_made(bench: Bench) -> None:
    bench.store("many", key=[1] * 200_000, value=list(range(200_000)))
    bench.store("t", key=[1, 1, 2])
    told = bench.refusal([step("join", dataset_id="many", left_on=["key"])])
    assert told.startswith(
        "Step 1 (Join another dataset): joining would make 400,000 rows of 3: up to 200,000 rows there have one key."
    )
    bench.store("texts", key=["1"])
    assert "'key' holds whole numbers here, 'key' text there." in bench.refusal(
        [step("join", dataset_id="texts", left_on=["key"])]
    )


def test_constants_that_were_learned_serve_for_other_data(bench: Bench) -> None:
    _, made = bench.make([step("impute", columns=["a"]), step("encode", columns=["b"])])
    bench.store("new", a=[None, 100, 100], b=["x", "new", None])
    rows, again = bench.make([one.again().model_dump() for one in made], "new")
    assert rows["a"] == [2, 100, 100]
    assert rows["b_x"] == [1, 0, 0]
    assert "b_new" not in rows
    assert [one.learned for one in again] == [one.learned for one in made]


def test_what_was_learned_is_checked_like_anything_else(bench: Bench) -> None:
    foreign = {**step("impute", columns=["a"]), "learned": {"values": {"a": "1); DROP TABLE x --"}}}
    assert "does not fit a column of whole numbers" in bench.refusal([foreign])
    foreign = {**step("impute", columns=["a"]), "learned": {"values": {}}}
    assert "nothing was learned about 'a'" in bench.refusal([foreign])


def test_a_preview_shows_what_comes_before_a_step_that_fails(bench: Bench) -> None:
    preview = bench.preview(
        [
            step("impute", columns=["a"]),
            step("trim_text", is_on=False),
            step("impute", columns=["z"]),
            step("drop_missing"),
        ]
    )
    assert preview.error is not None
    assert preview.error.message == "Step 3 (Fill missing values): there is no column 'z'."
    assert [one.number for one in preview.steps] == [1, 2, 3, 4]
    assert [one.effect is not None for one in preview.steps] == [True, False, False, False]
    assert preview.steps[2].error == preview.error
    assert preview.changed == ((2, 0),)
    assert preview.rows[2][0] == 2


def test_marks_follow_rows_and_columns_that_move(bench: Bench) -> None:
    preview = bench.preview(
        [
            step("sort_rows", columns=["c"], descending=["c"]),
            step("rename", names={"a": "z"}),
            step("impute", columns=["z"], strategy="constant", value=9),
            step("add_missing_indicator", columns=["b"]),
            step("drop_columns", columns=["c"]),
        ]
    )
    assert [column.name for column in preview.columns] == ["z", "b", "b_is_missing"]
    assert [column.origin for column in preview.columns] == ["a", "b", None]
    assert preview.columns_removed == ("c",)
    assert preview.changed == ((1, 0),)
    assert preview.row_numbers == (1, 2, 3, 4)


def test_a_large_table_is_previewed_on_rows_from_everywhere(bench: Bench) -> None:
    n_rows = 3 * MAX_ROWS
    bench.store("t", a=list(range(n_rows)))
    preview = bench.preview([step("filter_rows", expression=f"a >= {n_rows // 2}")])
    assert preview.is_sample
    assert (preview.n_rows_total, preview.n_rows_before) == (n_rows, MAX_ROWS)
    assert preview.n_rows_after == MAX_ROWS // 2
    rows, made = bench.make([step("filter_rows", expression=f"a >= {n_rows // 2}")])
    assert len(rows["a"]) == made[0].effect.n_rows_after == n_rows // 2


def test_few_changes_are_shown_behind_the_first_rows(bench: Bench) -> None:
    values = [float(value) for value in range(500)]
    values[400] = None  # type: ignore[call-overload]  # a gap among numbers
    bench.store("t", a=values)
    preview = bench.preview([step("impute", columns=["a"])])
    assert preview.row_numbers == (1, 2, 3, 4, 5, 401)
    assert preview.changed == ((5, 0),)


def test_a_column_may_be_called_like_the_engines_row_number(bench: Bench) -> None:
    path = bench.folder / "odd.parquet"
    pq.write_table(pa.table({"file_row_number": [5, None, 7]}), path)
    columns = (make_column("file_row_number", ColumnType.INTEGER),)
    bench.tables["t"] = TableFile(dataset=make_dataset(columns=columns, n_rows=3), path=path)
    rows, _ = bench.make([step("drop_missing")])
    assert rows == {"file_row_number": [5, 7]}


def test_nothing_that_people_name_gets_out_of_the_script() -> None:
    hostile = 'a\']; import os #\n"""'
    columns = [TableColumn(name=hostile, type=ColumnType.STRING)]
    steps = read_steps(
        [
            step("replace_values", columns=[hostile], replacements=[{"old": "'); import os #", "new": '"""\n'}]),
            step("rename", names={hostile: "x\nimport os"}),
            step("filter_rows", conditions=[{"column": "ximport os", "operator": "is", "value": "\\'\nimport os"}]),
        ]
    )
    renamed = read_steps([step("rename", names={hostile: "x\nimport os"})])
    script = make_script([steps[0], *renamed], columns, title='"""\nimport os\n\\')
    compile(script, "script.py", "exec")
    assert not any(line.startswith("import os") for line in script.splitlines())


def test_the_fixes_of_a_messy_table_are_steps_that_work(bench: Bench) -> None:
    n = 300
    bench.store(
        "t",
        id=[f"k{i}" for i in range(n)],
        same=["x"] * n,
        gaps=[None if i % 7 == 0 else i % 50 for i in range(n)],
        spaced=[(" a", "a ", "b", "")[i % 4] for i in range(n)],
        spelled=[("Rome", "rome", "ROME", "Oslo")[i % 4] for i in range(n)],
        code=[-999.0 if i % 10 == 0 else float(i % 40) for i in range(n)],
        number=["?" if i % 20 == 0 else str(i / 4) for i in range(n)],
        day=[f"{i % 28 + 1}.{i % 12 + 1}.2024" if i % 50 else "soon" for i in range(n)],
        far=[1e6 if i == 5 else float(i % 30) for i in range(n)],
    )
    profile = run_profile("t", "quick", None, LocalWorkspace(bench.folder, bench.tables))
    fixes = [alert.fix.model_dump() for alert in profile.alerts if alert.fix]
    assert {fix["step"] for fix in fixes} >= {"drop_columns", "impute", "trim_text", "replace_values"}
    for fix in fixes:
        preview = bench.preview([fix])
        assert preview.error is None, preview.error
        assert preview.steps[0].effect is not None
        assert preview.steps[0].effect.sentences != ("Changes nothing here.",), fix
