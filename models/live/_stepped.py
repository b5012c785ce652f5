"""A blocking call turned inside out, for libraries that report progress only by calling back."""

import threading
from collections.abc import Callable


class Cancelled(BaseException):
    """Unwinds the call's thread; a BaseException, so that no library takes it for a failed fit."""


class SteppedCall:
    """A call in a thread of its own that stands still wherever it calls ``pause``.

    Exactly one of the two threads runs at any time, so both may touch the same objects without locks, and
    the result does not depend on timing. Cancel a call that is not wanted any more, or its thread waits
    until the process ends.
    """

    def __init__(self, call: Callable[["SteppedCall"], None]) -> None:
        """Prepare ``call``; it starts with the first ``proceed`` and gets this object to pause itself."""
        self._call = call
        self._go = threading.Semaphore(0)
        self._stand = threading.Semaphore(0)
        self._error: BaseException | None = None
        self._is_over = False
        self._is_cancelled = False
        self._thread = threading.Thread(target=self._run, name="stepped-fit", daemon=True)

    def proceed(self) -> bool:
        """Run the call up to its next pause.

        Returns:
            Whether there is more to run; an error of the call is raised here.
        """
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._go.release()
        self._stand.acquire()
        if self._error is not None:
            raise self._error
        return not self._is_over

    def pause(self) -> None:
        """Hand control back to the caller of ``proceed``; to be called from inside the call only."""
        self._stand.release()
        self._go.acquire()
        if self._is_cancelled:
            raise Cancelled

    def cancel(self) -> None:
        """End a call that stands still; does nothing to one that has not started or is over."""
        self._is_cancelled = True
        self._go.release()

    def _run(self) -> None:
        try:
            self._call(self)
        except Cancelled:
            pass
        except BaseException as error:  # noqa: BLE001 - an edge: raised again by proceed, in the caller's thread
            self._error = error
        finally:
            self._is_over = True
            self._stand.release()
