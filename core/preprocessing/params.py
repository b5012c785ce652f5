"""What a person may set about preprocessing."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params


class PreprocessingParams(Params):
    """How raw columns become features. The defaults suit most tables."""

    impute_numeric: Annotated[
        Literal["median", "mean", "constant"],
        Field(
            title="Missing numbers",
            description="What replaces them, learned from training rows. Constant puts 0. The median is not moved by "
            "extreme values.",
            json_schema_extra={"front": True},
        ),
    ] = "median"
    scale: Annotated[
        Literal["standard", "minmax", "robust", "none"],
        Field(
            title="Scaling of numbers",
            description="Standard: mean 0, deviation 1. Minmax: from 0 to 1. Robust: median 0, by quartiles, for "
            "columns with outliers. Trees need none.",
            json_schema_extra={"front": True},
        ),
    ] = "standard"
    encode: Annotated[
        Literal["onehot", "ordinal"],
        Field(
            title="Encoding of categories",
            description="One-hot: a feature for each category. Ordinal: one feature with a number for each category, "
            "smaller, but it invents an order.",
            json_schema_extra={"front": True},
        ),
    ] = "onehot"
    max_categories: Annotated[
        int,
        Field(
            ge=2,
            le=100,
            title="Most categories of a column",
            description="The most frequent ones stay apart; the rest become one category of their own.",
        ),
    ] = 20
    exclude: Annotated[
        tuple[str, ...], Field(title="Columns to leave out", description="Names of columns not to learn from.")
    ] = ()
    date_parts: Annotated[
        bool,
        Field(
            title="Take dates apart",
            description="Adds year, month, day, weekday and hour beside the plain position in time.",
        ),
    ] = True
