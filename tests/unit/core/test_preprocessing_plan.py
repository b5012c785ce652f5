"""What is done to which column, decided before any row is read."""

from typing import Any

import pytest

from core.errors import UnsuitableData, UserInputError
from core.params import validate_params
from core.preprocessing.describing import describe
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.pipeline import check_room
from core.preprocessing.plan import Plan, n_features
from core.preprocessing.planning import make_plan
from core.preprocessing.spec import PlainTraits, Purpose
from core.types import Column, ColumnType, LearningTask, TopValue
from tests.factories import make_column

TREES = PlainTraits(needs_scaling=False, handles_missing=True)
BOOSTING = PlainTraits(needs_scaling=False, handles_missing=True, handles_categories=True)
STORIES = ("the parcel came late and wet", "I was charged twice for one order", "where is my refund please")
NAMES = ("Braund, Mr. Owen Harris Senior", "Heikkinen, Miss. Laina Maria Sofia", "Allen, Mr. William Henry Oskar")

COLUMNS = (
    make_column("size", n_distinct=90),
    make_column("grade", ColumnType.STRING, n_distinct=5, n_missing=3),
    make_column("shop", ColumnType.STRING, n_distinct=80),
    make_column("sold", ColumnType.DATETIME),
    make_column("kind", ColumnType.STRING, n_distinct=2),
)


def text_column(texts: tuple[str, ...], **facts: Any) -> Column:
    tops = tuple(TopValue(value=text, count=1) for text in texts)
    return make_column("story", ColumnType.STRING, n_distinct=900, top_values=tops, **facts)


def plan(table: tuple[Column, ...] = COLUMNS, /, *, purpose: Purpose | None = None, **params: Any) -> Plan:
    return make_plan(
        table,
        target=table[-1].name,
        n_rows=1_000,
        params=PreprocessingParams.model_validate(params),
        purpose=purpose or Purpose(),
    )


def treatments(found: Plan) -> dict[str, tuple[str, ...]]:
    return {
        column.name: tuple(
            value
            for value in (
                column.treatment.impute,
                column.treatment.encode,
                column.treatment.text,
                column.treatment.scale,
            )
            if value
        )
        for column in found.columns
    }


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        (
            PlainTraits(),
            {
                "size": ("median", "standard"),
                "grade": ("onehot",),
                "shop": ("target", "standard"),
                "sold": ("median", "standard"),
            },
        ),
        (
            TREES,
            {"size": ("keep", "none"), "grade": ("onehot",), "shop": ("target", "none"), "sold": ("keep", "none")},
        ),
        (BOOSTING, {"size": ("keep", "none"), "grade": ("label",), "shop": ("label",), "sold": ("keep", "none")}),
    ],
)
def test_automatic_choices_go_by_what_the_model_can_do(
    traits: PlainTraits, expected: dict[str, tuple[str, ...]]
) -> None:
    assert treatments(plan(purpose=Purpose(model=traits))) == expected


def test_many_classes_or_no_target_leave_many_categories_to_one_hot() -> None:
    assert treatments(plan(purpose=Purpose(n_classes=30)))["shop"] == ("onehot",)
    assert treatments(plan(purpose=Purpose(task=LearningTask.CLUSTERING)))["shop"] == ("onehot",)


def test_codes_give_way_to_a_selection_that_would_move_them() -> None:
    assert treatments(plan(purpose=Purpose(model=BOOSTING), select="variance"))["grade"] == ("onehot",)


def test_products_need_numbers_without_gaps() -> None:
    assert treatments(plan(purpose=Purpose(model=TREES), products="interactions"))["size"] == ("median", "none")


def test_one_column_may_differ_from_the_others() -> None:
    found = plan(
        columns={
            "grade": {"order": ["low", "high"]},
            "shop": {"encode": "hashing"},
            "size": {"impute": "constant", "fill": -1, "scale": "none"},
            "sold": {"role": "categorical"},
        }
    )
    assert treatments(found) == {
        "size": ("constant", "none"),
        "grade": ("ordinal", "standard"),
        "shop": ("hashing",),
        "sold": ("target", "standard"),
    }
    assert {column.name for column in found.columns if column.is_own} == {"size", "grade", "shop", "sold"}


@pytest.mark.parametrize(
    ("settings", "role"),
    [({"encode": "onehot"}, "categorical"), ({"text": "tfidf"}, "text"), ({"role": "numeric"}, "numeric")],
)
def test_choosing_a_method_for_a_column_takes_it_in(settings: dict[str, str], role: str) -> None:
    columns = (make_column("id", ColumnType.STRING, is_identifier=True, n_distinct=1_000), make_column("y"))
    with pytest.raises(UnsuitableData, match="No column is left"):
        plan(columns)
    assert plan(columns, columns={"id": settings}).columns[0].treatment.role == role


def test_prose_is_read_and_names_are_not_unless_asked() -> None:
    prose, names = text_column(STORIES, is_identifier=True), text_column(NAMES)
    target, size = make_column("kind", ColumnType.STRING, n_distinct=2), make_column("size")
    assert treatments(plan((prose, target)))["story"] == ("tfidf",)
    assert treatments(plan((prose, target), text="topics"))["story"] == ("topics",)
    assert plan((prose, size, target), text="leave_out").used == ("size",)
    left_out = plan((names, size, target))
    assert [(notice.code, notice.column) for notice in left_out.excluded] == [
        ("free_text", "story"),
        ("target", "kind"),
    ]
    assert treatments(plan((names, size, target), text="tfidf"))["story"] == ("tfidf",)
    assert plan((prose, size, target), columns={"story": {"text": "leave_out"}}).used == ("size",)


def test_number_of_features_is_known_before_any_row_is_read() -> None:
    # one number; five grades and missing; the mean of the target; days and five parts
    assert n_features(plan()) == 1 + 6 + 1 + 6
    assert n_features(plan(purpose=Purpose(n_classes=4))) == 1 + 6 + 4 + 6
    assert n_features(plan(missing_flags=True, date_parts=False, encode="hashing", hash_features=8)) == 2 + 16 + 1
    assert n_features(plan(select="model", keep_features=3)) == 3
    numbers = (*(make_column(f"c{number}") for number in range(6)), make_column("y"))
    assert n_features(plan(numbers, products="interactions")) == 6 + 15
    assert n_features(plan(numbers, products="polynomial", degree=3)) == 83  # C(9, 3) - 1


REFUSED = {
    "gaps kept": ({"impute_numeric": "keep"}, PlainTraits(), "'size' are to be kept, but the model takes none"),
    "gaps multiplied": (
        {"impute_numeric": "keep", "products": "interactions"},
        TREES,
        "'size' cannot be kept and multiplied",
    ),
    "no such column": ({"columns": {"nope": {"role": "text"}}}, TREES, "no column 'nope' to set up"),
    "nothing to leave out": ({"exclude": ["nope"]}, TREES, "no column 'nope' to leave out"),
}


@pytest.mark.parametrize(("params", "traits", "message"), REFUSED.values(), ids=list(REFUSED))
def test_settings_that_cannot_work_are_refused_by_name(
    params: dict[str, Any], traits: PlainTraits, message: str
) -> None:
    with pytest.raises(UserInputError, match=message):
        plan(purpose=Purpose(model=traits), **params)


def test_what_needs_classes_or_a_target_is_refused_without() -> None:
    regression, clusters = Purpose(task=LearningTask.REGRESSION, n_classes=0), Purpose(task=LearningTask.CLUSTERING)
    with pytest.raises(UserInputError, match="Balancing is for classes"):
        plan(purpose=regression, balance="smote")
    with pytest.raises(UserInputError, match="'grade' cannot be encoded by the target: there is none"):
        plan(purpose=clusters, encode="target")
    with pytest.raises(UserInputError, match="what they say about the target: there is none"):
        plan(purpose=clusters, select="mutual_information")


def test_too_many_products_are_refused_with_their_number() -> None:
    numbers = (*(make_column(f"c{number}") for number in range(80)), make_column("y"))
    with pytest.raises(UserInputError, match="would add 3,160 features; at most 2,000"):
        plan(numbers, products="interactions")


def test_features_that_do_not_fit_into_memory_are_refused_before_they_are_made() -> None:
    found = plan((text_column(STORIES), make_column("y")), text_words=5_000)
    check_room(found, n_rows=1_000, free_bytes=2**30)
    with pytest.raises(UnsuitableData, match=r"1,000,000 rows with up to 5,000 features need about 111.8 GB"):
        check_room(found, n_rows=1_000_000, free_bytes=16 * 2**30)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"scale": "huge"}, "'scale' is 'huge': input should be 'auto', 'standard'"),
        ({"columns": {"a": {"role": "x"}}}, "'columns.a.role' is 'x'"),
        ({"columns": {"a": {"what": 1}}}, "'columns.a.what' is not a parameter"),
        ({"text_words": 10**9}, "'text_words' is 1000000000"),
    ],
)
def test_unknown_methods_are_refused_with_the_known_ones(values: dict[str, Any], message: str) -> None:
    with pytest.raises(UserInputError, match=message):
        validate_params(PreprocessingParams, values, field="preprocessing")


def test_description_says_all_of_it_in_sentences() -> None:
    found = describe(plan(balance="class_weight", products="interactions", select="correlation"))
    assert [(lane.title, lane.columns) for lane in found.lanes] == [
        ("Numbers", ("size",)),
        ("Categories", ("grade",)),
        ("Categories", ("shop",)),
        ("Dates", ("sold",)),
    ]
    assert found.lanes[0].steps == (
        "fill gaps with the median",
        "add products of up to 2 numbers",
        "scale to mean 0, deviation 1",
    )
    assert found.after == ("of features that correlate above 0.95, keep the first",)
    assert found.text.startswith("4 columns become at most 14 features. Numbers (1): fill gaps with the median, then")
    assert found.text.endswith("In training rows only: let every class weigh the same.")
    assert not found.is_exact
    assert describe(plan((make_column("x"), make_column("y")))).text.startswith("1 column becomes 1 feature. ")
