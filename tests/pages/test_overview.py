"""The view "Overview" of Explore: alerts, facts, columns, pairs, target and versions."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.records import Dataset
from tests import servers
from tests.pages.conftest import HOSTILE, On
from tests.pages.showing import assert_well, text
from tests.stacks import Stack, run_stack, wait_for

ODD = ":red[size] <b>"
TABLE = f"{ODD},kind,weight,day\n" + "".join(
    f"{i if i % 5 else ''},{'abc'[i % 3]},{i * 1.5},2024-01-{1 + i % 28:02d}\n" for i in range(80)
)
TIDY = "a,b\n" + "".join(f"{(i * 37) % 211 / 7},{'xyz'[(i * i) % 7 % 3]}\n" for i in range(200))


@pytest.fixture(scope="module")
def overview_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An instance with a worker for short work."""
    home = tmp_path_factory.mktemp("overview") / "home"
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url) as stack:
        stack.start_worker("interactive")
        yield stack


@pytest.fixture(scope="module")
def dataset(overview_stack: Stack) -> Dataset:
    return read(overview_stack, TABLE, "plants.csv")


def read(stack: Stack, table: str, file_name: str) -> Dataset:
    added = stack.upload(table, file_name=file_name)
    return wait_for(lambda: if_over(stack, added.id), what="the end of the ingest")


def if_over(stack: Stack, dataset_id: str) -> Dataset | None:
    now = stack.datasets.get(dataset_id)
    return now if now.status.is_terminal else None


def shows(page: AppTest, words: str) -> AppTest:
    """The page once its answers are there."""

    def look() -> bool:
        page.run()
        assert_well(page)
        return words in text(page)

    wait_for(look, what=f"{words!r} on the page")
    return page


def test_the_quick_look_starts_by_itself_and_says_what_is_odd(
    overview_stack: Stack, dataset: Dataset, open_page: On
) -> None:
    page = shows(open_page(overview_stack)("explore", dataset=dataset.id), "things to know")
    words = text(page)
    assert "Rows:gray[" not in words
    assert f"'{ODD}': 16 gaps (20 % of the rows)." in words
    assert "Many methods leave out every row with a gap" in words
    assert "Every figure of a column comes from all 80 rows." in words
    assert page.query_params["level"] == "quick"


def test_the_column_of_the_address_is_shown_large(overview_stack: Stack, dataset: Dataset, open_page: On) -> None:
    page = shows(open_page(overview_stack)("explore", dataset=dataset.id, column="weight"), "#### weight")
    assert page.query_params["column"] == "weight"
    assert ":gray[Mean] 59.25" in text(page)
    assert len(page.get("plotly_chart")) == 1


def test_a_column_that_does_not_exist_gives_way_to_the_first(
    overview_stack: Stack, dataset: Dataset, open_page: On
) -> None:
    page = shows(open_page(overview_stack)("explore", dataset=dataset.id, column=HOSTILE), "things to know")
    assert f"#### {ODD}" in text(page)


def test_every_row_and_a_target_are_chosen_and_kept_in_the_address(
    overview_stack: Stack, dataset: Dataset, open_page: On
) -> None:
    page = shows(open_page(overview_stack)("explore", dataset=dataset.id), "things to know")
    page.segmented_control(key=f"overview-level-{dataset.id}").set_value("full").run()
    page.selectbox(key=f"overview-target-{dataset.id}").set_value("kind").run()
    shows(page, "things to know")
    assert (page.query_params["level"], page.query_params["target"]) == ("full", "kind")
    page.segmented_control(key=f"overview-show-{dataset.id}").set_value("target").run()
    shows(page, "What each column tells about 'kind' by itself")
    page.segmented_control(key=f"overview-show-{dataset.id}").set_value("pairs").run()
    shows(page, "Spearman's rho")
    page.segmented_control(key=f"overview-pairs-{dataset.id}").set_value("eta").run()
    shows(page, "Correlation ratio")


def test_a_fix_opens_the_recipe_with_its_step(overview_stack: Stack, dataset: Dataset, open_page: On) -> None:
    page = shows(open_page(overview_stack)("explore", dataset=dataset.id), "things to know")
    button = next(button for button in page.button if button.label == "Fill with the median")
    button.click().run()
    assert_well(page)
    assert page.query_params["view"] == "fix"
    shows(page, f"Fill gaps in {ODD} with the median")


def test_data_without_oddities_is_told_so(overview_stack: Stack, open_page: On) -> None:
    tidy = read(overview_stack, TIDY, "tidy.csv")
    shows(open_page(overview_stack)("explore", dataset=tidy.id), "Nothing odd was found in this data.")


def test_a_version_is_compared_with_the_one_before(overview_stack: Stack, open_page: On) -> None:
    first = read(overview_stack, TABLE.replace("weight", "mass"), "first.csv")
    recipe = {
        "dataset_id": first.id,
        "steps": [{"step": "impute", "params": {"columns": [ODD], "strategy": "median"}}],
    }
    made = overview_stack.datasets.derive("recipe", recipe, version_of=first.id)
    second = wait_for(lambda: if_over(overview_stack, made.id), what="the next version")
    page = open_page(overview_stack)("explore", dataset=second.id, show="versions")
    shows(page, "fewer gaps (20 % before, 0 % after)")
