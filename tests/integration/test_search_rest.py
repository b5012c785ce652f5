"""Searches over REST and through the service, by a worker that really runs."""

from typing import Any

import pytest

from core.errors import UserInputError
from core.retrieval.spec import LONGEST_QUESTION, Filters, SearchSettings
from tests.rest import Api
from tests.shelves import make_library, shelve
from tests.stacks import Stack, wait_for

PAGES = {
    "pumps.md": ["Fault E1043 means that the cooling pump runs hot.", "Fault E1044 means that the belt is loose."],
    "bread.md": [("Baking", "Bread rises because yeast turns sugar into carbon dioxide.")],
}


def ask(api: Api, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = api.post("search", json=body, params={"wait_s": 60})
    return answer.status_code, answer.json()


def test_a_worker_answers_the_service_with_passages_and_reasons(each_stack: Stack) -> None:
    stack = each_stack
    stack.worker()
    url = stack.settings.chroma_url
    library = make_library(stack.storage, stack.settings.home, chroma_url=url)
    collection = shelve(stack.storage, library, PAGES)
    retrieval = stack.wiring.services.retrieval
    filters = Filters(collection_ids=(collection.id,))
    result = retrieval.search("What makes pastry bigger?", filters=filters, timeout_s=60)
    assert result.hits[0].file_name == "bread.md"
    assert result.hits[0].passage.heading == ("Baking",)
    by_code = retrieval.search("E1044", filters=filters, settings=SearchSettings(top_k=1), timeout_s=60)
    assert [hit.passage.seq for hit in by_code.hits] == [1]
    again = retrieval.search("E1044", filters=filters, settings=SearchSettings(top_k=1), timeout_s=60)
    assert again.hits == by_code.hits


def test_questions_without_words_or_without_end_are_refused(each_stack: Stack) -> None:
    retrieval = each_stack.wiring.services.retrieval
    with pytest.raises(UserInputError, match="There is no question"):
        retrieval.start(" \n ")
    with pytest.raises(UserInputError, match="100,000 characters; 8,000"):
        retrieval.start("x" * 100_000)
    assert retrieval.start("x" * LONGEST_QUESTION).kind == "search"


def test_the_same_request_twice_is_one_search(each_stack: Stack) -> None:
    retrieval = each_stack.wiring.services.retrieval
    first = retrieval.start("E1044", idempotency_key="once")
    assert retrieval.start("E1044", idempotency_key="once").id == first.id
    assert retrieval.start("E1044").id != first.id


def test_rest_gives_hits_with_their_parts_and_times(api: Api) -> None:
    collection = api.post("collections", json={"name": "Pumps and bread"}).json()
    content = "# Pumps\n\nFault E1043 means that the cooling pump runs hot.\n"
    api.post(f"collections/{collection['id']}/documents", files=[("file", ("pumps.md", content.encode()))])
    filters = {"collection_ids": [collection["id"]]}

    def look() -> dict[str, Any] | None:
        status, body = ask(api, question="What is E1043?", filters=filters)
        assert status == 200, body
        return body if body["hits"] else None

    body = wait_for(look, what="a passage")
    hit = body["hits"][0]
    assert (hit["file_name"], hit["collection_name"]) == ("pumps.md", "Pumps and bread")
    assert set(hit["parts"]) == {"dense", "lexical"}
    assert "E1043" in [hit["passage"]["text"][start:end] for start, end in hit["matches"]]
    assert set(body["seconds"]) == {"encode", "dense", "lexical", "fuse"}
    assert api.get(f"computations/{body['computation_id']}").json()["result"]["hits"] == body["hits"]


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"question": "  "}, 400, "There is no question."),
        ({"question": "x" * 100_000}, 400, "The question has 100,000 characters; 8,000 are possible."),
        ({"question": "a", "filters": {"collection_ids": ["nobody"]}}, 404, "There is no collection 'nobody'."),
        (
            {"question": "a", "settings": {"use_dense": False, "use_lexical": False}},
            400,
            "Neither way of searching is on.",
        ),
    ],
)
def test_what_cannot_be_searched_is_refused_by_name(api: Api, body: dict[str, Any], status: int, detail: str) -> None:
    api.post("collections", json={"name": "Any"})
    found, answer = ask(api, **body)
    assert (found, answer["detail"]) == (status, detail)


def test_settings_out_of_bounds_are_a_problem_of_the_schema(api: Api) -> None:
    for settings in ({"top_k": 0}, {"dense_weight": 2}, {"fusion": "luck"}, {"unknown": 1}):
        assert ask(api, question="a", settings=settings)[0] == 422
