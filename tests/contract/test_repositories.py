"""What the repositories promise, on a real SQLite and a real PostgreSQL database."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy.exc import IntegrityError

from core.errors import Conflict, NotFound, UserInputError
from core.ids import new_id
from core.records import (
    Best,
    Dataset,
    ErrorRecord,
    Provenance,
    Run,
    RunArtifacts,
    RunProgress,
    RunResult,
)
from core.types import (
    ColumnType,
    DatasetStatus,
    HistogramBin,
    MetricPoint,
    Notice,
    RunCommand,
    RunStatus,
    Score,
    Severity,
    Split,
    TopValue,
)
from storage.storage import Storage
from tests.factories import SHA256, make_column, make_config, make_dataset, make_point, make_run

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def dataset(storage: Storage) -> Dataset:
    with storage.write() as unit:
        return unit.datasets.add(make_dataset())


@pytest.fixture
def run(storage: Storage, dataset: Dataset) -> Run:
    with storage.write() as unit:
        return unit.runs.add(make_run(dataset))


def read_run(storage: Storage, run_id: str) -> Run:
    with storage.read() as unit:
        return unit.runs.get(run_id)


def in_parallel(*calls: Callable[[], object]) -> list[BaseException]:
    """Start ``calls`` at the same moment, wait for all of them, and return what they raised."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(calls))

    def work(call: Callable[[], object]) -> None:
        start.wait(10)
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - handed to the test, which judges it
            errors.append(error)

    threads = [threading.Thread(target=work, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


# --- Round trips -----------------------------------------------------------------------------------------------------


def test_a_dataset_with_every_field_comes_back_equal(storage: Storage, dataset: Dataset) -> None:
    full = make_dataset(
        name="Größe × Gewicht",
        version=2,
        parent_id=dataset.id,
        status=DatasetStatus.FAILED,
        attempt=3,
        file_name="../../etc/passwd",
        size_bytes=2**40,
        import_options={"delimiter": "\t", "day_first": True},
        n_rows=2**33,
        columns=(
            make_column(
                "höhe",
                minimum="-1.5",
                maximum="1e308",
                mean=0.1,
                std=2.0,
                median=-0.0,
                top_values=(TopValue(value="1.5", count=3),),
                histogram=(HistogramBin(low=-1.5, high=1e308, count=4),),
            ),
            make_column("taken at", ColumnType.DATETIME),
        ),
        notices=(Notice(severity=Severity.SERIOUS, code="ragged", text="Row 3 has too many cells.", column="höhe"),),
        stage="Reading",
        progress=0.25,
        heartbeat_at=NOON,
        error=ErrorRecord(code="unreadable_file", message="Broken.", hint="Mend it.", field="file"),
        created_at=NOON - timedelta(days=1),
        finished_at=NOON,
        idempotency_key="key",
    )
    with storage.write() as unit:
        unit.datasets.add(full)
    with storage.read() as unit:
        assert unit.datasets.get(full.id) == full


def test_a_run_with_every_field_comes_back_equal(storage: Storage, dataset: Dataset, run: Run) -> None:
    full = make_run(
        dataset,
        name="Ein Lauf",
        parent_id=run.id,
        config=make_config(params={"C": 0.1, "layers": [1, 2]}, preprocessing={"exclude": ["a"]}, seed=2**32 - 1),
        provenance=Provenance(
            dataset_sha256=SHA256, code_version="1", split_sha256="ab" * 32, libraries={"numpy": "2.0"}
        ),
        status=RunStatus.STOPPED,
        command=RunCommand.STOP,
        commanded_at=NOON,
        attempt=2,
        losses=1,
        worker="lab-pc:4711",
        heartbeat_at=NOON,
        progress=RunProgress(
            stage="Stopped",
            step_name="epoch",
            step=7,
            total_steps=10,
            fraction=0.7,
            eta_s=1.5,
            elapsed_s=3.25,
            best=Best(metric="f1", step=5, value=0.875),
            baseline={"f1": 0.5},
            can_resume=False,
            cpu_percent=199.5,
            memory_bytes=2**40,
        ),
        checkpoint_sha256=SHA256,
        artifacts=RunArtifacts(model=SHA256, split=SHA256, evaluation=SHA256, figures=SHA256, script=SHA256),
        result=RunResult(
            scores=(Score(metric="f1", split=Split.TEST, value=0.8, low=0.7, high=0.9, baseline=0.5, n_samples=15),),
            primary_metric="f1",
            final_step=5,
            stop_reason="stopped by a person",
            labels=("no", "yes"),
            features=("a", "b_c"),
            n_samples={Split.TRAIN: 70, Split.VALIDATION: 15, Split.TEST: 15},
            notices=(Notice(severity=Severity.INFO, code="excluded", text="Left out."),),
            duration_s=3.25,
        ),
        error=ErrorRecord(code="worker_lost", message="Gone."),
        created_at=NOON,
        started_at=NOON,
        finished_at=NOON,
        idempotency_key="key",
    )
    with storage.write() as unit:
        unit.runs.add(full)
    assert read_run(storage, full.id) == full


def test_records_with_defaults_come_back_equal(storage: Storage, dataset: Dataset, run: Run) -> None:
    with storage.read() as unit:
        assert unit.datasets.get(dataset.id) == dataset
        assert unit.runs.get(run.id) == run


# --- Finding and listing ---------------------------------------------------------------------------------------------


def test_get_raises_and_find_gives_none_for_an_unknown_id(storage: Storage) -> None:
    unknown = new_id()
    with storage.read() as unit:
        assert unit.datasets.find(unknown) is None
        assert unit.runs.find(unknown) is None
        with pytest.raises(NotFound, match=f"There is no dataset '{unknown}'"):
            unit.datasets.get(unknown)
        with pytest.raises(NotFound, match=f"There is no run '{unknown}'"):
            unit.runs.get(unknown)


def test_pages_go_from_new_to_old_and_hold_each_item_once(storage: Storage, dataset: Dataset) -> None:
    runs = [make_run(dataset) for _ in range(5)]
    with storage.write() as unit:
        for run in runs:
            unit.runs.add(run)
    newest_first = sorted(runs, key=lambda run: run.id, reverse=True)
    seen: list[Run] = []
    sizes = []
    cursor = None
    with storage.read() as unit:
        while True:
            page = unit.runs.list_page(limit=2, cursor=cursor)
            seen.extend(page.items)
            sizes.append(len(page.items))
            cursor = page.next_cursor
            if cursor is None:
                break
    assert seen == newest_first
    assert sizes == [2, 2, 1]


def test_a_page_that_holds_exactly_the_rest_is_the_last(storage: Storage) -> None:
    with storage.write() as unit:
        datasets = [unit.datasets.add(make_dataset()) for _ in range(2)]
    with storage.read() as unit:
        page = unit.datasets.list_page(limit=2)
    assert [each.id for each in page.items] == sorted((dataset.id for dataset in datasets), reverse=True)
    assert page.items[0].n_columns == len(datasets[0].columns)
    assert page.next_cursor is None


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_page_of_an_impossible_size_is_refused(storage: Storage, limit: int) -> None:
    with storage.read() as unit:
        for repository in (unit.datasets, unit.runs):
            with pytest.raises(UserInputError, match=f"limit is {limit}"):
                repository.list_page(limit=limit)


def test_runs_are_filtered_by_dataset_and_by_status(storage: Storage, dataset: Dataset, run: Run) -> None:
    with storage.write() as unit:
        other = unit.datasets.add(make_dataset())
        failed = unit.runs.add(make_run(other, status=RunStatus.FAILED))
    with storage.read() as unit:
        assert unit.runs.list_page(dataset_id=dataset.id).items == (run,)
        assert unit.runs.list_page(statuses=[RunStatus.FAILED]).items == (failed,)
        assert unit.runs.list_page(dataset_id=dataset.id, statuses=[RunStatus.FAILED]).items == ()
        assert unit.runs.list_by_status([RunStatus.FAILED, RunStatus.QUEUED]) == (run, failed)
        assert unit.runs.count_by_status() == {RunStatus.QUEUED: 1, RunStatus.FAILED: 1}


def test_runs_by_id_keep_the_order_asked_for_and_miss_none(storage: Storage, dataset: Dataset) -> None:
    with storage.write() as unit:
        first, second = (unit.runs.add(make_run(dataset)) for _ in range(2))
    unknown = new_id()
    with storage.read() as unit:
        assert unit.runs.list_by_ids([second.id, first.id]) == (second, first)
        assert unit.runs.list_by_ids([]) == ()
        with pytest.raises(NotFound, match=unknown):
            unit.runs.list_by_ids([first.id, unknown])


def test_datasets_by_id_leave_out_the_unknown(storage: Storage, dataset: Dataset) -> None:
    with storage.read() as unit:
        assert unit.datasets.list_by_ids([dataset.id, new_id()]) == {dataset.id: dataset}
        assert unit.datasets.list_by_status([DatasetStatus.READY]) == (dataset,)
        assert unit.datasets.list_by_status([DatasetStatus.QUEUED]) == ()


def test_an_idempotency_key_finds_its_row_and_cannot_be_used_twice(storage: Storage, dataset: Dataset) -> None:
    with storage.write() as unit:
        kept_dataset = unit.datasets.add(make_dataset(idempotency_key="upload"))
        kept_run = unit.runs.add(make_run(dataset, idempotency_key="run"))
    with pytest.raises(IntegrityError), storage.write() as unit:
        unit.datasets.add(make_dataset(idempotency_key="upload"))
    with pytest.raises(IntegrityError), storage.write() as unit:
        unit.runs.add(make_run(dataset, idempotency_key="run"))
    with storage.read() as unit:
        assert unit.datasets.find_by_idempotency_key("upload") == kept_dataset
        assert unit.runs.find_by_idempotency_key("run") == kept_run
        assert unit.runs.find_by_idempotency_key("upload") is None
        assert unit.datasets.find_by_idempotency_key("run") is None


def test_a_run_without_its_dataset_is_refused(storage: Storage) -> None:
    with pytest.raises(IntegrityError), storage.write() as unit:
        unit.runs.add(make_run())


# --- Changing --------------------------------------------------------------------------------------------------------


def test_an_update_returns_and_stores_the_changed_run(storage: Storage, run: Run) -> None:
    progress = RunProgress(stage="Training", step=3, best=Best(metric="f1", step=2, value=0.5))
    with storage.write() as unit:
        changed = unit.runs.update(
            run.id, expect=[RunStatus.QUEUED], at_attempt=1, status=RunStatus.RUNNING, progress=progress
        )
    assert changed == run.model_copy(update={"status": RunStatus.RUNNING, "progress": progress})
    assert read_run(storage, run.id) == changed


def test_an_update_from_another_state_is_refused_and_changes_nothing(storage: Storage, run: Run) -> None:
    with pytest.raises(Conflict) as caught, storage.write() as unit:
        unit.runs.update(run.id, expect=[RunStatus.RUNNING, RunStatus.PAUSED], status=RunStatus.FINISHED)
    assert caught.value.message == "Run 'Logistic regression on Plants' is queued."
    assert caught.value.hint == "This works while it is running or paused."
    assert read_run(storage, run.id) == run


def test_an_update_at_another_attempt_is_refused_and_changes_nothing(storage: Storage, run: Run) -> None:
    with pytest.raises(Conflict), storage.write() as unit:
        unit.runs.update(run.id, expect=[RunStatus.QUEUED], at_attempt=2, status=RunStatus.RUNNING)
    assert read_run(storage, run.id) == run


def test_an_update_of_an_unknown_row_is_not_found(storage: Storage) -> None:
    with storage.write() as unit, pytest.raises(NotFound):
        unit.runs.update(new_id(), expect=list(RunStatus), status=RunStatus.RUNNING)
    with storage.write() as unit, pytest.raises(NotFound):
        unit.datasets.update(new_id(), expect=list(DatasetStatus), status=DatasetStatus.READY)


def test_a_dataset_moves_on_only_from_the_expected_state_and_attempt(storage: Storage) -> None:
    with storage.write() as unit:
        dataset = unit.datasets.add(make_dataset(status=DatasetStatus.RUNNING))
    with pytest.raises(Conflict), storage.write() as unit:
        unit.datasets.update(dataset.id, expect=[DatasetStatus.QUEUED], stage="other")
    with pytest.raises(Conflict), storage.write() as unit:
        unit.datasets.update(dataset.id, expect=[DatasetStatus.RUNNING], at_attempt=2, stage="other")
    columns = (make_column("new"),)
    with storage.write() as unit:
        changed = unit.datasets.update(
            dataset.id, expect=[DatasetStatus.RUNNING], at_attempt=1, status=DatasetStatus.READY, columns=columns
        )
    assert changed == dataset.model_copy(update={"status": DatasetStatus.READY, "columns": columns})


def test_a_requeued_run_begins_its_next_attempt_with_what_it_had(storage: Storage, dataset: Dataset) -> None:
    with storage.write() as unit:
        lost = unit.runs.add(
            make_run(
                dataset,
                status=RunStatus.LOST,
                attempt=2,
                losses=1,
                checkpoint_sha256=SHA256,
                progress=RunProgress(stage="Training", step=5, total_steps=9, fraction=0.5, eta_s=4.0, elapsed_s=2.0),
                error=ErrorRecord(code="worker_lost", message="Gone."),
                finished_at=NOON,
            )
        )
        queued = unit.runs.requeue(lost, expect=[RunStatus.LOST])
    assert queued.heartbeat_at is not None
    assert queued == lost.model_copy(
        update={
            "status": RunStatus.QUEUED,
            "attempt": 3,
            "progress": lost.progress.model_copy(update={"stage": "Waiting for a worker", "eta_s": None}),
            "error": None,
            "finished_at": None,
            "heartbeat_at": queued.heartbeat_at,
        }
    )
    with pytest.raises(Conflict), storage.write() as unit:
        unit.runs.requeue(lost, expect=[RunStatus.LOST])
    assert read_run(storage, lost.id) == queued


def test_a_requeued_dataset_begins_its_next_attempt(storage: Storage) -> None:
    with storage.write() as unit:
        reading = unit.datasets.add(make_dataset(status=DatasetStatus.RUNNING))
        queued = unit.datasets.requeue(reading)
    assert (queued.status, queued.attempt) == (DatasetStatus.QUEUED, 2)
    with pytest.raises(Conflict), storage.write() as unit:
        unit.datasets.requeue(reading)


def test_a_checkpoint_is_in_use_while_a_run_names_it(storage: Storage, run: Run) -> None:
    with storage.write() as unit:
        assert not unit.runs.checkpoint_in_use(SHA256)
        unit.runs.update(run.id, expect=[RunStatus.QUEUED], checkpoint_sha256=SHA256)
        assert unit.runs.checkpoint_in_use(SHA256)
        unit.runs.update(run.id, expect=[RunStatus.QUEUED], checkpoint_sha256=None)
        assert not unit.runs.checkpoint_in_use(SHA256)


def test_a_unit_of_work_that_raises_leaves_nothing(storage: Storage, dataset: Dataset, run: Run) -> None:
    class Broken(Exception):
        pass

    another = make_run(dataset)

    def work() -> None:
        with storage.write() as unit:
            unit.runs.add(another)
            unit.runs.update(run.id, expect=[RunStatus.QUEUED], status=RunStatus.RUNNING)
            unit.metrics.append(run.id, [make_point()])
            unit.logs.append(run.id, "never said")
            raise Broken

    with pytest.raises(Broken):
        work()
    with storage.read() as unit:
        assert unit.runs.find(another.id) is None
        assert unit.runs.get(run.id) == run
        assert unit.metrics.list_since(run.id) == ()
        assert unit.logs.list_since(run.id) == ()


# --- Metrics ---------------------------------------------------------------------------------------------------------


def test_points_keep_their_order_and_are_read_from_a_position_on(storage: Storage, run: Run) -> None:
    points = [
        make_point(1, value=0.9),
        make_point(1, split=Split.VALIDATION, value=1.1),
        make_point(1, name="f1", value=0.0),
        make_point(2, value=1e-300),
    ]
    with storage.write() as unit:
        unit.metrics.append(run.id, points[:3], wall_time=NOON)
    with storage.write() as unit:
        unit.metrics.append(run.id, points[3:], wall_time=NOON)
    with storage.read() as unit:
        rows = unit.metrics.list_since(run.id)
        assert [MetricPoint(**row.model_dump(include=set(MetricPoint.model_fields))) for row in rows] == points
        assert [row.wall_time for row in rows] == [NOON] * 4
        assert [row.seq for row in rows] == [1, 2, 3, 4]
        assert unit.metrics.list_since(run.id, 2) == rows[2:]
        assert unit.metrics.list_since(run.id, 1, limit=2) == rows[1:3]
        assert unit.metrics.list_since(run.id, 4) == ()
        assert unit.metrics.last_seq(run.id) == 4
        assert unit.metrics.last_seq(new_id()) == 0


def test_a_point_written_again_changes_nothing_and_positions_keep_growing(storage: Storage, run: Run) -> None:
    with storage.write() as unit:
        unit.metrics.append(run.id, [make_point(1), make_point(2)])
        before = unit.metrics.list_since(run.id)
        unit.metrics.append(run.id, [make_point(1, value=99.0), make_point(2, value=99.0), make_point(3)])
        unit.metrics.append(run.id, [make_point(3), make_point(4), make_point(4, value=99.0), make_point(5)])
        unit.metrics.append(run.id, [])
    with storage.read() as unit:
        rows = unit.metrics.list_since(run.id)
    assert rows[:2] == before
    assert [(row.step, row.value) for row in rows] == [(step, 0.5) for step in (1, 2, 3, 4, 5)]
    assert all(earlier.seq < later.seq for earlier, later in pairwise(rows))


def test_points_of_one_run_do_not_show_in_another(storage: Storage, dataset: Dataset, run: Run) -> None:
    with storage.write() as unit:
        other = unit.runs.add(make_run(dataset))
        unit.metrics.append(run.id, [make_point(1)])
        unit.metrics.append(other.id, [make_point(1), make_point(2)])
    with storage.read() as unit:
        assert [row.step for row in unit.metrics.list_since(run.id)] == [1]
        assert [row.step for row in unit.metrics.list_since(other.id)] == [1, 2]


def test_thinned_series_keep_a_spike_and_hold_two_points_a_bucket(storage: Storage, run: Run) -> None:
    n_steps, n_buckets = 5_000, 50
    loss = [make_point(step, value=1 / step) for step in range(1, n_steps + 1)]
    loss[2_344] = make_point(2_345, value=1_000.0)
    f1 = [make_point(step, name="f1", split=Split.VALIDATION, value=0.25) for step in range(1, n_steps + 1)]
    with storage.write() as unit:
        unit.metrics.append(run.id, loss + f1)
    with storage.read() as unit:
        thinned = unit.metrics.list_buckets(run.id, n_buckets=n_buckets)
    by_series = {
        key: [point for point in thinned if (point.name, point.split) == key]
        for key in (("loss", Split.TRAIN), ("f1", Split.VALIDATION))
    }
    assert sum(len(points) for points in by_series.values()) == len(thinned)
    for points in by_series.values():
        assert [point.step for point in points] == sorted(point.step for point in points)
        assert max(Counter(point.step * n_buckets // (n_steps + 1) for point in points).values()) <= 2
        assert len(points) > n_buckets * 0.9
    stored = {(point.step, point.value) for point in loss}
    assert {(point.step, point.value) for point in by_series["loss", Split.TRAIN]} <= stored
    assert (2_345, 1_000.0) in {(point.step, point.value) for point in by_series["loss", Split.TRAIN]}
    assert {point.value for point in by_series["f1", Split.VALIDATION]} == {0.25}


def test_thinning_a_short_series_keeps_every_point(storage: Storage, run: Run) -> None:
    points = [make_point(step, value=float(step % 3)) for step in range(1, 9)]
    with storage.write() as unit:
        unit.metrics.append(run.id, points)
    with storage.read() as unit:
        assert unit.metrics.list_buckets(run.id) == tuple(points)
        assert unit.metrics.list_buckets(new_id()) == ()


# --- Logs ------------------------------------------------------------------------------------------------------------


def test_log_lines_are_read_in_order_from_a_position_on(storage: Storage, run: Run) -> None:
    with storage.write() as unit:
        for text in ("one", "zwei · drei", "x" * 5_000):
            unit.logs.append(run.id, text, level=Severity.WARNING)
    with storage.read() as unit:
        lines = unit.logs.list_since(run.id)
        assert [(line.seq, line.level, line.text) for line in lines] == [
            (1, Severity.WARNING, "one"),
            (2, Severity.WARNING, "zwei · drei"),
            (3, Severity.WARNING, "x" * 5_000),
        ]
        assert unit.logs.list_since(run.id, 1, limit=1) == lines[1:2]
        assert unit.logs.list_since(new_id()) == ()


# --- Two at once -----------------------------------------------------------------------------------------------------


def test_two_writers_of_one_run_lose_neither_points_nor_lines(storage: Storage, run: Run) -> None:
    n_batches = 25

    def write(name: str) -> None:
        for step in range(n_batches):
            with storage.write() as unit:
                unit.runs.update(run.id, expect=[RunStatus.QUEUED], heartbeat_at=NOON)
                unit.metrics.append(run.id, [make_point(step, name=name)])
                unit.logs.append(run.id, f"{name} {step}")

    assert in_parallel(lambda: write("loss"), lambda: write("f1")) == []
    with storage.read() as unit:
        rows, lines = unit.metrics.list_since(run.id), unit.logs.list_since(run.id)
    for name in ("loss", "f1"):
        assert [row.step for row in rows if row.name == name] == list(range(n_batches))
        assert [line.text for line in lines if line.text.startswith(name)] == [f"{name} {i}" for i in range(n_batches)]
    assert [row.seq for row in rows] == list(range(1, 2 * n_batches + 1))
    assert [line.seq for line in lines] == list(range(1, 2 * n_batches + 1))


def test_two_writers_of_different_rows_do_not_disturb_each_other(storage: Storage, dataset: Dataset) -> None:
    def write(runs: list[Run]) -> None:
        for run in runs:
            with storage.write() as unit:
                unit.runs.add(run)

    first, second = ([make_run(dataset) for _ in range(20)] for _ in range(2))
    assert in_parallel(lambda: write(first), lambda: write(second)) == []
    with storage.read() as unit:
        assert {run.id for run in unit.runs.list_page(limit=200).items} == {run.id for run in first + second}


def test_of_two_takers_of_a_run_exactly_one_wins(storage: Storage, dataset: Dataset) -> None:
    def take(run: Run) -> None:
        with storage.write() as unit:
            unit.runs.get(run.id)  # reading first must not cost the write its turn
            unit.runs.update(run.id, expect=[RunStatus.QUEUED], at_attempt=1, status=RunStatus.RUNNING)

    for _ in range(10):
        with storage.write() as unit:
            run = unit.runs.add(make_run(dataset))
        errors = in_parallel(lambda r=run: take(r), lambda r=run: take(r))  # type: ignore[misc]
        assert [type(error) for error in errors] == [Conflict]
        assert read_run(storage, run.id).status is RunStatus.RUNNING


def test_a_reader_sees_what_was_there_while_a_writer_is_at_work(storage: Storage, run: Run) -> None:
    with storage.write() as writing:
        writing.runs.update(run.id, expect=[RunStatus.QUEUED], status=RunStatus.RUNNING)
        assert read_run(storage, run.id) == run
    assert read_run(storage, run.id).status is RunStatus.RUNNING
