"""Progress that is cut into stages."""

from collections.abc import Callable

from core.tables.spec import Progress


def window(on_progress: Progress, low: float, high: float, stage: str) -> Callable[[float], None]:
    """A callback for one stage: its fractions in [0, 1] are told as parts between ``low`` and ``high``."""

    def on_fraction(fraction: float) -> None:
        on_progress(low + (high - low) * fraction, stage)

    return on_fraction
