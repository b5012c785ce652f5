"""The view Charts of Explore, on real storage with a worker."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from app.bootstrap import wiring
from core.records import Dataset
from tests import servers
from tests.pages.conftest import HOSTILE, MAIN
from tests.pages.showing import assert_well, text
from tests.stacks import Stack, as_environment, run_stack, wait_for

ROWS = 'size,"kind <b>[x](y)",day\n' + "".join(
    f"{n % 17}.5,{'ab'[n % 2]},2024-01-{n % 28 + 1:02d}\n" for n in range(60)
)
KIND = "kind <b>[x](y)"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("charts") / "home"
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url) as running:
        running.start_worker()
        yield running


@pytest.fixture(scope="module")
def table(stack: Stack) -> Dataset:
    dataset = stack.upload(ROWS, file_name="t.csv")
    return wait_for(lambda: found if (found := stack.datasets.get(dataset.id)).status.is_terminal else None)


@pytest.fixture
def open_charts(stack: Stack, table: Dataset, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    for name, value in as_environment(stack.settings).items():
        monkeypatch.setenv(name, value)
    wiring.cache_clear()
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.run()
    page.query_params["dataset"] = table.id
    page.query_params["view"] = "charts"
    yield page.switch_page("../pages/explore.py")
    wiring.cache_clear()


def press(page: AppTest, label: str) -> AppTest:
    button = next(each for each in page.button if each.label == label)
    return button.click().run()


def test_ideas_are_drawn_and_open_in_the_builder(open_charts: AppTest) -> None:
    page = open_charts.run()
    assert_well(page)
    assert "Distribution of size" in text(page)
    page = press(page, "Open histogram")
    assert_well(page)
    assert "Drawn from 60 rows." in text(page)


def test_a_kept_chart_opens_by_its_address_with_its_title_as_text(open_charts: AppTest, table: Dataset) -> None:
    saved = wiring().services.charts.save(table.id, "bar", {"x": KIND}, title=HOSTILE, note=HOSTILE)
    open_charts.query_params["chart"] = saved.id
    page = open_charts.run()
    assert_well(page)
    assert [each.value for each in page.selectbox if each.label == "Categories"] == [KIND]
    assert "<script>alert(1)</script>" in text(page)
    assert not any("<script>" in each.value for each in page.markdown)


def test_an_address_of_a_chart_that_is_gone_says_so(open_charts: AppTest) -> None:
    open_charts.query_params["chart"] = "nowhere"
    page = open_charts.run()
    assert_well(page)
    assert "a chart that is not kept any more" in text(page)


def test_another_kind_takes_over_the_columns_that_fit(open_charts: AppTest, table: Dataset) -> None:
    saved = wiring().services.charts.save(table.id, "histogram", {"x": "size", "color": KIND})
    open_charts.query_params["chart"] = saved.id
    page = press(open_charts.run(), "Density")
    assert_well(page)
    chosen = {each.label: each.value for each in page.selectbox}
    assert (chosen["Values"], chosen["Colour (optional)"]) == ("size", KIND)
    assert "Density of size" in page.text[0].value
