"""Computations by real workers: answered once, found again, taken up again, ended when asked."""

from datetime import timedelta

import pytest

from core.deliveries import computation_job
from core.errors import Conflict, NotFound, UserInputError
from core.ids import new_id, utc_now
from core.records import Computation
from core.types import ComputationStatus
from evaluation.computing import COMPUTATIONS
from tests.factories import make_csv, make_dataset
from tests.stacks import Stack, wait_for

ROWS = {"sort_by": "width", "limit": 3}


def ask(stack: Stack, **changes: object) -> Computation:
    return stack.computations.start("rows", {"dataset_id": stack.ready(make_csv()).id, **ROWS, **changes})


def when_over(stack: Stack, computation: Computation, *, sweeping: bool = False) -> Computation:
    def look() -> Computation | None:
        if sweeping:
            stack.recovery.sweep()
        now = stack.computations.get(computation.id)
        return now if now.status.is_terminal else None

    return wait_for(look, what="the end of the computation")


def test_a_worker_answers_and_the_answer_serves_again(each_stack: Stack) -> None:
    first = when_over(each_stack, ask(each_stack))
    assert (first.status, first.progress, first.error) == (ComputationStatus.FINISHED, 1.0, None)
    page = each_stack.computations.result(first)
    assert [len(row) for row in page.rows] == [len(page.columns)] * 3
    assert ask(each_stack).id == first.id
    assert ask(each_stack, limit=4).id != first.id
    assert each_stack.computations.start("rows", first.params, is_fresh=True).id != first.id


def test_one_key_asks_once(stack: Stack) -> None:
    params = {"dataset_id": stack.ready(make_csv()).id}
    first = stack.computations.start("rows", params, is_fresh=True, idempotency_key="k")
    again = stack.computations.start("rows", {**params, "limit": 9}, idempotency_key="k")
    assert again.id == first.id


def test_a_second_delivery_changes_nothing(stack: Stack) -> None:
    finished = when_over(stack, ask(stack))
    stack.wiring.queue.enqueue(computation_job(finished, COMPUTATIONS[finished.kind]))
    later = when_over(stack, ask(stack, limit=5))
    assert later.status is ComputationStatus.FINISHED
    assert stack.computations.get(finished.id) == finished


def test_what_a_person_can_mend_is_said_and_asked_anew(stack: Stack) -> None:
    failed = when_over(stack, ask(stack, sort_by="nothing"))
    assert failed.status is ComputationStatus.FAILED
    assert failed.error is not None
    assert failed.error.message == "There is no column 'nothing'."
    assert failed.error.field == "sort_by"
    with pytest.raises(Conflict, match="There is no column"):
        stack.computations.result(failed)
    assert ask(stack, sort_by="nothing").id != failed.id


def test_one_whose_worker_died_is_answered_by_the_next(stack: Stack) -> None:
    abandoned = computation_that_ran_until(stack, seconds_ago=60)
    over = when_over(stack, abandoned, sweeping=True)
    assert (over.status, over.attempt) == (ComputationStatus.FINISHED, 2)


def test_one_that_takes_worker_after_worker_is_given_up(stack: Stack) -> None:
    abandoned = computation_that_ran_until(stack, seconds_ago=60, attempt=stack.settings.max_attempts)
    over = when_over(stack, abandoned, sweeping=True)
    assert over.status is ComputationStatus.FAILED
    assert over.error is not None
    assert over.error.message == "The worker that worked on this disappeared 3 times."


def test_one_without_a_job_gets_one(stack: Stack) -> None:
    stack.worker()
    forgotten = store(stack, status=ComputationStatus.QUEUED, heartbeat_at=utc_now() - timedelta(seconds=60))
    assert when_over(stack, forgotten, sweeping=True).status is ComputationStatus.FINISHED


def test_one_that_was_cancelled_does_not_start_again(stack: Stack) -> None:
    abandoned = computation_that_ran_until(stack, seconds_ago=60, is_cancel_requested=True)
    over = when_over(stack, abandoned, sweeping=True)
    assert (over.status, over.attempt) == (ComputationStatus.CANCELLED, 1)


def test_cancelling_what_waits_ends_it_at_once(stack: Stack) -> None:
    waiting = store(stack, status=ComputationStatus.QUEUED, heartbeat_at=utc_now())
    assert stack.computations.cancel(waiting.id).status is ComputationStatus.CANCELLED
    assert stack.computations.cancel(waiting.id).status is ComputationStatus.CANCELLED


def test_a_dataset_that_is_not_ready_is_no_subject(stack: Stack) -> None:
    with stack.storage.write() as unit:
        dataset = unit.datasets.add(make_dataset(status="running"))
    with pytest.raises(Conflict, match="is running"):
        stack.computations.start("rows", {"dataset_id": dataset.id})


@pytest.mark.parametrize(
    ("kind", "params", "error"),
    [
        ("row", {}, NotFound),
        ("rows", {"dataset_id": "nowhere"}, NotFound),
        ("rows", {"dataset_id": "nowhere", "limit": 0}, UserInputError),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(
    stack: Stack, kind: str, params: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        stack.computations.start(kind, params)


def test_an_answer_of_another_form_is_told_from_one_that_is_not_there(stack: Stack) -> None:
    finished = when_over(stack, ask(stack))
    older = stack.storage.artifacts.save_bytes(b'{"columns": []}')
    with pytest.raises(Conflict, match="another version of Praxis"):
        stack.computations.result(finished.model_copy(update={"result_sha256": older}))


def test_only_files_that_the_answer_names_are_handed_out(stack: Stack) -> None:
    finished = when_over(stack, ask(stack))
    assert finished.result_sha256 is not None
    with pytest.raises(NotFound):
        stack.computations.file(finished, finished.result_sha256)


def computation_that_ran_until(stack: Stack, *, seconds_ago: float, **changes: object) -> Computation:
    """A computation as a killed worker leaves it."""
    stack.worker()
    then = utc_now() - timedelta(seconds=seconds_ago)
    return store(stack, status=ComputationStatus.RUNNING, heartbeat_at=then, started_at=then, **changes)


def store(stack: Stack, **changes: object) -> Computation:
    dataset_id = stack.ready(make_csv()).id
    params = {"dataset_id": dataset_id, "limit": 2}
    with stack.storage.write() as unit:
        return unit.computations.add(
            Computation(id=new_id(), kind="rows", params=params, dataset_id=dataset_id, **changes)
        )


def test_a_key_of_another_question_is_refused(stack: Stack) -> None:
    dataset_id = stack.ready(make_csv()).id
    stack.computations.start("rows", {"dataset_id": dataset_id}, is_fresh=True, idempotency_key="shared")
    params = {"dataset_id": dataset_id, "chart": "histogram", "params": {"x": "width"}}
    with pytest.raises(Conflict, match="was used for another request"):
        stack.computations.start("chart", params, idempotency_key="shared")
