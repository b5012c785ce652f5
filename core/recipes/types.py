"""Questions about recipes and their answers: light enough for the web process."""

from typing import Annotated, Any

from pydantic import Field

from core.params import Params
from core.recipes.changes import TableColumn
from core.recipes.effects import Effect
from core.recipes.recipe import RecipeStep, RecipeSteps
from core.records import ErrorRecord
from core.tables.preview import JsonCell
from core.types import Value


class RecipeParams(Params):
    """The dataset, and the steps in their order."""

    dataset_id: Annotated[str, Field(min_length=1, max_length=64, title="Dataset")]
    steps: RecipeSteps


class MadeStep(Value):
    """A step of a dataset's recipe, with what it learned and did."""

    step: str
    params: dict[str, Any]
    learned: dict[str, Any]
    effect: Effect

    def again(self) -> RecipeStep:
        """The step for other data, with the same constants."""
        return RecipeStep(step=self.step, params=self.params, learned=self.learned)


class RecipePreviewParams(Params):
    """Which recipe on which dataset."""

    dataset_id: Annotated[str, Field(min_length=1, max_length=64, title="Dataset")]
    steps: RecipeSteps = ()


class StepPreview(Value):
    """One step of the recipe, as far as it was made."""

    number: int
    """From 1, in the whole recipe."""
    effect: Effect | None = None
    """None: it is off, or comes after a step that cannot be made."""
    columns_before: tuple[TableColumn, ...] = ()
    learned: dict[str, Any] | None = None
    error: ErrorRecord | None = None


class RecipePreview(Value):
    """A recipe tried out."""

    is_sample: bool
    """Whether counts are those of a part of the rows."""
    n_rows_total: int
    """Of the whole dataset."""
    n_rows_before: int
    """That were looked at."""
    n_rows_after: int
    steps: tuple[StepPreview, ...]
    columns: tuple[TableColumn, ...]
    """After the last step that can be made."""
    columns_removed: tuple[str, ...]
    rows: tuple[tuple[JsonCell, ...], ...]
    """The first rows after it; where few of them change, the first ones that do stand behind them."""
    row_numbers: tuple[int, ...]
    """Of the rows, from 1, in the order after the recipe."""
    changed: tuple[tuple[int, int], ...]
    """Row and column, from 0, of each shown cell that differs from what it was."""
    error: ErrorRecord | None = None
    """Why a step cannot be made; rows and columns are then those before it."""
