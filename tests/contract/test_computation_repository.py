"""Computations, connections and what people keep, on both kinds of database."""

from datetime import timedelta

import pytest

from core.errors import Conflict, NotFound
from core.ids import new_id, utc_now
from core.records import (
    Computation,
    Connection,
    Dataset,
    LedgerEntry,
    QueryRecord,
    RecipeDraft,
    SavedChart,
    StagedUpload,
)
from core.types import ComputationStatus
from storage.storage import Storage
from tests.factories import SHA256, make_dataset, make_run

FINISHED = {"status": ComputationStatus.FINISHED, "result_sha256": SHA256, "finished_at": utc_now()}


@pytest.fixture
def dataset(storage: Storage) -> Dataset:
    with storage.write() as unit:
        return unit.datasets.add(make_dataset())


def add_computation(storage: Storage, **changes: object) -> Computation:
    with storage.write() as unit:
        return unit.computations.add(
            Computation(**{"id": new_id(), "kind": "profile", "params": {"level": "quick"}, **changes})
        )


def test_a_computation_comes_back_as_it_was_stored(storage: Storage, dataset: Dataset) -> None:
    computation = add_computation(storage, dataset_id=dataset.id, cache_key="a" * 64, heartbeat_at=utc_now())
    with storage.read() as unit:
        assert unit.computations.get(computation.id) == computation


def test_an_answer_is_found_again_by_its_question(storage: Storage) -> None:
    computation = add_computation(storage, cache_key="b" * 64, **FINISHED)
    with storage.read() as unit:
        assert unit.computations.find_by_cache_key("b" * 64) == computation
        assert unit.computations.find_by_cache_key("c" * 64) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"status": ComputationStatus.FAILED},
        {"status": ComputationStatus.CANCELLED},
        {"status": ComputationStatus.RUNNING, "is_cancel_requested": True},
    ],
    ids=["failed", "cancelled", "being cancelled"],
)
def test_what_has_no_answer_does_not_serve_again(storage: Storage, changes: dict[str, object]) -> None:
    add_computation(storage, cache_key="d" * 64, **changes)
    with storage.read() as unit:
        assert unit.computations.find_by_cache_key("d" * 64) is None


def test_an_older_attempt_cannot_write_any_more(storage: Storage) -> None:
    computation = add_computation(storage, status=ComputationStatus.RUNNING)
    with storage.write() as unit:
        unit.computations.requeue(computation)
    with storage.write() as unit, pytest.raises(Conflict):
        unit.computations.update(
            computation.id, expect=[ComputationStatus.RUNNING], at_attempt=computation.attempt, **FINISHED
        )
    with storage.read() as unit:
        assert unit.computations.get(computation.id).status is ComputationStatus.QUEUED


def test_versions_of_a_family_are_numbered_and_listed_with_their_relatives(storage: Storage, dataset: Dataset) -> None:
    second = make_dataset(family_id=dataset.id, parent_id=dataset.id, version=2)
    elsewhere = make_dataset(parent_id=second.id)
    with storage.write() as unit:
        for each in (second, elsewhere, make_dataset()):
            unit.datasets.add(each)
    with storage.read() as unit:
        assert unit.datasets.last_version(dataset.id) == 2
        tree = [each.id for each in unit.datasets.list_family_tree(dataset.id)]
        assert unit.datasets.count_children(dataset.id) == 1
    assert tree == sorted([dataset.id, second.id, elsewhere.id])


def test_renaming_one_version_renames_all(storage: Storage, dataset: Dataset) -> None:
    with storage.write() as unit:
        unit.datasets.add(make_dataset(family_id=dataset.id, parent_id=dataset.id, version=2))
        unit.datasets.rename_family(dataset.family_id, "Garden")
    with storage.read() as unit:
        assert {each.name for each in unit.datasets.list_family_tree(dataset.id)} == {"Garden"}


def test_a_removed_dataset_takes_only_what_is_its_own(storage: Storage, dataset: Dataset) -> None:
    computation = add_computation(storage, dataset_id=dataset.id)
    other = add_computation(storage)
    with storage.write() as unit:
        unit.saved_charts.add(make_chart(dataset))
        unit.ledger.add(make_entry(dataset, computation))
        unit.query_records.add(QueryRecord(id=new_id(), sql="SELECT 1", computation_id=computation.id))
        unit.recipe_drafts.save(RecipeDraft(dataset_id=dataset.id))
        unit.datasets.remove(dataset.id)
    with storage.read() as unit:
        assert unit.datasets.find(dataset.id) is None
        assert unit.computations.find(computation.id) is None
        assert unit.computations.find(other.id) == other
        assert unit.query_records.list_newest() == ()


def test_runs_on_a_dataset_are_counted(storage: Storage, dataset: Dataset) -> None:
    with storage.write() as unit:
        unit.runs.add(make_run(dataset))
        assert unit.runs.count_on(dataset.id) == 1
        assert unit.runs.count_on("another") == 0


def test_staged_uploads_are_forgotten_after_their_time(storage: Storage) -> None:
    now = utc_now()
    old, young = (
        StagedUpload(id=new_id(), file_name="a.csv", size_bytes=1, sha256=SHA256, created_at=at)
        for at in (now - timedelta(days=2), now)
    )
    with storage.write() as unit:
        unit.staged_uploads.add(old)
        unit.staged_uploads.add(young)
        assert unit.staged_uploads.remove_before(now - timedelta(days=1)) == (old,)
    with storage.read() as unit:
        assert unit.staged_uploads.get(young.id) == young
        with pytest.raises(NotFound, match="no upload"):
            unit.staged_uploads.get(old.id)


def test_a_connection_keeps_its_secret_apart(storage: Storage) -> None:
    connection = Connection(id=new_id(), name="Shop", kind="postgresql", params={"host": "db"})
    with storage.write() as unit:
        stored = unit.connections.add(connection, encrypted_secret="sealed")
    assert stored == connection.model_copy(update={"has_secret": True})
    with storage.read() as unit:
        assert unit.connections.encrypted_secret(connection.id) == "sealed"
        assert unit.connections.list_all() == (stored,)


def test_two_connections_do_not_share_a_name(storage: Storage) -> None:
    facts = {"name": "Shop", "kind": "mysql", "params": {}}
    with storage.write() as unit:
        unit.connections.add(Connection(id=new_id(), **facts), encrypted_secret=None)
    with pytest.raises(Conflict, match="named 'Shop' already"), storage.write() as unit:
        unit.connections.add(Connection(id=new_id(), **facts), encrypted_secret=None)


def test_a_removed_connection_is_gone_with_its_secret(storage: Storage) -> None:
    connection = Connection(id=new_id(), name="Shop", kind="mysql", params={})
    with storage.write() as unit:
        unit.connections.add(connection, encrypted_secret="sealed")
        unit.connections.remove(connection.id)
        with pytest.raises(NotFound):
            unit.connections.encrypted_secret(connection.id)


def test_a_saved_chart_is_changed_and_removed(storage: Storage, dataset: Dataset) -> None:
    chart = make_chart(dataset)
    with storage.write() as unit:
        unit.saved_charts.add(chart)
        assert unit.saved_charts.update(chart.id, title="Better").title == "Better"
        assert [each.id for each in unit.saved_charts.list_for_dataset(dataset.id)] == [chart.id]
        unit.saved_charts.remove(chart.id)
        with pytest.raises(NotFound):
            unit.saved_charts.get(chart.id)


def test_one_computation_is_one_line_of_the_ledger(storage: Storage, dataset: Dataset) -> None:
    computation = add_computation(storage, dataset_id=dataset.id)
    first = make_entry(dataset, computation)
    with storage.write() as unit:
        unit.ledger.add(first)
        assert unit.ledger.add(make_entry(dataset, computation)) == first
    with storage.read() as unit:
        assert unit.ledger.list_for_dataset(dataset.id) == (first,)


def test_a_draft_that_another_tab_has_changed_is_not_overwritten(storage: Storage, dataset: Dataset) -> None:
    with storage.write() as unit:
        empty = unit.recipe_drafts.get(dataset.id)
        assert empty.steps == ()
        first = unit.recipe_drafts.save(empty.model_copy(update={"steps": ({"step": "drop_missing"},)}))
    with storage.write() as unit, pytest.raises(Conflict, match="another tab"):
        unit.recipe_drafts.save(empty.model_copy(update={"steps": ({"step": "sample"},)}))
    with storage.write() as unit:
        second = unit.recipe_drafts.save(first.model_copy(update={"steps": ()}))
    with storage.read() as unit:
        assert unit.recipe_drafts.get(dataset.id) == second
    assert (first.revision, second.revision) == (1, 2)


def make_chart(dataset: Dataset) -> SavedChart:
    return SavedChart(id=new_id(), dataset_id=dataset.id, chart="histogram", params={"x": "height"}, title="Heights")


def make_entry(dataset: Dataset, computation: Computation) -> LedgerEntry:
    return LedgerEntry(
        id=new_id(),
        dataset_id=dataset.id,
        computation_id=computation.id,
        test="welch_t",
        params={},
        p_value=0.03,
        sentence="They differ.",
    )
