"""Every way in which a job can end, in words for a person."""

import logging
from collections.abc import Callable

import pytest
from rq.timeouts import JobTimeoutException

from core.errors import NotFound, TrainingDiverged, Unavailable, UnsuitableData
from core.records import ErrorRecord
from workers.edge import Displaced, Suspended, run_to_the_edge


def end_of(work: Callable[[], None]) -> tuple[list[ErrorRecord], list[Unavailable]]:
    """What was told to ``fail`` and to ``try_again``."""
    failures: list[ErrorRecord] = []
    again: list[Unavailable] = []
    run_to_the_edge(work, fail=failures.append, try_again=again.append, what="run 7")
    return failures, again


def raising(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


@pytest.mark.parametrize("error", [Suspended(), Displaced()])
def test_handing_over_is_no_failure(error: Exception) -> None:
    assert end_of(raising(error)) == ([], [])
    assert end_of(lambda: None) == ([], [])


@pytest.mark.parametrize(
    "error",
    [
        UnsuitableData("All alike.", hint="Choose another target.", field="target"),
        NotFound("The stored file is missing."),
        TrainingDiverged(step_name="epoch", step=3),
    ],
)
def test_an_error_for_people_is_kept_as_it_is(error: UnsuitableData) -> None:
    assert end_of(raising(error)) == (
        [ErrorRecord(code=error.code, message=error.message, hint=error.hint, field=error.field)],
        [],
    )


def test_what_may_pass_by_itself_is_tried_again() -> None:
    error = Unavailable("The disk is full.")
    assert end_of(raising(error)) == ([], [error])


@pytest.mark.parametrize(
    ("error", "code"), [(JobTimeoutException("too long"), "timeout"), (MemoryError(), "out_of_memory")]
)
def test_time_and_memory_have_their_own_words(error: Exception, code: str) -> None:
    ((failure,), again) = end_of(raising(error))
    assert again == []
    assert failure.code == code
    assert failure.message
    assert failure.hint


def test_a_bug_is_logged_once_and_told_by_a_reference(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        ((failure,), _) = end_of(raising(ZeroDivisionError("secret details")))
    assert failure.code == "unexpected"
    assert "secret" not in failure.message + failure.hint
    (record,) = caplog.records
    reference = failure.message.split("reference ")[1].rstrip(").")
    assert reference in record.getMessage()
    assert record.exc_info is not None


def test_an_end_of_the_process_is_not_held_up() -> None:
    with pytest.raises(SystemExit):
        end_of(raising(SystemExit(0)))
