"""What a person may set about preprocessing."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.preprocessing.registries import BALANCERS, ENCODERS, IMPUTERS, SCALERS, SELECTORS, TEXTS, one_of

MOST_OVERRIDES = 10_000


class ColumnSettings(Params):
    """How one column is treated where it differs from the others; None is as for all."""

    role: Annotated[
        Literal["auto", "numeric", "categorical", "datetime", "text", "leave_out"],
        Field(title="Role", description="What the column is taken for. Auto goes by its type and values."),
    ] = "auto"
    impute: Annotated[str, *one_of(IMPUTERS, auto=True), Field(title="Missing numbers")] | None = None
    fill: Annotated[float, Field(allow_inf_nan=False, title="Constant")] | None = None
    encode: Annotated[str, *one_of(ENCODERS, auto=True), Field(title="Encoding")] | None = None
    order: Annotated[
        tuple[Annotated[str, Field(max_length=1_000)], ...],
        Field(max_length=1_000, title="Order", description="Categories from low to high, for the ordinal encoding."),
    ] = ()
    scale: Annotated[str, *one_of(SCALERS, auto=True), Field(title="Scaling")] | None = None
    text: Annotated[str, *one_of(TEXTS), Field(title="Texts")] | None = None


class PreprocessingParams(Params):
    """How raw columns become features. The defaults suit most tables."""

    impute_numeric: Annotated[
        str,
        *one_of(IMPUTERS, auto=True),
        Field(
            title="Missing numbers",
            description="What replaces them, learned from training rows. Auto keeps them for models that take "
            "missing "
            "values, and takes the median for the others.",
            json_schema_extra={"front": True},
        ),
    ] = "auto"
    impute_constant: Annotated[
        float,
        Field(ge=-1e37, le=1e37, title="The constant", description="What 'constant' puts where a number is missing."),
    ] = 0.0
    missing_flags: Annotated[
        bool,
        Field(
            title="Flag missing numbers",
            description="Adds a feature for each number with gaps: 1 where it is missing. For gaps that mean "
            "something.",
        ),
    ] = False
    encode: Annotated[
        str,
        *one_of(ENCODERS, auto=True),
        Field(
            title="Encoding of categories",
            description="Auto: codes for models that know categories; for the others one-hot, and means of the "
            "target "
            "for columns with more than 50 categories.",
            json_schema_extra={"front": True},
        ),
    ] = "auto"
    impute_categorical: Annotated[
        Literal["category", "most_frequent"],
        Field(
            title="Missing categories",
            description="Category: missing is a category of its own. Most frequent: the most frequent one fills in.",
        ),
    ] = "category"
    max_categories: Annotated[
        int,
        Field(
            ge=2,
            le=100,
            title="Most categories of a column",
            description="Of one-hot and ordinal: the most frequent ones stay apart, the rest become one.",
        ),
    ] = 20
    rare_share: Annotated[
        float,
        Field(
            ge=0,
            le=0.2,
            title="Rare below",
            description="Of one-hot: categories with a smaller share of the training rows are put together. 0: none.",
        ),
    ] = 0.0
    hash_features: Annotated[
        int, Field(ge=2, le=256, title="Features of a hash", description="How many each column is thrown into.")
    ] = 16
    scale: Annotated[
        str,
        *one_of(SCALERS, auto=True),
        Field(
            title="Scaling of numbers",
            description="Auto: standard for models that compare sizes, none for trees, which do not mind.",
            json_schema_extra={"front": True},
        ),
    ] = "auto"
    date_parts: Annotated[
        bool,
        Field(
            title="Take dates apart",
            description="Adds year, month, day, weekday and hour beside the plain position in time.",
        ),
    ] = True
    date_cycles: Annotated[
        bool,
        Field(
            title="Parts go round",
            description="Month, day, weekday and hour as sine and cosine, so that December is beside January.",
        ),
    ] = False
    text: Annotated[
        str,
        *one_of(TEXTS, auto=True),
        Field(
            title="Texts",
            description="Auto: columns of prose become weights of words; names and codes are left out.",
            json_schema_extra={"front": True},
        ),
    ] = "auto"
    text_words: Annotated[
        int, Field(ge=10, le=5_000, title="Most words", description="Of each text column, the most frequent words.")
    ] = 300
    text_topics: Annotated[
        int, Field(ge=2, le=300, title="Topics", description="Into how many directions 'topics' sums words up.")
    ] = 30
    products: Annotated[
        Literal["none", "interactions", "polynomial"],
        Field(
            title="Products of numbers",
            description="Interactions: each number times each other one. Polynomial: powers as well.",
        ),
    ] = "none"
    degree: Annotated[
        int, Field(ge=2, le=3, title="Degree", description="How many numbers are multiplied with each other at most.")
    ] = 2
    select: Annotated[
        str,
        *one_of(SELECTORS),
        Field(title="Selection of features", description="Which features the model gets to see."),
    ] = "none"
    keep_features: Annotated[
        int,
        Field(
            ge=1,
            le=2_000,
            title="Features to keep",
            description="How many the most informative or most used ones are.",
            json_schema_extra={"log": True},
        ),
    ] = 20
    most_correlated: Annotated[
        float,
        Field(ge=0.5, lt=1, title="Largest correlation", description="Above it, two features tell the same."),
    ] = 0.95
    balance: Annotated[
        str,
        *one_of(BALANCERS),
        Field(
            title="Classes",
            description="How rare classes are made to count, in training rows only. Predicted probabilities of rare "
            "classes become too high by it.",
        ),
    ] = "none"
    exclude: Annotated[
        tuple[str, ...], Field(title="Columns to leave out", description="Names of columns not to learn from.")
    ] = ()
    columns: Annotated[
        dict[str, ColumnSettings],
        Field(
            max_length=MOST_OVERRIDES,
            title="Single columns",
            description="By name, what is different about them.",
        ),
    ] = Field(default_factory=dict)

    def for_column(self, name: str) -> ColumnSettings:
        """What is set for one column; an empty setting where nothing is."""
        return self.columns.get(name, _NOTHING)


_NOTHING = ColumnSettings()
