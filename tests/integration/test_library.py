"""The library of a worker on real databases, a real Chroma server and the real encoder."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from core.documents.chunking import passage_input
from core.errors import NotFound, Unavailable, UserInputError
from core.ids import utc_now
from core.knowledge import Collection, DocumentStatus
from core.retrieval.spec import Filters, SearchParams, SearchResult, SearchSettings
from storage.storage import Storage
from tests.embedding import make_tiny_cross_encoder
from tests.shelves import make_library, put, shelve
from workers.library import WorkerLibrary

PAGES = {
    "bread.md": [
        ("Baking", "Bread rises because yeast turns sugar into carbon dioxide."),
        "Let the dough rest under a cloth for an hour.",
    ],
    "pumps.md": ["Fault E1043 means that the cooling pump runs hot.", "Fault E1044 means that the belt is loose."],
    "roses.md": ["Cut the stems of roses at an angle and change the water often."],
}
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def library(storage: Storage, tmp_home: Path, chroma_url: str) -> WorkerLibrary:
    return make_library(storage, tmp_home, chroma_url=chroma_url)


@pytest.fixture
def shelf(storage: Storage, library: WorkerLibrary) -> Collection:
    return shelve(storage, library, PAGES, name="Shelf")


def ask(library: WorkerLibrary, question: str, *, filters: Filters | None = None, **settings: object) -> SearchResult:
    made = SearchSettings.model_validate(settings)
    return library.search(SearchParams(question=question, filters=filters or Filters(), settings=made))


def texts(result: SearchResult) -> list[str]:
    return [hit.passage.text for hit in result.hits]


@pytest.mark.usefixtures("shelf")
def test_a_question_in_other_words_and_a_code_both_find_their_passage(library: WorkerLibrary) -> None:
    by_meaning = ask(library, "Why does pastry get bigger?")
    assert texts(by_meaning)[0] == PAGES["bread.md"][0][1]
    by_code = ask(library, "e1044")
    assert texts(by_code)[0] == PAGES["pumps.md"][1]
    first = by_code.hits[0]
    assert (first.file_name, first.title, first.collection_name) == ("pumps.md", "pumps", "Shelf")
    assert first.passage.text[slice(*first.matches[0])] == "E1044"
    assert set(first.parts) == {"dense", "lexical"}
    assert first.parts["lexical"].rank == 1
    for hit in (*by_meaning.hits, *by_code.hits):
        assert sum(part.contribution for part in hit.parts.values()) == pytest.approx(hit.score)
    assert set(by_code.seconds) == {"encode", "dense", "lexical", "fuse"}
    assert by_code.n_candidates == {"dense": 5, "lexical": 1}


@pytest.mark.usefixtures("shelf")
def test_similarity_is_the_cosine_whichever_way_found_the_passage(library: WorkerLibrary) -> None:
    question = "E1043 pump"
    vector = library.encoder.encode([question])[0]
    for settings in ({}, {"use_dense": False}, {"use_lexical": False}, {"candidates": 10}):
        for hit in ask(library, question, **settings).hits:
            own = library.encoder.encode([passage_input(hit.title, hit.passage)])[0]
            assert hit.similarity == pytest.approx(float(vector @ own), abs=1e-3)


@pytest.mark.usefixtures("shelf")
def test_each_way_can_be_switched_off_but_not_both(library: WorkerLibrary) -> None:
    assert texts(ask(library, "rose", use_dense=False)) == PAGES["roses.md"]
    assert len(texts(ask(library, "rose", use_lexical=False))) == 5
    with pytest.raises(UserInputError, match="Neither way"):
        ask(library, "rose", use_dense=False, use_lexical=False)
    with pytest.raises(UserInputError, match="no question"):
        ask(library, "  \n ")


@pytest.mark.usefixtures("shelf")
def test_the_weight_moves_the_order_from_words_to_meaning(library: WorkerLibrary) -> None:
    question = "Why does pastry get bigger near a belt?"
    assert texts(ask(library, question, dense_weight=0.0))[0] == PAGES["pumps.md"][1]
    assert ask(library, question, dense_weight=1.0).hits[0].file_name == "bread.md"


@pytest.mark.usefixtures("shelf")
def test_fusion_by_ranks_is_reciprocal_rank_fusion(library: WorkerLibrary) -> None:
    for hit in ask(library, "cooling pump water", fusion="ranks", rrf_k=10, dense_weight=0.3).hits:
        expected = {"dense": 0.3, "lexical": 0.7}
        for way, part in hit.parts.items():
            assert part.contribution == pytest.approx(expected[way] / (10 + part.rank))


def test_filters_leave_only_what_they_name(library: WorkerLibrary, storage: Storage, shelf: Collection) -> None:
    other = shelve(storage, library, {"old.md": ["Roses and pumps."]}, added_at=utc_now() - timedelta(days=30))
    with storage.read() as unit:
        roses = unit.documents.find_by_name(shelf.id, "roses.md")
    assert roses is not None
    yesterday = utc_now() - timedelta(days=1)
    found = {
        "collection": ask(library, "roses", filters=Filters(collection_ids=(other.id,))),
        "document": ask(library, "pumps", filters=Filters(document_ids=(roses.id,))),
        "before": ask(library, "roses", filters=Filters(added_before=yesterday)),
        "after": ask(library, "roses", filters=Filters(added_after=yesterday)),
        "never": ask(library, "roses", filters=Filters(added_after=utc_now() + timedelta(days=1))),
    }
    assert texts(found["collection"]) == ["Roses and pumps."]
    assert texts(found["document"]) == PAGES["roses.md"]
    assert texts(found["before"]) == ["Roses and pumps."]
    assert len(texts(found["after"])) == 5
    assert texts(found["never"]) == []
    assert found["never"].notices == ("No document fits the filters.",)


@pytest.mark.usefixtures("shelf")
def test_what_filters_name_has_to_exist(library: WorkerLibrary) -> None:
    with pytest.raises(NotFound, match="no collection 'x'"):
        ask(library, "roses", filters=Filters(collection_ids=("x",)))
    with pytest.raises(NotFound, match="no document 'y'"):
        ask(library, "roses", filters=Filters(document_ids=("y",)))


def test_without_documents_the_answer_says_so(library: WorkerLibrary) -> None:
    assert ask(library, "roses").notices == ("There are no documents yet.",)


def test_vectors_whose_passage_is_gone_are_not_shown_and_more_are_asked_for(
    library: WorkerLibrary, storage: Storage, shelf: Collection
) -> None:
    many = put(storage, library, shelf, "ghosts.md", [f"Roses need water, number {n}." for n in range(30)])
    with storage.write() as unit:
        unit.passages.remove_document(many.id)
        unit.documents.update(many.id, expect=[DocumentStatus.READY], status=DocumentStatus.REMOVING)
    result = ask(library, "Roses need water", use_lexical=False, candidates=10)
    assert texts(result)[0] == PAGES["roses.md"][0]
    assert len(texts(result)) == 5


def test_passages_whose_vector_is_missing_are_found_by_their_words(
    library: WorkerLibrary, storage: Storage, shelf: Collection
) -> None:
    put(storage, None, shelf, "fresh.md", ["Quokkas live on islands."])
    hit = ask(library, "quokkas").hits[0]
    assert hit.passage.text == "Quokkas live on islands."
    assert hit.similarity > 0.3


def test_without_chroma_words_still_answer_and_a_notice_says_so(storage: Storage, tmp_home: Path) -> None:
    library = make_library(storage, tmp_home, chroma_url=NOWHERE)
    shelve(storage, None, PAGES, embedding_model=library.encoder.name)
    result = ask(library, "Which fault is E1044?")
    assert texts(result)[0] == PAGES["pumps.md"][1]
    assert result.hits[0].similarity > 0.3
    assert set(result.hits[0].parts) == {"lexical"}
    assert result.notices == ("Searched by words alone. The vector index (Chroma) does not answer.",)
    with pytest.raises(Unavailable, match="Chroma"):
        ask(library, "Which fault is E1044?", use_lexical=False)


def test_a_collection_of_another_model_is_refused_by_name_and_never_mixed_in(
    library: WorkerLibrary, storage: Storage, shelf: Collection
) -> None:
    other = shelve(storage, None, {"a.md": ["Roses in a vase."]}, name="Attic", embedding_model="other-model@1")
    with pytest.raises(UserInputError, match=r"'Attic' was made by the embedding model 'other-model@1'") as refused:
        ask(library, "roses", filters=Filters(collection_ids=(other.id, shelf.id)))
    assert "Index the collection anew" in refused.value.hint
    assert texts(ask(library, "roses", filters=Filters(collection_ids=(other.id,)), use_dense=False)) == [
        "Roses in a vase."
    ]
    everywhere = ask(library, "roses vase")
    assert "Roses in a vase." in texts(everywhere)
    assert everywhere.notices[0].startswith("Attic was made by another embedding model")


def test_passages_that_repeat_each_other_do_not_fill_the_list(
    library: WorkerLibrary, storage: Storage, shelf: Collection
) -> None:
    for number in range(3):
        put(
            storage,
            library,
            shelf,
            f"copy-{number}.md",
            ["Cut  the stems of roses at an angle and change the water often."],
        )
    found = [" ".join(text.split()) for text in texts(ask(library, "stems of roses", top_k=4))]
    assert len(set(found)) == 4


def test_diversity_brings_other_passages_forward_and_counts_the_places(
    library: WorkerLibrary, storage: Storage, shelf: Collection
) -> None:
    put(storage, library, shelf, "more.md", [f"Cut the stems of the roses at an angle, bed {n}." for n in range(6)])
    plain = ask(library, "cut roses", top_k=3)
    diverse = ask(library, "cut roses", top_k=3, diversity=0.7)
    assert {hit.moved_by_diversity for hit in plain.hits} == {0}
    assert texts(diverse)[0] == texts(plain)[0]
    assert any(hit.moved_by_diversity > 0 for hit in diverse.hits)


@pytest.mark.usefixtures("shelf")
def test_a_cross_encoder_adds_its_part_and_its_absence_is_said(
    library: WorkerLibrary, storage: Storage, tmp_home: Path, tmp_path: Path, chroma_url: str
) -> None:
    without = ask(library, "roses", rerank=True)
    assert without.notices == ("There is no cross-encoder: set PRAXIS_RERANKER_MODEL to judge candidates again.",)
    judge = make_tiny_cross_encoder(tmp_path)
    judging = make_library(storage, tmp_home, chroma_url=chroma_url, reranker_model=str(judge))
    result = ask(judging, "roses", rerank=True)
    assert [hit.parts["rerank"].rank for hit in result.hits] == sorted(hit.parts["rerank"].rank for hit in result.hits)
    assert result.seconds["rerank"] > 0
    for hit in result.hits:
        assert sum(part.contribution for part in hit.parts.values()) == pytest.approx(hit.score)
    broken = make_library(storage, tmp_home, chroma_url=chroma_url, reranker_model=str(tmp_path / "nothing"))
    assert ask(broken, "roses", rerank=True).notices[0].startswith("Not judged again.")


def test_passages_documents_and_vectors_can_be_read(
    library: WorkerLibrary, storage: Storage, shelf: Collection
) -> None:
    documents = library.documents(shelf.id)
    assert [document.file_name for document in documents] == ["bread.md", "pumps.md", "roses.md"]
    passages = library.passages_of(documents[0].id)
    assert [passage.seq for passage in passages] == [0, 1]
    fresh = put(storage, None, shelf, "fresh.md", ["Quokkas live on islands."])
    wanted = [f"{fresh.id}:1:0", passages[1].id, passages[0].id]
    vectors = library.vectors(wanted)
    own = library.encoder.encode([passage_input(documents[0].title, passages[1])])[0]
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert float(vectors[1] @ own) == pytest.approx(1, abs=1e-3)
    assert set(library.passages([wanted[0], "gone"])) == {wanted[0]}
    assert library.vectors([]).shape == (0, 384)
    with pytest.raises(NotFound, match="no passage 'gone'"):
        library.vectors(["gone"])


@pytest.mark.usefixtures("shelf")
def test_a_question_of_any_script_or_length_is_answered(library: WorkerLibrary) -> None:
    for question in ("水道の修理", "مرحبا", "🌹", "DROP TABLE passage; --", "rose " * 1_500, "\u202eroses"):
        assert len(ask(library, question).hits) == 5
