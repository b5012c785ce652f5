"""The question to the leak detector."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask, SplitParams


class LeakQuestion(Params):
    """Which training is to be checked before it begins."""

    dataset_id: Annotated[str, Field(min_length=1, max_length=64, title="Dataset")]
    target: Annotated[str, Field(min_length=1, max_length=400, title="Target")]
    task: Annotated[LearningTask, Field(title="Kind of question")]
    exclude: Annotated[
        tuple[str, ...], Field(max_length=10_000, title="Columns to leave out", description="They are not looked at.")
    ] = ()
    split: Annotated[SplitParams, Field(title="Split")] = SplitParams()
    seed: Annotated[int, Field(ge=0, le=2**32 - 1, title="Seed")] = 7
