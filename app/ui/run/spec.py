"""What a view of a run declares. One file under ``app/ui/run/views`` is one view."""

from collections.abc import Callable
from dataclasses import dataclass

from core.records import Run


@dataclass(frozen=True, kw_only=True)
class RunView:
    """Facts about a view and the function that draws it."""

    key: str
    label: str
    """A word or two, for the chooser."""
    order: int
    """Views stand in ascending order."""
    show: Callable[[Run], None]
    """Draws the view of a run that has a result."""
    applies: Callable[[Run], bool] = lambda _: True
    """Whether there is anything to see of this run."""
