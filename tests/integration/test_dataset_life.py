"""What happens to a dataset after its upload: renamed, read again, cancelled, removed."""

from datetime import timedelta

import pytest

from core.errors import Conflict, NotFound, UserInputError
from core.ids import utc_now
from core.records import Dataset
from core.types import DatasetStatus
from tests.factories import make_csv, make_dataset, make_run
from tests.stacks import Stack, wait_for


def when_over(stack: Stack, dataset_id: str, *, sweeping: bool = False) -> Dataset:
    def look() -> Dataset | None:
        if sweeping:
            stack.recovery.sweep()
        dataset = stack.datasets.get(dataset_id)
        return dataset if dataset.status.is_terminal else None

    return wait_for(look, what="the end of the ingest")


def test_a_file_is_read_again_with_other_options_as_the_next_version(each_stack: Stack) -> None:
    first = each_stack.ready("a;b\n1,5;2\n2,5;3\n")
    second = when_over(each_stack, each_stack.datasets.read_again(first.id, {"delimiter": ",", "has_header": False}).id)
    assert second.status is DatasetStatus.READY, second.error
    assert (second.version, second.parent_id, second.family_id) == (2, first.id, first.family_id)
    assert second.original_sha256 == first.original_sha256
    assert second.content_sha256 != first.content_sha256
    assert [each.id for each in each_stack.datasets.relatives(first.id)] == [first.id, second.id]


def test_what_was_not_read_from_a_file_cannot_be_read_again(stack: Stack) -> None:
    with stack.storage.write() as unit:
        made = unit.datasets.add(make_dataset(original_sha256=None))
    with pytest.raises(Conflict, match="was not read from a file"):
        stack.datasets.read_again(made.id, {})


def test_a_name_is_cleaned_and_never_empty(stack: Stack) -> None:
    dataset = stack.ready(make_csv())
    assert stack.datasets.rename(dataset.id, "  Garden\n2025 ").name == "Garden 2025"
    with pytest.raises(UserInputError, match="The name is empty"):
        stack.datasets.rename(dataset.id, " \n ")


def test_a_waiting_upload_is_cancelled_at_once(stack: Stack) -> None:
    stack.end_workers()
    waiting = stack.upload(make_csv(20))
    cancelled = stack.datasets.cancel(waiting.id)
    assert cancelled.status is DatasetStatus.FAILED
    assert cancelled.error is not None
    assert cancelled.error.code == "cancelled"
    with pytest.raises(Conflict):
        stack.datasets.cancel(waiting.id)


def test_a_cancelled_reading_whose_worker_died_is_not_started_again(stack: Stack) -> None:
    then = utc_now() - timedelta(seconds=60)
    facts = {"status": DatasetStatus.RUNNING, "heartbeat_at": then, "started_at": then, "is_cancel_requested": True}
    with stack.storage.write() as unit:
        dataset = unit.datasets.add(make_dataset(content_sha256=None, **facts))
    over = when_over(stack, dataset.id, sweeping=True)
    assert (over.status, over.attempt) == (DatasetStatus.FAILED, 1)
    assert over.error is not None
    assert over.error.code == "cancelled"


def test_a_dataset_that_others_need_is_not_removed(stack: Stack) -> None:
    with stack.storage.write() as unit:
        parent = unit.datasets.add(make_dataset(name="Plants"))
        child = unit.datasets.add(make_dataset(parent_id=parent.id))
        unit.runs.add(make_run(parent))
    with pytest.raises(Conflict, match="'Plants' cannot be removed: 1 run and 1 dataset came from it"):
        stack.datasets.remove(parent.id)
    stack.datasets.remove(child.id)
    with pytest.raises(NotFound):
        stack.datasets.get(child.id)


def test_a_dataset_that_is_being_read_is_cancelled_before_it_is_removed(stack: Stack) -> None:
    with stack.storage.write() as unit:
        dataset = unit.datasets.add(make_dataset(status=DatasetStatus.RUNNING, heartbeat_at=utc_now()))
    with pytest.raises(Conflict, match="is being read"):
        stack.datasets.remove(dataset.id)
