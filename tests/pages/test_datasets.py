"""The Datasets page: look, change how a file is read, import, versions, export, rename, remove, cancel."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ids import utc_now
from core.records import Dataset, StagedUpload
from core.types import DatasetStatus
from tests import servers
from tests.factories import make_dataset
from tests.pages.conftest import HOSTILE, On
from tests.pages.showing import assert_well, sentences, text
from tests.stacks import Stack, run_stack, wait_for
from tests.workbooks import make_xlsx, make_zip

CSV = "n;when;price\n" + "".join(f"{n};0{n % 9 + 1}/02/2024;{n},5\n" for n in range(250))


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An instance with a worker that answers."""
    home = tmp_path_factory.mktemp("living") / "home"
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url) as stack:
        stack.start_worker("interactive")
        yield stack


def stage(stack: Stack, content: str | bytes, file_name: str = "prices.csv") -> StagedUpload:
    path = stack.settings.home / "staged.part"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return stack.wiring.services.uploads.stage(path, file_name=file_name)


def ready(stack: Stack, dataset_id: str) -> Dataset:
    def look() -> Dataset | None:
        found = stack.datasets.get(dataset_id)
        return found if found.status.is_terminal else None

    return wait_for(look, what="the end of the ingest")


def shown(page: AppTest) -> list[str]:
    """The columns of the first table on the page, as they are labelled."""
    return list(page.dataframe[0].value.columns)


def test_an_upload_is_shown_as_it_will_be_read_and_imported_under_a_name(living: Stack, open_page: On) -> None:
    upload = stage(living, CSV)
    page = open_page(living)("datasets", upload=upload.id)
    assert_well(page)
    key = f"datasets-import-{upload.id}"
    assert shown(page) == ["n", "when", "price"]
    assert page.selectbox(key=f"{key}--delimiter").value == ";"
    assert page.selectbox(key=f"{key}--decimal").value == ","
    page.text_input(key=f"{key}-name").set_value("Prices of 2024")
    page.button(key="datasets-import-import").click().run()
    assert_well(page)
    dataset = ready(living, page.query_params["dataset"])
    assert (dataset.name, dataset.n_rows, dataset.format) == ("Prices of 2024", 250, "csv")
    assert "upload" not in page.query_params


def test_a_changed_option_changes_what_is_shown_and_what_is_imported(living: Stack, open_page: On) -> None:
    upload = stage(living, CSV)
    page = open_page(living)("datasets", upload=upload.id)
    key = f"datasets-import-{upload.id}"
    page.toggle(key=f"{key}--has_header").set_value(False).run()
    assert shown(page) == ["column_1", "column_2", "column_3"]
    page.button(key="datasets-import-import").click().run()
    dataset = ready(living, page.query_params["dataset"])
    assert (dataset.n_rows, dataset.import_options["has_header"]) == (251, False)


def test_another_sheet_is_read_for_itself(living: Stack, open_page: On) -> None:
    book = make_xlsx({"One": [["a"], [1]], "Two": [["title"], [], ["b", "c"], [2, "x"], [3, "y"]]})
    upload = stage(living, book, "book.xlsx")
    page = open_page(living)("datasets", upload=upload.id)
    key = f"datasets-import-{upload.id}"
    assert shown(page) == ["a"]
    page.selectbox(key=f"{key}-sheet").set_value("Two").run()
    assert_well(page)
    assert shown(page) == ["b", "c"]
    assert page.number_input(key=f"{key}-Two-first_row").value == 3
    page.button(key="datasets-import-import").click().run()
    assert ready(living, page.query_params["dataset"]).import_options["sheet"] == "Two"


def test_a_file_of_an_archive_is_chosen_and_hostile_names_stay_text(living: Stack, open_page: On) -> None:
    upload = stage(living, make_zip({"a.csv": "q\n5\n", f"{HOSTILE}.csv": "r\n7\n8\n"}), f"{HOSTILE}.zip")
    page = open_page(living)("datasets", upload=upload.id)
    assert_well(page)
    page.selectbox(key=f"datasets-import-{upload.id}-member").set_value(f"{HOSTILE}.csv").run()
    assert_well(page)
    assert shown(page) == ["r"]


def test_a_file_that_cannot_be_read_says_why_and_is_not_imported(living: Stack, open_page: On) -> None:
    upload = stage(living, "a,b\n1,x\n2,y,z\n", "long.csv")
    page = open_page(living)("datasets", upload=upload.id)
    assert any("Line 3 has 3 cells" in error.value for error in page.error)
    assert page.button(key="datasets-import-import").disabled
    page.button(key="datasets-import-leave").click().run()
    assert "upload" not in page.query_params
    assert not page.error


def test_an_upload_that_is_gone_says_so_and_the_page_goes_on(living: Stack, open_page: On) -> None:
    page = open_page(living)("datasets", upload="nothing")
    assert any("There is no upload" in error.value for error in page.error)
    assert_well(page)
    assert "upload" not in page.query_params


def test_a_dataset_is_read_again_as_a_second_version_whose_origin_is_drawn(living: Stack, open_page: On) -> None:
    first = ready(living, living.upload(CSV, file_name="again.csv").id)
    page = open_page(living)("datasets", dataset=first.id)
    page.segmented_control(key="datasets-view").set_value("Read again").run()
    page.toggle(key=f"datasets-again-{first.id}--has_header").set_value(False).run()
    page.button(key="datasets-again-read_again").click().run()
    assert_well(page)
    second = ready(living, page.query_params["dataset"])
    assert (second.version, second.parent_id, second.n_rows) == (2, first.id, 251)
    page = open_page(living)("datasets", dataset=second.id)
    page.segmented_control(key="datasets-view").set_value("Versions").run()
    assert_well(page)
    (diagram,) = page.get("graphviz_chart")
    assert f'"{first.id}" -> "{second.id}" [label="read again"]' in diagram.proto.spec


def test_rows_come_a_page_at_a_time(living: Stack, open_page: On) -> None:
    dataset = ready(living, living.upload(CSV, file_name="pages.csv").id)
    page = open_page(living)("datasets", dataset=dataset.id)
    page.segmented_control(key="datasets-view").set_value("Rows").run()
    assert_well(page)
    assert list(page.dataframe[-1].value["n"]) == list(range(100))


def test_an_export_ends_in_a_link_to_the_file(living: Stack, open_page: On) -> None:
    dataset = ready(living, living.upload(CSV, file_name="out.csv").id)
    page = open_page(living)("datasets", dataset=dataset.id)
    page.segmented_control(key="datasets-view").set_value("Export").run()
    page.button(key="datasets-export-write").click().run()
    assert_well(page)
    (link,) = page.get("link_button")
    assert link.proto.url.startswith("/api/v1/computations/")
    assert link.proto.url.endswith("/file")
    computation = living.computations.get(link.proto.url.split("/")[-2])
    exported, path = living.wiring.services.exports.file(computation)
    assert (exported.file_name, path.read_text().splitlines()[1]) == ("out-v1.csv", "0,2024-01-02,0.5")


def test_a_dataset_is_renamed(living: Stack, open_page: On) -> None:
    dataset = ready(living, living.upload("a\n1\n", file_name="old.csv").id)
    page = open_page(living)("datasets", dataset=dataset.id)
    page.text_input(key=f"datasets-actions-{dataset.id}-name").set_value("New name").run()
    page.button(key="datasets-actions-rename").click().run()
    assert_well(page)
    assert living.datasets.get(dataset.id).name == "New name"


def test_a_dataset_that_others_came_from_is_not_removed_and_says_why(living: Stack, open_page: On) -> None:
    first = ready(living, living.upload("a\n1\n", file_name="first.csv").id)
    second = ready(living, living.datasets.read_again(first.id, {}).id)
    page = open_page(living)("datasets", dataset=first.id)
    page.button(key="datasets-actions-remove").click().run()
    page.button(key="datasets-actions-remove-yes").click().run()
    assert "1 dataset came from it" in text(page)
    page = open_page(living)("datasets", dataset=second.id)
    page.button(key="datasets-actions-remove").click().run()
    page.button(key="datasets-actions-remove-yes").click().run()
    assert_well(page)
    assert second.id not in {dataset.id for dataset in living.datasets.list_page().items}


def test_a_reading_can_be_cancelled(empty_stack: Stack, open_page: On, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    dataset = empty_stack.datasets.ingest(path, file_name="t.csv")
    page = open_page(empty_stack)("datasets", dataset=dataset.id)
    page.button(key="datasets-cancel").click().run()
    assert empty_stack.datasets.get(dataset.id).status is DatasetStatus.FAILED
    assert "It was cancelled." in text(page)


def test_time_left_is_told_while_a_file_is_read(empty_stack: Stack, open_page: On) -> None:
    dataset = make_dataset(
        status=DatasetStatus.RUNNING,
        n_rows=None,
        columns=(),
        stage="Reading",
        progress=0.5,
        started_at=utc_now() - timedelta(seconds=60),
        heartbeat_at=utc_now(),
    )
    with empty_stack.storage.write() as unit:
        unit.datasets.add(dataset)
    page = open_page(empty_stack)("datasets", dataset=dataset.id)
    (bar,) = page.get("progress")
    assert "about 1 min" in bar.proto.text
    assert "You can leave this page; the file is read in the background." in sentences(page)
