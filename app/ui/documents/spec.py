"""What a view of the Documents page declares. One file under ``app/ui/documents/views`` is one view."""

from collections.abc import Callable
from dataclasses import dataclass

from core.knowledge import Collection


@dataclass(frozen=True, kw_only=True)
class DocumentsView:
    """Facts about a view and the function that draws it."""

    key: str
    """As the address of the page says it."""
    label: str
    """A word or two, for the chooser."""
    icon: str
    """A Material icon, as ``:material/forum:``."""
    order: int
    """Views stand in ascending order; the first one opens."""
    show: Callable[[Collection | None], None]
    """Draws the view for the chosen collection; None stands for all of them together."""
    spans_all: bool = False
    """Whether all collections may be chosen together."""
