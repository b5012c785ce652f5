"""Uploads read by real workers: what becomes of a file, and what happens when the reading dies."""

import hashlib
import os
import signal
from datetime import timedelta

import pytest

from core.deliveries import ingest_job
from core.errors import Conflict, UserInputError
from core.ids import utc_now
from core.records import Dataset
from core.tables.preview import read_frame
from core.types import ColumnType, DatasetStatus
from tests.factories import make_csv, make_dataset
from tests.stacks import Stack, wait_for

CSV = make_csv(600)


def wait_until_over(stack: Stack, dataset_id: str, *, sweeping: bool = False) -> Dataset:
    def look() -> Dataset | None:
        if sweeping:
            stack.recovery.sweep()
        dataset = stack.datasets.get(dataset_id)
        return dataset if dataset.status.is_terminal else None

    return wait_for(look, what="the end of the ingest")


def test_a_file_becomes_a_dataset_and_is_kept(each_stack: Stack) -> None:
    stack = each_stack
    stack.worker()
    queued = stack.upload(CSV, file_name="C:\\data\\plants of 2020.csv")
    assert queued.name == "plants of 2020"
    dataset = wait_until_over(stack, queued.id)
    assert (dataset.status, dataset.error) == (DatasetStatus.READY, None)
    assert (dataset.n_rows, dataset.format, dataset.progress, dataset.stage) == (600, "csv", 1.0, "Ready")
    assert {column.name: column.type for column in dataset.columns} == {
        "height": ColumnType.NUMBER,
        "width": ColumnType.NUMBER,
        "colour": ColumnType.STRING,
        "planted": ColumnType.DATETIME,
        "is_native": ColumnType.BOOLEAN,
        "weight": ColumnType.NUMBER,
        "kind": ColumnType.STRING,
    }
    assert dataset.original_sha256 == hashlib.sha256(CSV.encode()).hexdigest()
    assert stack.storage.artifacts.load_bytes(dataset.original_sha256) == CSV.encode()
    assert dataset.content_sha256 is not None
    frame = read_frame(stack.storage.artifacts.verified_file(dataset.content_sha256))
    assert frame.shape == (600, 7)
    assert stack.datasets.preview(dataset.id, n_rows=1)[0]["kind"] == frame["kind"][0]
    assert list((stack.settings.home / "tmp").iterdir()) == []


def test_the_same_bytes_are_two_datasets_with_one_content(stack: Stack) -> None:
    stack.worker()
    first, second = (wait_until_over(stack, stack.upload(CSV).id) for _ in range(2))
    assert first.id != second.id
    assert first.content_sha256 == second.content_sha256


def test_a_file_that_is_no_table_fails_with_an_explanation(stack: Stack) -> None:
    stack.worker()
    dataset = wait_until_over(stack, stack.upload(b"\x89PNG\r\n\x1a\n" + os.urandom(5_000), file_name="a.csv").id)
    assert dataset.status is DatasetStatus.FAILED
    assert dataset.error is not None
    assert dataset.error.code == "unreadable_file"
    assert dataset.error.message
    assert dataset.content_sha256 is None
    with pytest.raises(Conflict) as caught:
        stack.datasets.preview(dataset.id)
    assert caught.value.hint == dataset.error.message
    assert list((stack.settings.home / "tmp").iterdir()) == []


def test_options_that_cannot_be_are_refused_before_anything_is_kept(stack: Stack) -> None:
    before = stack.datasets.list_page().items
    with pytest.raises(UserInputError) as caught:
        stack.upload(CSV, delimiter="x")
    assert caught.value.field == "options.delimiter"
    with pytest.raises(UserInputError, match="The file is empty"):
        stack.upload(b"")
    assert stack.datasets.list_page().items == before


def test_a_dataset_that_is_still_read_cannot_be_used(stack: Stack) -> None:
    with stack.storage.write() as unit:
        reading = unit.datasets.add(make_dataset(status=DatasetStatus.RUNNING, heartbeat_at=utc_now()))
    with pytest.raises(Conflict, match="is still being read"):
        stack.datasets.preview(reading.id)
    with pytest.raises(Conflict, match="is still being read"):
        stack.runs.start(stack.request(dataset_id=reading.id))


def test_a_second_delivery_reads_nothing(stack: Stack) -> None:
    dataset = stack.ready(CSV)
    job = ingest_job(dataset, stack.settings)
    stack.wiring.queue.enqueue(job)
    wait_for(lambda: not stack.wiring.queue.is_waiting(job), what="the second delivery")
    assert wait_until_over(stack, stack.upload(CSV).id)
    assert stack.datasets.get(dataset.id) == dataset


def test_a_killed_reading_is_taken_up_again(stack: Stack) -> None:
    worker = stack.worker()
    stack.ready(CSV)
    large = CSV + CSV.split("\n", 1)[1] * 800
    dataset = stack.upload(large)
    wait_for(lambda: stack.datasets.get(dataset.id).status is DatasetStatus.RUNNING, what="the start of the reading")
    horse = wait_for(lambda: worker.horse_pid)
    os.kill(horse, signal.SIGKILL)
    done = wait_until_over(stack, dataset.id)
    assert (done.status, done.attempt, done.n_rows) == (DatasetStatus.READY, 2, 600 * 801)


def test_a_file_whose_readers_all_disappear_fails_with_an_explanation(stack: Stack) -> None:
    with stack.storage.write() as unit:
        silent = unit.datasets.add(
            make_dataset(
                status=DatasetStatus.RUNNING,
                attempt=stack.settings.max_attempts,
                heartbeat_at=utc_now() - timedelta(hours=1),
            )
        )
    stack.recovery.sweep()
    failed = stack.datasets.get(silent.id)
    assert failed.status is DatasetStatus.FAILED
    assert failed.error is not None
    assert failed.error.code == "worker_lost"
    assert failed.error.message == "The worker that read this file disappeared 3 times."
    assert failed.error.hint


def test_a_dataset_that_the_queue_forgot_is_delivered_again(stack: Stack) -> None:
    stack.worker()
    original = stack.storage.artifacts.save_bytes(CSV.encode())
    with stack.storage.write() as unit:
        forgotten = unit.datasets.add(
            make_dataset(
                status=DatasetStatus.QUEUED,
                original_sha256=original,
                content_sha256=None,
                columns=(),
                n_rows=None,
                heartbeat_at=utc_now() - timedelta(seconds=10),
            )
        )
    assert wait_until_over(stack, forgotten.id, sweeping=True).n_rows == 600


def test_a_dataset_whose_original_is_gone_fails_with_an_explanation(stack: Stack) -> None:
    stack.worker()
    with stack.storage.write() as unit:
        queued = unit.datasets.add(make_dataset(status=DatasetStatus.QUEUED, original_sha256="0" * 64))
    stack.wiring.queue.enqueue(ingest_job(queued, stack.settings))
    failed = wait_until_over(stack, queued.id)
    assert failed.error is not None
    assert (failed.error.code, failed.error.message) == ("not_found", "The stored file 000000000000 is missing.")
