"""Cursor paging over rows that are listed newest first."""

from typing import Generic, NamedTuple, TypeVar

from core.errors import UserInputError

MAX_PAGE = 200

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """Some items, and the cursor that gives the next ones (None at the end)."""

    items: tuple[T, ...]
    next_cursor: str | None


def check_limit(limit: int) -> int:
    """``limit`` itself.

    Raises:
        UserInputError: It is not between 1 and 200.
    """
    if not 1 <= limit <= MAX_PAGE:
        raise UserInputError(f"limit is {limit}.", hint=f"Ask for 1 to {MAX_PAGE} items.", field="limit")
    return limit
