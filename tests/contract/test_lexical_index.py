"""The search by words: both databases find the same and rank it the same."""

import itertools
import math
import random
from collections import Counter
from pathlib import Path

import pytest

from core.knowledge import DocumentStatus
from core.retrieval.terms import question_terms, text_terms
from storage.artifacts import ArtifactStore
from storage.migrations import upgrade
from storage.storage import Storage, sqlite_url
from tests.shelves import put, shelve

PAGES = {
    "trees.md": [
        ("Forests", "Random forests grow many trees. max_depth limits each tree."),
        "Boosting adds small trees one after another.",
    ],
    "soup.md": [
        "Boil the lentils with onions.",
        "Fault E1043: the pump runs hot. See part QX-77.",
        "水道の修理について",
    ],
}
HOSTILE = (
    '"', "'", "a OR b", "trees NOT depth", "NEAR(trees depth)", "terms: x", "trees*", "^trees", "(((", "& | ! <->",
    "trees); DROP TABLE passage; --", "\\", "a:b", "-trees", "'':*", "💥", "%", "{trees}", "+trees -depth",
)  # fmt: skip


def found(storage: Storage, question: str, n: int = 10, **where: object) -> list[str]:
    with storage.read() as unit:
        hits = unit.lexical.search(question_terms(question), n, **where)  # type: ignore[arg-type]
        passages = unit.passages.list_by_ids([each for each, _ in hits])
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    return [passages[each].text[:12] for each, _ in hits]


FIRST = {
    "What limits a TREE's depth?": "Random fores",
    "maxDepth": "Random fores",
    "forest": "Random fores",
    "e1043": "Fault E1043:",
    "part QX 77": "Fault E1043:",
    "水道": "水道の修理について",
    "boiling an onion": "Boil the len",
}


def test_a_passage_is_found_by_its_words_and_headings(storage: Storage) -> None:
    shelve(storage, None, PAGES)
    assert {question: found(storage, question)[0] for question in FIRST} == FIRST


def test_nothing_that_is_typed_becomes_syntax(storage: Storage) -> None:
    shelve(storage, None, PAGES)
    with storage.read() as unit:
        for term in HOSTILE:
            for terms in ([term], [term, "tree"], question_terms(f"{term} trees")):
                unit.lexical.search(terms, 5)
    with storage.read() as unit:
        assert unit.passages.count() == 5


def test_only_the_collections_and_documents_that_are_named_are_searched(storage: Storage) -> None:
    one = shelve(storage, None, PAGES)
    other = shelve(storage, None, {"more.md": ["Trees and trees."]})
    with storage.read() as unit:
        soup = unit.documents.find_by_name(one.id, "soup.md")
    assert soup is not None
    assert len(found(storage, "trees onions")) == 4
    assert found(storage, "trees onions", collection_ids=(other.id,)) == ["Trees and tr"]
    assert found(storage, "trees onions", document_ids=(soup.id,)) == ["Boil the len"]
    assert found(storage, "trees onions", collection_ids=(other.id,), document_ids=(soup.id,)) == []
    assert found(storage, "trees onions", document_ids=()) == []


def test_passages_that_are_replaced_or_removed_are_not_found(storage: Storage) -> None:
    collection = shelve(storage, None, {})
    document = put(storage, None, collection, "a.md", ["Quokkas live on islands."])
    assert found(storage, "quokkas") == ["Quokkas live"]
    with storage.write() as unit:
        unit.passages.remove_document(document.id)
        unit.documents.update(document.id, expect=[DocumentStatus.READY], status=DocumentStatus.REMOVING)
    assert found(storage, "quokkas") == []
    put(storage, None, collection, "b.md", ["Wombats dig."])
    assert found(storage, "quokkas wombats") == ["Wombats dig."]


def test_words_that_nobody_has_find_nothing(storage: Storage) -> None:
    assert found(storage, "trees") == []
    shelve(storage, None, PAGES)
    assert [found(storage, question) for question in ("", "???", "zyzzyva")] == [[], [], []]


def test_scores_agree_with_the_formula_of_bm25(storage: Storage) -> None:
    texts = ["tree tree leaf", "leaf", "root stem leaf bark moss", "moss tree"]
    shelve(storage, None, {"a.md": texts})
    question = ["tree", "leaf", "leaf", "rain"]
    with storage.read() as unit:
        hits = dict(unit.lexical.search(question, 10))
        own = {unit.passages.list_by_ids([each])[each].text: score for each, score in hits.items()}
        again = unit.lexical.scores(question, list(hits))
    terms = [text_terms(text) for text in texts]
    average = sum(map(len, terms)) / len(terms)
    expected = {}
    for text, held in zip(texts, terms, strict=True):
        score = 0.0
        for term in question:
            n = sum(term in other for other in terms)
            frequency = held.count(term)
            idf = math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
            score += idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * len(held) / average))
        if score > 0:
            expected[text] = score
    assert own == pytest.approx(expected)
    assert again == pytest.approx(hits)


def test_given_passages_are_scored_and_unknown_ones_left_out(storage: Storage) -> None:
    collection = shelve(storage, None, {})
    document = put(storage, None, collection, "a.md", ["Trees grow.", "Soup boils."])
    with storage.read() as unit:
        scores = unit.lexical.scores(["tree"], [f"{document.id}:1:0", f"{document.id}:1:1", "nobody"])
    assert scores[f"{document.id}:1:0"] > 0
    assert scores == {f"{document.id}:1:0": scores[f"{document.id}:1:0"], f"{document.id}:1:1": 0.0}


def test_both_databases_rank_two_thousand_passages_alike(tmp_path: Path, postgres_url: str) -> None:
    rng = random.Random(11)
    words = [f"word{number}" for number in range(3_000)]
    cumulative = list(itertools.accumulate(1 / (number + 3) for number in range(3_000)))
    texts = [" ".join(rng.choices(words, cum_weights=cumulative, k=rng.randint(20, 90))) for _ in range(2_000)]
    questions = [" ".join(rng.choices(words[5:], k=n)) for n in (1, 3, 8, 30) for _ in range(3)]
    rankings = []
    for url in (sqlite_url(tmp_path), postgres_url):
        upgrade(url)
        storage = Storage(database_url=url, artifacts=ArtifactStore(str(tmp_path / "a"), cache_folder=tmp_path / "c"))
        shelve(storage, None, {"a.md": texts})
        with storage.read() as unit:
            rankings.append(
                [
                    [each.split(":", 1)[1] for each, _ in unit.lexical.search(question_terms(text), 20)]
                    for text in questions
                ]
            )
        storage.close()
    shared = Counter(len(set(one[:10]) & set(other[:10])) for one, other in zip(*rankings, strict=True))
    assert sum(n * times for n, times in shared.items()) >= 0.95 * sum(min(len(one), 10) for one in rankings[0])
    assert [one[:1] for one in rankings[0]] == [other[:1] for other in rankings[1]]
