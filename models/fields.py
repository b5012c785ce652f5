"""Fields that several models share, so that one setting reads the same everywhere."""

from typing import Annotated

from pydantic import Field

FitIntercept = Annotated[
    bool,
    Field(
        title="Fit an intercept",
        description="Lets the line start anywhere. Switch off only when zero in all columns must mean zero.",
    ),
]
BalanceClasses = Annotated[
    bool,
    Field(
        title="Balance the classes",
        description="Gives rare classes as much say as frequent ones. Finds more of the rare cases and raises more "
        "false alarms.",
    ),
]
Freedom = Annotated[
    float,
    Field(
        ge=0.01,
        le=100,
        title="Freedom (C)",
        description="How dear a mistake is beside a simple answer. Small values keep the model simple, large ones let "
        "it follow single rows.",
        json_schema_extra={"front": True, "log": True},
    ),
]
RelativePenalty = Annotated[
    float,
    Field(
        ge=1e-5,
        le=1,
        title="Penalty",
        description="Pulls weights towards zero. It is measured against the spread of the target, so it means the same "
        "in any unit; at 1 nothing but the mean is left when columns are scaled.",
        json_schema_extra={"front": True, "log": True},
    ),
]
"""An L1 penalty for a target of deviation 1. With scaled columns no correlation, hence no useful penalty, exceeds 1."""
