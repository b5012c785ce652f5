"""What every statistical test promises, by a walk through the registry."""

import contextlib
import io
import json
import math
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.errors import UnsuitableData, UserInputError
from core.statistics.asking import ask
from core.statistics.frame import read_frame
from core.statistics.params import column_fields
from core.statistics.registry import STATISTICAL_TESTS
from core.statistics.result import AssumptionState
from core.statistics.result import TestResult as Answer
from core.types import Severity
from tests.markdown import ROOT, first_cells
from tests.statistics_cases import CASES, HOSTILE, LONG_CASES, answer, grouped, make_long, make_table
from tests.workspaces import store_frame

ALL = sorted(STATISTICAL_TESTS)
SAME_P = 1e-9
"""Relative: rows come in another order, or sums are taken in another way, so only rounding may differ."""

each_test = pytest.mark.parametrize("key", ALL)


def numbers_in(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [found for part in value.values() for found in numbers_in(part)]
    if isinstance(value, (list, tuple)):
        return [found for part in value for found in numbers_in(part)]
    return [value] if isinstance(value, float) else []


STORED = {HOSTILE: 'two "halves"'}
"""Reading a file puts names on one line."""


def stored_case(key: str) -> dict[str, Any]:
    return {field: STORED.get(value, value) if isinstance(value, str) else value for field, value in CASES[key].items()}


def run_script(code: str, folder: Path, table: pd.DataFrame) -> float:
    """The p value that the script prints, run as a person would: with a file and nothing of Praxis."""
    table.to_parquet(folder / "table.parquet", index=False)
    (folder / "script.py").write_text(code, encoding="utf-8")
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr(sys, "argv", ["script.py", str(folder / "table.parquet")])
        runpy.run_path(str(folder / "script.py"), run_name="__main__")
    return float(re.findall(r"^p (\S+)$", printed.getvalue(), re.MULTILINE)[-1])


# --- what a test declares --------------------------------------------------------------------------------------------


def test_there_is_a_case_for_every_test() -> None:
    assert sorted(CASES) == ALL


@each_test
def test_a_test_says_what_it_is_for_and_what_to_take_instead(key: str) -> None:
    spec = STATISTICAL_TESTS[key]
    for text in (spec.label, spec.needs, spec.null_hypothesis, spec.plain, spec.technical, spec.source):
        assert text
        assert text[0].isupper() or text[0].isdigit()
    assert spec.use_when
    assert spec.avoid_when
    assert spec.fits
    assert spec.alternative is None or spec.alternative in STATISTICAL_TESTS
    for fit in spec.fits:
        assert set(fit.roles) <= set(spec.params.model_fields)


@each_test
def test_parameters_have_titles_help_bounds_and_columns(key: str) -> None:
    schema = STATISTICAL_TESTS[key].params.model_json_schema()["properties"]
    assert [name for name, field in schema.items() if not field.get("title") or not field.get("description")] == []
    assert {field: field in schema for field, _ in column_fields(STATISTICAL_TESTS[key].params)}
    for field in schema.values():
        if field.get("type") in ("number", "integer"):
            assert {"minimum", "exclusiveMinimum"} & set(field)
            assert {"maximum", "exclusiveMaximum"} & set(field)


def test_the_page_for_people_lists_every_test() -> None:
    assert set(ALL) <= first_cells(ROOT / "docs" / "user" / "statistics.md")


def test_listing_tests_loads_no_statistics_library() -> None:
    code = (
        "import sys, core.statistics.registry, core.statistics.choosing, core.computing.catalog.statistical_test\n"
        "print([name for name in ('scipy', 'statsmodels', 'sklearn', 'duckdb') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


# --- what an answer holds --------------------------------------------------------------------------------------------


@each_test
def test_an_answer_is_whole_and_survives_json(key: str) -> None:
    found = answer(key, make_table(), **CASES[key])
    assert Answer.model_validate_json(found.model_dump_json()) == found
    assert all(math.isfinite(number) for number in numbers_in(found.model_dump(exclude={"pictures"})))
    json.dumps([picture.figure for picture in found.pictures], allow_nan=False)
    assert 0 <= found.p_value <= 1
    assert found.test == key
    assert found.n_used > 0
    assert found.n_rows == len(make_table())
    assert found.statistics
    assert found.effect.name
    assert found.effect.method
    assert found.power.method or found.power.reason
    assert found.hypotheses


@each_test
def test_an_effect_lies_in_its_interval_and_has_a_word_or_says_why_not(key: str) -> None:
    effect = answer(key, make_table(), **CASES[key]).effect
    assert effect.value is not None
    assert effect.low is None or effect.low <= effect.value + 1e-9
    assert effect.high is None or effect.high >= effect.value - 1e-9
    assert bool(effect.word) is (effect.convention != "There are no agreed words for this one.")


@each_test
def test_the_sentence_is_plain_and_proves_nothing(key: str) -> None:
    sentence = answer(key, make_table(), **CASES[key]).sentence
    assert sentence.endswith(".")
    assert re.search(r"\bp [=<] 0\.\d|p = 1\.000", sentence)
    assert not re.search(r"\bprove|\bsignificant|null hypothesis|nan|None", sentence)


@each_test
def test_assumptions_say_how_they_were_checked_and_what_to_do(key: str) -> None:
    assumptions = answer(key, make_table(), **CASES[key]).assumptions
    assert assumptions[0].state is AssumptionState.TO_JUDGE
    for assumption in assumptions:
        assert assumption.how
        assert assumption.result
        if assumption.state in (AssumptionState.DOUBTFUL, AssumptionState.VIOLATED):
            assert assumption.advice
        assert assumption.alternative is None or assumption.alternative in STATISTICAL_TESTS


@each_test
def test_pictures_have_words_a_table_and_titles(key: str) -> None:
    import plotly.graph_objects as go

    pictures = answer(key, make_table(), **CASES[key]).pictures
    assert len(pictures) >= 2
    for picture in pictures:
        assert picture.title
        assert picture.alt
        assert picture.explanation
        assert picture.table
        assert picture.figure["layout"]["title"]["text"]
        go.Figure(picture.figure)
        titles = json.dumps(picture.figure["layout"])
        assert "<b>" not in titles
        assert "<i>" not in titles


@each_test
def test_the_code_prints_the_same_p(key: str, tmp_path: Path) -> None:
    found = answer(key, make_table(), **CASES[key])
    assert "praxis" not in found.code.lower().replace("without praxis", "")
    assert run_script(found.code, tmp_path, make_table()) == pytest.approx(found.p_value, rel=SAME_P)


@pytest.mark.parametrize("key", sorted(LONG_CASES))
def test_rows_of_a_subject_are_paired(key: str, tmp_path: Path) -> None:
    found = answer(key, make_long(), **LONG_CASES[key])
    wide = make_long().pivot(index="subject", columns="occasion", values="score").reset_index()
    columns = (
        {"columns": ("after", "before", "during")} if key == "friedman" else {"first": "before", "second": "after"}
    )
    same = answer(key, wide, **columns)
    assert (found.p_value, found.effect.value) == pytest.approx((same.p_value, same.effect.value), rel=SAME_P)
    assert run_script(found.code, tmp_path, make_long()) == pytest.approx(found.p_value, rel=SAME_P)


@each_test
def test_the_order_of_the_rows_does_not_matter(key: str) -> None:
    table = make_table()
    shuffled = table.sample(frac=1, random_state=9, ignore_index=True)
    one, other = (answer(key, rows, **CASES[key]) for rows in (table, shuffled))
    assert other.p_value == pytest.approx(one.p_value, rel=SAME_P)
    assert other.effect.value == pytest.approx(one.effect.value, rel=SAME_P)


@each_test
def test_rows_with_gaps_are_left_out_and_counted(key: str) -> None:
    table = make_table()
    found = answer(key, table, **CASES[key])
    names = [CASES[key][field] for field, _ in column_fields(STATISTICAL_TESTS[key].params) if field in CASES[key]]
    flat = [name for part in names for name in ((part,) if isinstance(part, str) else part)]
    n_complete = len(table.dropna(subset=flat))
    assert (found.n_used, found.n_missing) == (n_complete, len(table) - n_complete)
    complete = answer(key, table.dropna(subset=flat).reset_index(drop=True), **CASES[key])
    assert complete.p_value == pytest.approx(found.p_value, rel=SAME_P)


@each_test
def test_a_long_table_is_sampled_and_the_answer_and_the_code_say_so(key: str, tmp_path: Path) -> None:
    spec = STATISTICAL_TESTS[key]
    table = pd.concat([make_table(seed) for seed in range(4)], ignore_index=True).rename(columns=STORED)
    stored = store_frame(table, tmp_path / "stored")
    params = spec.params(**stored_case(key))
    found = spec.run(read_frame(stored.path, params, most_rows=150), params)
    assert (found.n_rows, found.n_read) == (240, 150)
    assert found.sample_seed is not None
    assert [notice.code for notice in found.warnings if notice.severity is Severity.INFO].count("sampled") == 1
    assert run_script(found.code, tmp_path, table) == pytest.approx(found.p_value, rel=SAME_P)


@each_test
def test_an_answer_from_a_stored_table_equals_that_from_memory(key: str, tmp_path: Path) -> None:
    found = ask(key, stored_case(key), store_frame(make_table().rename(columns=STORED), tmp_path))
    assert found.p_value == pytest.approx(answer(key, make_table(), **CASES[key]).p_value, rel=SAME_P)


# --- what is refused -------------------------------------------------------------------------------------------------


def refusal(key: str, table: pd.DataFrame, **changes: Any) -> UserInputError:
    with pytest.raises(UserInputError) as caught:
        answer(key, table, **{**CASES[key], **changes})
    assert len(caught.value.message) > 15
    assert caught.value.hint
    return caught.value


def spoiled(key: str, spoil: Any) -> pd.DataFrame:
    """The case's table with every column that it names replaced by ``spoil(column)``."""
    table = make_table()
    for field, kind in column_fields(STATISTICAL_TESTS[key].params):
        named = CASES[key].get(field, ())
        for name in (named,) if isinstance(named, str) else named:
            if name:
                table[name] = spoil(table[name], kind)
    return table


@each_test
def test_columns_without_values_are_refused(key: str) -> None:
    empty = spoiled(key, lambda column, _: pd.Series([None] * len(column), dtype="float64"))
    error = refusal(key, empty)
    assert re.search("missing|complete|in all 3 columns", error.message)


@each_test
def test_columns_that_never_change_are_refused(key: str) -> None:
    constant = spoiled(key, lambda column, kind: pd.Series([1.0 if kind == "number" else "x"] * len(column)))
    error = refusal(key, constant)
    assert re.search("same value|one value|one group|equal|All 6", error.message)


@each_test
def test_a_single_row_is_refused(key: str) -> None:
    refusal(key, make_table().dropna().head(1))


@pytest.mark.parametrize(
    "key",
    [key for key in ALL if any(kind.value == "number" for _, kind in column_fields(STATISTICAL_TESTS[key].params))],
)
def test_infinite_values_are_refused(key: str) -> None:
    table = make_table()
    table["value"] = table["value"].where(table.index != 20, np.inf)
    error = refusal(key, table)
    assert "infinite" in error.message


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("student_t", "One-way ANOVA"),
        ("welch_t", "Welch ANOVA"),
        ("mann_whitney", "Kruskal-Wallis test"),
        ("ks_two_sample", "Kruskal-Wallis test"),
    ],
)
def test_three_groups_for_a_test_of_two_are_refused_with_the_test_to_take(key: str, names: str) -> None:
    error = refusal(key, make_table(), group="three")
    assert error.message == "'three' has 3 groups ('x', 'y' and 'z'); this test compares two."
    assert names in error.hint
    two_of_them = answer(key, make_table(), **{**CASES[key], "group": "three", "groups": ("z", "x")})
    assert two_of_them.n_used == int(make_table().dropna(subset=["value"])["three"].isin(["z", "x"]).sum())


@pytest.mark.parametrize("key", ["fisher_exact", "two_proportions"])
def test_three_categories_for_a_test_of_two_by_two_are_refused_with_the_test_to_take(key: str) -> None:
    assert "Chi-square test of independence" in refusal(key, make_table(), rows="three").hint


def test_two_groups_for_repeated_measurements_of_three_name_the_test_of_two() -> None:
    assert "Wilcoxon signed-rank test" in refusal("friedman", make_table(), columns=("value", "after")).hint


@pytest.mark.parametrize(
    ("key", "params", "message", "hint"),
    [
        ("welch_t", {"measure": "three", "group": "two"}, "holds text; 'values' takes numbers", "Chi-square"),
        ("welch_t", {"measure": "value", "group": "after"}, "holds numbers; 'groups' takes categories", "Spearman"),
        ("welch_t", {"measure": "valeu", "group": "two"}, "has no column 'valeu'", "Did you mean 'value'?"),
        ("pearson", {"x": "value", "y": "answer"}, "holds true and false", "Chi-square"),
        ("welch_t", {"measure": "value", "group": "two", "alpha": 0.9}, "'alpha' is 0.9", ""),
        ("welch_t", {"measure": "value"}, "'group'", ""),
    ],
)
def test_columns_of_the_wrong_type_are_refused(
    tmp_path: Path, key: str, params: dict[str, Any], message: str, hint: str
) -> None:
    table = store_frame(make_table(), tmp_path)
    with pytest.raises(UserInputError) as caught:
        ask(key, params, table)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert (caught.value.field or "").startswith("params.")


def test_a_column_in_two_roles_is_refused() -> None:
    assert "named twice" in refusal("pearson", make_table(), x="value", y="value").message


def test_groups_of_one_value_each_are_refused_where_a_spread_is_needed() -> None:
    with pytest.raises(UnsuitableData, match="has 1 value; this test needs 2 in each group"):
        answer("welch_t", grouped([1.0], [2.0, 3.0]), measure="measure", group="group")


def test_a_category_with_many_values_is_refused() -> None:
    table = pd.DataFrame({"measure": np.arange(80.0), "group": [f"g{i % 40}" for i in range(80)]})
    with pytest.raises(UnsuitableData, match="has 40 different values; up to 30 groups"):
        answer("kruskal_wallis", table, measure="measure", group="group")


def test_an_empty_cell_of_two_factors_is_refused() -> None:
    table = make_table()
    table = table[(table["two"] != "a") | (table["three"] != "x")]
    assert "no row for 'a / x'" in refusal("two_way_anova", table).message


def test_a_subject_with_two_rows_for_one_occasion_is_refused() -> None:
    table = pd.concat([make_long(), make_long().head(1)], ignore_index=True)
    with pytest.raises(UnsuitableData, match="has more than one row with 'occasion'"):
        answer("paired_t", table, **LONG_CASES["paired_t"])


def test_answers_that_differ_from_before_to_after_are_refused_by_mcnemar() -> None:
    assert "same question asked twice" in refusal("mcnemar", make_table(), columns="two").hint


# --- what is remarked on ---------------------------------------------------------------------------------------------


def codes(found: Answer) -> set[str]:
    return {notice.code for notice in found.warnings}


def test_few_rows_ties_and_small_counts_are_remarked_on() -> None:
    assert "tiny_sample" in codes(answer("welch_t", grouped([1, 2, 4], [3, 5, 9]), measure="measure", group="group"))
    tied = grouped([1, 1, 2, 3] * 5, [2, 3, 3, 4] * 5)
    assert "ties" in codes(answer("mann_whitney", tied, measure="measure", group="group"))
    small = pd.DataFrame({"rows": ["a"] * 8 + ["b"] * 8, "columns": (["x"] * 7 + ["y"]) * 2})
    found = answer("chi_square_independence", small, rows="rows", columns="columns")
    assert {"small_expected", "assumption_violated"} <= codes(found)
    assert found.assumptions[1].alternative == "fisher_exact"


def test_many_gaps_are_remarked_on() -> None:
    table = make_table()
    table.loc[:30, "value"] = np.nan
    assert "many_missing" in codes(answer("one_sample_t", table, **CASES["one_sample_t"]))


def test_skewed_values_and_unequal_spreads_lead_to_another_test() -> None:
    rng = np.random.default_rng(2)
    skewed = answer(
        "welch_t", grouped(rng.lognormal(0, 2, 12), rng.lognormal(0, 2, 12)), measure="measure", group="group"
    )
    assert (skewed.assumptions[1].state, skewed.assumptions[1].alternative) == (
        AssumptionState.VIOLATED,
        "mann_whitney",
    )
    spread = grouped(rng.normal(0, 1, 60), rng.normal(0, 6, 15))
    found = answer("student_t", spread, measure="measure", group="group")
    assert (found.assumptions[2].state, found.assumptions[2].alternative) == (AssumptionState.VIOLATED, "welch_t")


def test_names_that_want_to_be_markup_stay_text_in_titles() -> None:
    found = answer("mann_whitney", make_table(), **CASES["mann_whitney"])
    assert HOSTILE.split("\n")[0].split('"')[0] in found.pictures[0].figure["layout"]["xaxis"]["title"]["text"]
    assert found.pictures[0].figure["layout"]["xaxis"]["ticktext"] == ["&lt;i&gt;no&lt;/i&gt;", "yes &amp; no"]


def test_refusals_on_the_page_for_people_are_what_people_get(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "user" / "statistics.md").read_text(encoding="utf-8")
    quoted = page.split("| what | message |")[1].split("\n\n")[0]
    table = make_table()
    constant = table.assign(value=1.0)
    infinite = table.assign(value=table["value"].where(table.index != 20, np.inf))
    many = pd.DataFrame({"value": np.arange(80.0), "group": [f"g{i % 40}" for i in range(80)]})
    alone = grouped([1.0], [2.0, 3.0])
    with pytest.raises(UserInputError) as wrong_type:
        ask("welch_t", {"measure": "three", "group": "two"}, store_frame(table.drop(columns=HOSTILE), tmp_path))
    given = [
        refusal("welch_t", table, group="three"),
        wrong_type.value,
        refusal("one_sample_t", constant),
        refusal("one_sample_t", table.assign(value=np.nan)),
        refusal("one_sample_t", infinite),
        refusal("welch_t", alone, measure="measure", group="group"),
        refusal("kruskal_wallis", many, group="group"),
    ]
    assert [error.message for error in given if f"| {error.message} |" not in quoted] == []
    assert len(re.findall(r"^\| (?!---)", quoted, re.MULTILINE)) == len(given)
