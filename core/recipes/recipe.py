"""A recipe: steps in their order, each with what it has learned."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import Field, ValidationError

from core.errors import UserInputError
from core.params import Params, validate_params
from core.recipes.registry import STEPS
from core.recipes.spec import StepSpec

MAX_STEPS = 100


class RecipeStep(Params):
    """One step as it is stored and sent."""

    step: Annotated[str, Field(max_length=60, title="Step", description="Key of the step.")]
    params: Annotated[dict[str, Any], Field(title="Parameters", default_factory=dict)]
    is_on: Annotated[bool, Field(title="On", description="A step that is off is passed over.")] = True
    learned: Annotated[
        dict[str, Any] | None,
        Field(title="Learned", description="What the step took from the data. With it, nothing is learned anew."),
    ] = None

    @property
    def spec(self) -> StepSpec:
        """What the step declares. Raises NotFound."""
        return STEPS[self.step]

    def checked(self) -> Any:
        """The parameters, validated. Raises UserInputError."""
        return validate_params(self.spec.params, self.params)


RecipeSteps = Annotated[tuple[RecipeStep, ...], Field(max_length=MAX_STEPS)]


def read_steps(steps: Iterable[Any]) -> tuple[RecipeStep, ...]:
    """Steps from JSON, with their parameters checked.

    Raises:
        UserInputError: A step does not exist or its parameters do not fit; the message has its number.
    """
    found: list[RecipeStep] = []
    for number, raw in enumerate(steps, start=1):
        try:
            step = raw if isinstance(raw, RecipeStep) else RecipeStep.model_validate(raw)
        except ValidationError as error:
            raise UserInputError(
                f"Step {number} is no step: {error.errors(include_url=False)[0]['msg']}.",
                hint='A step is {"step": "impute", "params": {...}}.',
                field="steps",
            ) from error
        with_number(number, step)
        found.append(step)
    if len(found) > MAX_STEPS:
        raise UserInputError(
            f"The recipe has {len(found)} steps; {MAX_STEPS} are allowed.", hint="Make a version in between."
        )
    return tuple(found)


def with_number(number: int, step: RecipeStep) -> Any:
    """The checked parameters of step ``number``; an error says which step it is."""
    try:
        return step.checked()
    except UserInputError as error:
        raise at_step(number, step, error) from error


def at_step(number: int, step: RecipeStep, error: UserInputError) -> UserInputError:
    """``error`` as one of the step ``number``."""
    label = f" ({STEPS[step.step].label})" if step.step in STEPS else ""
    message = error.message[0].lower() + error.message[1:] if error.message.startswith("The ") else error.message
    return UserInputError(f"Step {number}{label}: {message}", hint=error.hint, field=f"steps.{number - 1}")


def dataset_ids(steps: Sequence[RecipeStep]) -> tuple[str, ...]:
    """Other datasets that the steps name."""
    return tuple(dict.fromkeys(one for step in steps if step.is_on for one in step.spec.datasets(step.checked())))


def title(step: RecipeStep) -> str:
    """The step as a line of the recipe."""
    return step.spec.title(step.checked())
