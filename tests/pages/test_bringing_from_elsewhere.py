"""Bringing a table from elsewhere on the page Datasets: forms, refusals, connections, samples."""

import contextlib
import sqlite3

from streamlit.testing.v1 import AppTest

from core.samples.registry import SAMPLES
from tests.pages.conftest import HOSTILE, On
from tests.pages.showing import assert_well, text
from tests.stacks import Stack

SOURCES = "datasets-sources"


def at_way(stack: Stack, open_page: On, way: str) -> AppTest:
    """The page with one kind of source chosen."""
    page = open_page(stack)("datasets")
    page.segmented_control(key="datasets-way").set_value("elsewhere").run()
    page.segmented_control(key=f"{SOURCES}-way").set_value(way).run()
    assert_well(page)
    return page


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()


def test_an_internal_address_is_refused_beside_the_form(empty_stack: Stack, open_page: On) -> None:
    page = at_way(empty_stack, open_page, "url")
    page.text_input(key=f"{SOURCES}-url-url").set_value("http://169.254.169.254/x.csv")
    press(page, "Fetch")
    assert_well(page)
    assert "is a machine of an internal network" in text(page)
    assert empty_stack.datasets.list_page().items == ()


def test_an_address_becomes_a_dataset(empty_stack: Stack, open_page: On) -> None:
    page = at_way(empty_stack, open_page, "url")
    page.text_input(key=f"{SOURCES}-url-url").set_value("https://93.184.215.14/people.csv")
    press(page, "Fetch")
    assert_well(page)
    (dataset,) = empty_stack.datasets.list_page().items
    assert (dataset.name, dataset.source.kind) == ("people", "url")


def test_a_connection_is_made_and_a_table_of_it_chosen(empty_stack: Stack, open_page: On) -> None:
    folder = empty_stack.settings.home.resolve() / "databases"
    folder.mkdir()
    with contextlib.closing(sqlite3.connect(folder / "shop.sqlite")) as shop:
        shop.execute(f'CREATE TABLE "{HOSTILE}" (i)')
    page = at_way(empty_stack, open_page, "database")
    assert "No connection is saved yet." in text(page)
    page.segmented_control(key=f"{SOURCES}-database-connection-new-kind").set_value("sqlite").run()
    page.text_input(key=f"{SOURCES}-database-connection-new-sqlite-name").set_value(HOSTILE)
    press(page, "Save")
    assert_well(page)
    press(page, "Read")
    assert_well(page)
    (dataset,) = empty_stack.datasets.list_page().items
    assert (dataset.source.kind, dataset.source.params["table"]) == ("database", HOSTILE)


def test_a_connection_that_does_not_work_says_why(empty_stack: Stack, open_page: On) -> None:
    page = at_way(empty_stack, open_page, "database")
    new = f"{SOURCES}-database-connection-new-postgresql"
    for field, value in (("host", "127.0.0.1"), ("database", "d"), ("user", "u"), ("password", "geheim")):
        page.text_input(key=f"{new}-{field}").set_value(value)
    page.number_input(key=f"{new}-port").set_value(1)
    press(page, "Try")
    assert_well(page)
    assert "Nothing listens on port 1 of '127.0.0.1'." in text(page)
    assert "geheim" not in text(page)


def test_the_gallery_shows_every_sample_and_takes_one(empty_stack: Stack, open_page: On) -> None:
    page = open_page(empty_stack)("datasets")
    page.segmented_control(key="datasets-way").set_value("sample").run()
    assert_well(page)
    assert all(spec.label in text(page) for spec in SAMPLES.values())
    page.button(key="datasets-sample-restaurant").click().run()
    assert_well(page)
    (dataset,) = empty_stack.datasets.list_page().items
    assert (dataset.name, dataset.source.params) == ("Restaurant tips", {"key": "restaurant", "seed": 0})
