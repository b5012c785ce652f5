"""The base of every parameter model: what a form, REST, a search space and the docs are made from."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import UserInputError

P = TypeVar("P", bound=BaseModel)

MOST_SHOWN = 200
"""Characters of a value in a message."""


class Params(BaseModel):
    """Immutable, closed and bounded parameters.

    Each field carries ``title``, ``description`` and its bounds in ``Annotated[..., Field(...)]``.
    ``json_schema_extra={"front": True}`` puts a field in front of the form; the others stay visible
    under "all settings". ``json_schema_extra={"log": True}`` asks for a logarithmic slider.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def validate_params(model: type[P], values: dict[str, Any], *, field: str = "params") -> P:
    """``values`` checked against ``model``.

    Raises:
        UserInputError: One sentence for the first field that does not fit, naming its value and its bounds.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        path = f"{field}.{name}" if name else field
        if first["type"] == "extra_forbidden":
            raise UserInputError(
                f"{name!r} is not a parameter here.", hint=f"Known: {', '.join(model.model_fields)}.", field=path
            ) from error
        if first["type"] == "missing":
            raise UserInputError(f"{name!r} is missing.", hint="Give it a value.", field=path) from error
        reason = first["msg"][0].lower() + first["msg"][1:]
        raise UserInputError(f"{name!r} is {_shown(first['input'])}: {reason}.", field=path) from error


def _shown(value: Any) -> str:
    """``value`` as a message quotes it; of one that is long or deep, the beginning."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # nested very deeply, or thousands of digits
        return f"a {type(value).__name__}"
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
