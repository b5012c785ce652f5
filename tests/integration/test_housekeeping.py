"""What nobody needs any more is removed; everything else stays."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import NotFound
from core.ids import new_id, utc_now
from core.knowledge import Conversation, Message
from core.records import Computation, StagedUpload
from core.types import ComputationStatus
from tests.factories import make_dataset
from tests.stacks import Stack
from workers.context import WorkerContext
from workers.housekeeping import tidy


def sweep(stack: Stack) -> None:
    tidy(WorkerContext(settings=stack.settings, storage=stack.storage, queue=stack.wiring.queue, name="here"))


def stage(stack: Stack, content: bytes, *, hours_ago: float) -> StagedUpload:
    created_at = utc_now() - timedelta(hours=hours_ago)
    sha256 = stack.storage.artifacts.save_bytes(content)
    upload = StagedUpload(id=new_id(), file_name="a.csv", size_bytes=len(content), sha256=sha256, created_at=created_at)
    with stack.storage.write() as unit:
        return unit.staged_uploads.add(upload)


def aged(path: Path, *, days: float) -> Path:
    then = utc_now().timestamp() - days * 86_400
    os.utime(path, (then, then))
    return path


def test_old_scratch_folders_go_and_young_ones_stay(stack: Stack) -> None:
    folder = stack.settings.home / "tmp"
    (folder / "old").mkdir(parents=True)
    (folder / "old" / "table.parquet").write_bytes(b"x")
    (folder / "young").mkdir()
    aged(folder / "old", days=3)
    sweep(stack)
    assert [path.name for path in folder.iterdir()] == ["young"]


def test_an_upload_that_nobody_imported_goes_with_its_bytes(each_stack: Stack) -> None:
    upload = stage(each_stack, b"a,b\n1,2\n", hours_ago=30)
    sweep(each_stack)
    with pytest.raises(NotFound):
        each_stack.storage.artifacts.load_bytes(upload.sha256)
    with each_stack.storage.read() as unit, pytest.raises(NotFound):
        unit.staged_uploads.get(upload.id)


def test_bytes_that_became_a_dataset_or_wait_for_it_stay(stack: Stack) -> None:
    imported = stage(stack, b"a,b\n3,4\n", hours_ago=30)
    twice = stage(stack, b"a,b\n5,6\n", hours_ago=30)
    stage(stack, b"a,b\n5,6\n", hours_ago=1)
    with stack.storage.write() as unit:
        unit.datasets.add(make_dataset(original_sha256=imported.sha256))
    sweep(stack)
    assert stack.storage.artifacts.load_bytes(imported.sha256) == b"a,b\n3,4\n"
    assert stack.storage.artifacts.load_bytes(twice.sha256) == b"a,b\n5,6\n"


def test_what_searches_have_quoted_is_forgotten_and_what_a_conversation_shows_stays(each_stack: Stack) -> None:
    old, young, shown = (
        answer(each_stack, text, hours_ago=hours) for text, hours in (("old", 30), ("young", 1), ("shown", 30))
    )
    with each_stack.storage.write() as unit:
        conversation = unit.conversations.add(Conversation(id=new_id(), title="Why", collection_ids=()))
        unit.messages.add(
            Message(id=new_id(), conversation_id=conversation.id, question="Why?", computation_id=shown.id)
        )
    sweep(each_stack)
    with each_stack.storage.read() as unit:
        assert [unit.computations.find(each.id) is not None for each in (old, young, shown)] == [False, True, True]
    has = each_stack.storage.artifacts.has
    assert [has(str(each.result_sha256)) for each in (old, young, shown)] == [False, True, True]


def answer(stack: Stack, text: str, *, hours_ago: float) -> Computation:
    ended_at = utc_now() - timedelta(hours=hours_ago)
    computation = Computation(
        id=new_id(),
        kind="answer",
        params={"question": text},
        status=ComputationStatus.FINISHED,
        result_sha256=stack.storage.artifacts.save_bytes(f"{text} {new_id()}".encode()),
        finished_at=ended_at,
    )
    with stack.storage.write() as unit:
        return unit.computations.add(computation)
