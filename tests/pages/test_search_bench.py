"""The search bench: hits with their reasons, two settings side by side, every state."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.knowledge import Collection
from tests import servers
from tests.pages.conftest import HOSTILE, On
from tests.pages.showing import assert_well, text
from tests.shelves import make_library, shelve
from tests.stacks import Stack, run_stack

PAGES = {
    "pumps.md": ["Fault E1043 means that the cooling pump runs hot.", "Fault E1044 means that the belt is loose."],
    "bread.md": [("Baking", "Bread rises because yeast turns sugar into carbon dioxide.")],
    f"{HOSTILE}.md": [(HOSTILE, f"Roses {HOSTILE} need water.")],
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, chroma_url: str) -> Iterator[tuple[Stack, Collection]]:
    home = tmp_path_factory.mktemp("bench") / "home"
    home.mkdir()
    with (
        servers.run_redis(home) as redis_url,
        run_stack(home, redis_url=redis_url, chroma_url=chroma_url, document_workers=0) as stack,
    ):
        library = make_library(stack.storage, home, chroma_url=chroma_url)
        collection = shelve(stack.storage, library, PAGES, name="Shelf")
        stack.start_worker("interactive")
        stack.wiring.services.retrieval.search("warm", timeout_s=60)
        yield stack, collection


def test_without_a_question_the_page_teaches(open_page: On, shelf: tuple[Stack, Collection]) -> None:
    stack, collection = shelf
    page = open_page(stack)("documents", view="search", collection=collection.id)
    assert_well(page)
    assert "Type a question to see which passages come and why" in text(page)


def test_hits_show_place_parts_and_the_words_that_match(open_page: On, shelf: tuple[Stack, Collection]) -> None:
    stack, collection = shelf
    page = open_page(stack)("documents", view="search", collection=collection.id, q="What is E1044?")
    assert_well(page)
    said = text(page)
    assert ":orange-background[E1044]" in said
    assert "Words: place 1" in said
    assert "similarity" in said
    assert "Shelf · pumps.md" in said
    assert "api/v1/search" in page.code[0].value
    assert "curl" in page.code[1].value
    bars = [element for element in page.get("html") if "width:" in str(element.proto)]
    assert bars


def test_two_settings_stand_side_by_side_with_the_places_moved(open_page: On, shelf: tuple[Stack, Collection]) -> None:
    stack, collection = shelf
    page = open_page(stack)("documents", view="search", collection=collection.id, q="Why does pastry rise near a belt?")
    page.toggle(key="bench-compare").set_value(True).run()
    page.slider(key="bench-a-dense_weight").set_value(0.0).run()
    page.slider(key="bench-b-dense_weight").set_value(1.0).run()
    assert_well(page)
    said = text(page)
    assert "These settings" in said
    assert ":material/arrow_" in said


def test_names_and_texts_are_shown_and_not_obeyed(open_page: On, shelf: tuple[Stack, Collection]) -> None:
    stack, collection = shelf
    page = open_page(stack)("documents", view="search", collection=collection.id, q=f"roses water {HOSTILE}")
    assert_well(page)
    shown: list[Any] = [element.value for element in (*page.markdown, *page.caption)]
    assert any("evil" in value for value in shown)
    assert not any("![x](" in value or "<script>" in value.replace("\\<", "") or " :red[x]" in value for value in shown)


def test_a_question_that_is_too_long_is_refused_in_a_sentence(open_page: On, shelf: tuple[Stack, Collection]) -> None:
    stack, collection = shelf
    page = open_page(stack)("documents", view="search", collection=collection.id, q="x" * 9_000)
    assert "9,000 characters; 8,000 are possible" in text(page)
