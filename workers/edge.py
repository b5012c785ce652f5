"""The outer edge of a job: the one place where any exception becomes a sentence in the row."""

import logging
from collections.abc import Callable

from core.errors import Unavailable
from core.ids import new_id
from core.records import ErrorRecord
from workers.failures import named

logger = logging.getLogger(__name__)


class Suspended(Exception):
    """The worker is shutting down and the work was put back into the queue."""


class Displaced(Exception):
    """Another attempt owns the row; this one ends without a trace."""


class Cancelled(Exception):
    """A person does not want the result any more."""


CANCELLED = ErrorRecord(code="cancelled", message="It was cancelled.", hint="Start it again whenever you like.")
"""What is kept of work that a person has cancelled."""


def run_to_the_edge(
    work: Callable[[], None],
    *,
    fail: Callable[[ErrorRecord], None],
    try_again: Callable[[Unavailable], None],
    what: str,
) -> None:
    """Call ``work`` and see to whatever goes wrong.

    Args:
        work: The job.
        fail: Told the reason, for a person, when another delivery would end the same way.
        try_again: Told the reason when a component was down or full: another delivery may succeed. When it is the
            database, this fails too, and the sweeper finds the silent row.
        what: Name of the job in the worker's log.
    """
    try:
        work()
    except (Suspended, Displaced) as end:
        logger.info("%s: %s", what, type(end).__name__)
    except Cancelled:
        fail(CANCELLED)
    except Unavailable as error:
        logger.warning("%s: %s", what, error.message)
        try_again(error)
    except Exception as error:
        if known := named(error):
            # What a library has raised is named for the person; where it did so is for whoever reads the log.
            logger.warning("%s: %s", what, known.message, exc_info=known is not error)
            fail(ErrorRecord(**known.to_json()))
            return
        reference = new_id()[-12:]
        logger.exception("%s failed unexpectedly (reference %s)", what, reference)
        fail(
            ErrorRecord(
                code="unexpected",
                message=f"Unexpected error (reference {reference}).",
                hint="The details are in the worker's log under this reference.",
            )
        )
