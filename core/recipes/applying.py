"""A recipe made on the whole of a dataset: a Parquet file, and what each step has learned and done."""

from core.computing.spec import Workspace
from core.errors import UserInputError
from core.recipes.changes import ROW
from core.recipes.kitchen import engine_refusal, open_kitchen
from core.recipes.recipe import read_steps
from core.recipes.types import MadeStep, RecipeParams
from core.sources.spec import FetchedFile
from core.tables.engine import EngineError


def apply_recipe(params: RecipeParams, workspace: Workspace) -> FetchedFile:
    """Make the steps that are on, and write the result.

    Raises:
        UserInputError: A step cannot be made, or none is on; nothing is written then.
    """
    steps = tuple(step for step in read_steps(params.steps) if step.is_on)
    if not steps:
        raise UserInputError("The recipe has no step.", hint="Add one.", field="steps")
    stage = ""

    def on_step(number: int) -> None:
        nonlocal stage
        stage = f"Step {number} of {len(steps)}"
        workspace.report(0.6 * (number - 1) / len(steps), stage)

    def on_fraction(_: float) -> None:
        workspace.report(0.6 * len(made) / len(steps), stage)

    def on_written(fraction: float) -> None:
        workspace.report(0.6 + 0.4 * fraction, "Writing the table")

    made: list[MadeStep] = []
    path = workspace.folder / "fixed.parquet"
    with open_kitchen(params.dataset_id, steps, workspace, max_rows=None, on_fraction=on_fraction) as kitchen:
        last = kitchen.first
        for done in kitchen.cook(steps, as_tables=False, on_step=on_step):
            last = done.relation
            made.append(
                MadeStep(
                    step=done.step.step,
                    params=done.step.checked().model_dump(mode="json"),
                    learned=done.step.learned or {},
                    effect=done.effect,
                )
            )
        names = ", ".join(column.sql for column in last.columns)
        select = f"SELECT {names} FROM {last.name} ORDER BY {ROW}"
        try:
            kitchen.engine.write_parquet(select, path, n_columns=len(last.columns), on_fraction=on_written)
        except EngineError as error:
            told = engine_refusal(error)
            raise UserInputError(f"The table cannot be written: {told.message}", hint=told.hint) from error
    return FetchedFile(
        path=path,
        file_name="fixed.parquet",
        is_original=False,
        details={"steps": [step.model_dump(mode="json") for step in made]},
    )
