"""How far to train before the next point of a curve."""

import time

FEWEST_POINTS = 25
"""A curve of fewer points hides where learning levels off."""
LONGEST_WAIT_S = 0.4
"""A person who watches takes half a second without news for a hang; scoring needs some of it."""


class Pace:
    """Chunk lengths that give enough points on small data and frequent ones on large data.

    The first chunk is the smallest, so that something shows at once. Which steps become points depends on
    the clock; the value at a step does not.
    """

    def __init__(self, total: int, *, multiple: int = 1, fewest_points: int = FEWEST_POINTS) -> None:
        """Plan for ``total`` units.

        Args:
            total: Units of the whole training.
            multiple: Units that train side by side; chunks are a multiple of it, so that no core idles.
            fewest_points: Points to reach over the whole, as far as ``total`` allows.
        """
        self._total = total
        self._multiple = multiple
        self._longest = max(1, total // fewest_points)
        self._next = multiple
        self._started = 0.0

    def begin(self, step: int) -> int:
        """The number of units to train now, standing at ``step``; starts the watch."""
        self._started = time.perf_counter()
        return min(self._next, self._total - step)

    def end(self, units: int) -> None:
        """Learn from the ``units`` trained since ``begin``."""
        seconds_per_unit = max((time.perf_counter() - self._started) / units, 1e-9)
        fitting = min(self._longest, int(LONGEST_WAIT_S / seconds_per_unit))
        self._next = max(fitting // self._multiple, 1) * self._multiple
