"""Loops that Python is too slow for, compiled when they are first needed."""

from collections.abc import Callable
from typing import Any, cast

Loop = Callable[..., None]
FAST = {"contract", "reassoc", "nsz"}
"""Sums may run side by side; infinities and missing values keep their meaning."""


def compiled(loop: Loop) -> Loop:
    """``loop`` as machine code that works without the interpreter's lock.

    The code is kept beside the source or in the person's cache folder, and made anew where neither can be written.
    """
    from numba import njit

    try:
        return cast("Loop", cast("Any", njit(nogil=True, fastmath=FAST, cache=True))(loop))
    except RuntimeError:  # no folder to keep it in
        return cast("Loop", cast("Any", njit(nogil=True, fastmath=FAST))(loop))
