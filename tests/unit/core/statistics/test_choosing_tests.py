"""Which test is offered for which question, and why not the others."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.computing.spec import TableFile
from core.errors import UserInputError
from core.statistics.asking import ask
from core.statistics.choosing import Choice, choose
from core.statistics.registry import STATISTICAL_TESTS
from core.statistics.spec import Goal
from tests.statistics_cases import make_long
from tests.workspaces import store_frame


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> TableFile:
    rng = np.random.default_rng(0)
    n = 120
    frame = pd.DataFrame(
        {
            "normal": rng.normal(10, 2, n),
            "later": rng.normal(11, 2, n),
            "latest": rng.normal(12, 2, n),
            "skewed": rng.lognormal(0, 2, n),
            "two": rng.choice(["a", "b"], n),
            "three": rng.choice(["x", "y", "z"], n),
            "yes": rng.random(n) < 0.4,
            "grade": rng.integers(1, 6, n),
            "grade_later": rng.integers(1, 6, n),
            "rare": ["odd"] * 3 + ["usual"] * (n - 3),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n), unit="D"),
        }
    )
    frame["uneven"] = rng.normal(0, 1, n) * np.where(frame["two"] == "a", 1, 5)
    return store_frame(frame, tmp_path_factory.mktemp("choosing"))


@pytest.mark.parametrize(
    ("goal", "columns", "first"),
    [
        (Goal.DIFFERENCE, ("normal", "two"), "welch_t"),
        (Goal.DIFFERENCE, ("skewed", "two"), "mann_whitney"),
        (Goal.DIFFERENCE, ("normal", "three"), "welch_anova"),
        (Goal.DIFFERENCE, ("skewed", "three"), "kruskal_wallis"),
        (Goal.DIFFERENCE, ("normal", "grade"), "welch_anova"),
        (Goal.DIFFERENCE, ("normal", "two", "three"), "two_way_anova"),
        (Goal.DIFFERENCE, ("normal",), "one_sample_t"),
        (Goal.RELATION, ("normal", "later"), "pearson"),
        (Goal.RELATION, ("normal", "skewed"), "spearman"),
        (Goal.RELATION, ("three", "yes"), "chi_square_independence"),
        (Goal.RELATION, ("rare", "yes"), "fisher_exact"),
        (Goal.BEFORE_AFTER, ("normal", "later"), "paired_t"),
        (Goal.BEFORE_AFTER, ("normal", "later", "latest"), "friedman"),
        (Goal.BEFORE_AFTER, ("grade", "grade_later"), "paired_t"),
        (Goal.BEFORE_AFTER, ("two", "yes"), "mcnemar"),
        (Goal.PROPORTION, ("two", "yes"), "two_proportions"),
        (Goal.PROPORTION, ("three", "yes"), "chi_square_independence"),
        (Goal.PROPORTION, ("three",), "chi_square_fit"),
        (Goal.DISTRIBUTION, ("normal",), "shapiro_wilk"),
        (Goal.DISTRIBUTION, ("normal", "two"), "ks_two_sample"),
        (Goal.FIT, ("three",), "chi_square_fit"),
        (Goal.FIT, ("normal",), "shapiro_wilk"),
    ],
)
def test_the_first_suggestion_suits_and_every_test_is_accounted_for(
    table: TableFile, goal: Goal, columns: tuple[str, ...], first: str
) -> None:
    choice = choose(table, goal, columns)
    assert choice.suggestions[0].test == first
    named = [one.test for one in (*choice.suggestions, *choice.not_suited)]
    assert sorted(named) == sorted(STATISTICAL_TESTS)
    assert all(one.reason.endswith(".") for one in choice.not_suited)
    assert all(one.reasons for one in choice.suggestions)
    assert choice.checks[0].endswith("are complete.")
    assert Choice.model_validate_json(choice.model_dump_json()) == choice


def test_suggestions_can_be_asked_for_as_they_stand(table: TableFile) -> None:
    for goal, columns in ((Goal.DIFFERENCE, ("normal", "two")), (Goal.DIFFERENCE, ("normal", "three"))):
        for one in choose(table, goal, columns).suggestions:
            assert ask(one.test, one.params, table).test == one.test


def test_unequal_spread_moves_the_tests_that_rest_on_it_down(table: TableFile) -> None:
    choice = choose(table, Goal.DIFFERENCE, ("uneven", "two"))
    scores = {one.test: one.score for one in choice.suggestions}
    assert scores["student_t"] == scores["welch_t"] - 60
    student = next(one for one in choice.suggestions if one.test == "student_t")
    assert student.cautions[0].startswith("The groups spread unequally (ratio ")


def test_reasons_say_what_is_missing(table: TableFile) -> None:
    reasons = {one.test: one.reason for one in choose(table, Goal.DIFFERENCE, ("normal", "three")).not_suited}
    assert reasons["welch_t"] == "It takes 2 different values; 'three' has 3."
    assert reasons["two_way_anova"] == "It takes 2 columns of categories; you chose 1."
    assert reasons["pearson"] == "It is about relations between columns."


def test_rows_of_a_subject_need_the_column_that_pairs_them(tmp_path: Path) -> None:
    stored = store_frame(make_long(), tmp_path)
    alone = choose(stored, Goal.BEFORE_AFTER, ("score", "occasion"))
    assert alone.suggestions == ()
    assert {one.test: one.reason for one in alone.not_suited}["friedman"].startswith("It takes 3 or more columns")
    paired = choose(stored, Goal.BEFORE_AFTER, ("score", "occasion"), "subject")
    assert paired.suggestions[0].test == "friedman"
    assert paired.suggestions[0].params == {"columns": ["score"], "group": "occasion", "subject": "subject"}
    assert choose(stored, Goal.DIFFERENCE, ("score", "occasion"), "subject") == paired


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (("nothing",), "has no column 'nothing'"),
        (("normal", "normal"), "A column is chosen twice."),
        (("normal", "day"), "'day' holds dates"),
    ],
)
def test_columns_that_cannot_be_asked_about_are_refused(
    table: TableFile, columns: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UserInputError) as caught:
        choose(table, Goal.DIFFERENCE, columns)
    assert message in caught.value.message
    assert caught.value.hint
