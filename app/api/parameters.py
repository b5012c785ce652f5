"""Parameters that several routes take."""

import json
from typing import Annotated, Any

from fastapi import Header, Query

from core.errors import UserInputError

IdempotencyKey = Annotated[
    str | None,
    Header(max_length=200, description="A repeated request with the same key returns the first one's result."),
]
Limit = Annotated[int, Query(ge=1, le=200)]
Position = Annotated[int, Query(ge=0, le=2**63 - 1)]
"""Where to read on; databases count no further."""
WaitSeconds = Annotated[
    float, Query(ge=0, le=60, description="How long to wait for the answer before the computation's id is returned.")
]


def json_object(text: str, *, field: str) -> dict[str, Any]:
    """The JSON object in a form field; an empty one for no text.

    Raises:
        UserInputError: It is something else.
    """
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise UserInputError(f"{field} is not JSON: {error.msg} at character {error.pos}.", field=field) from error
    except UnicodeEncodeError as error:
        raise UserInputError(f"{field} holds half of a surrogate pair.", hint="Send UTF-8.", field=field) from error
    except (ValueError, RecursionError) as error:
        hint = "Write smaller numbers and fewer levels."
        raise UserInputError(
            f"{field} is nested too deeply or holds too long a number.", hint=hint, field=field
        ) from error
    if not isinstance(value, dict):
        raise UserInputError(f"{field} is not a JSON object.", field=field)
    return value
