"""The check of an answer: true sentences are held by their passage, altered ones are not."""

from collections.abc import Iterator, Mapping

import pytest

from core.answers.alignment import Claim, align
from core.answers.answering import numbered
from core.answers.evidence import Evidence
from core.answers.spec import AnswerSentence, Support
from core.retrieval.spec import SearchParams
from tests.answering.altered import HELD_OUT, TUNED, Case
from tests.answering.library import SmallLibrary, encoder

Texts = Mapping[str, tuple[str, tuple[Case, ...]]]

PUMP = (
    "The P200 pump moves 40 litres of water per minute. It must not run dry, because the seal is cooled by the water."
)
LAMP = "The lamp is made of brass. Valve A feeds the boiler, and valve B feeds the cistern."


def evidence_of(texts: Mapping[str, str], *, with_encoder: bool) -> Evidence:
    library = SmallLibrary(texts, with_encoder=with_encoder)
    hits = library.search(SearchParams(question="anything")).hits
    return Evidence(numbered(hits), encoder() if with_encoder else None)


def check(
    text: str, *, claimed: tuple[int, ...] = (), with_encoder: bool = False, question: str = ""
) -> AnswerSentence:
    evidence = evidence_of({"pump.md": PUMP, "lamp.md": LAMP}, with_encoder=with_encoder)
    return align([Claim(text=text, claimed=claimed)], evidence, question=question)[0]


def judged(texts: Texts, *, with_encoder: bool) -> Iterator[tuple[Case, AnswerSentence]]:
    evidence = evidence_of({name: text for name, (text, _) in texts.items()}, with_encoder=with_encoder)
    for _, cases in texts.values():
        yield from zip(cases, align([Claim(text=case.text) for case in cases], evidence), strict=True)


@pytest.mark.parametrize("with_encoder", [True, False], ids=["meaning and words", "words alone"])
@pytest.mark.parametrize(("texts", "least_true", "least_altered"), [(TUNED, 15, 27), (HELD_OUT, 16, 25)])
def test_true_sentences_are_supported_and_altered_ones_are_not(
    texts: Texts, least_true: int, least_altered: int, with_encoder: bool
) -> None:
    results = list(judged(texts, with_encoder=with_encoder))
    kept = [case.text for case, sentence in results if case.how is None and sentence.support is Support.SUPPORTED]
    found = [case.text for case, sentence in results if case.how and sentence.support is not Support.SUPPORTED]
    assert len(kept) >= least_true
    assert len(found) >= least_altered


def test_no_changed_number_name_or_negation_of_the_held_out_texts_goes_unseen() -> None:
    missed = [
        case.text
        for case, sentence in judged(HELD_OUT, with_encoder=True)
        if case.how in ("number", "name", "negation", "invented") and sentence.support is Support.SUPPORTED
    ]
    assert missed == []


def test_a_sentence_of_a_passage_is_cited_where_it_stands() -> None:
    sentence = check("It must not run dry, because the seal is cooled by the water.")
    assert (sentence.support, sentence.score) == (Support.SUPPORTED, 1.0)
    citation = sentence.citations[0]
    assert PUMP[citation.start : citation.end] == sentence.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The P200 pump moves 45 litres of water per minute.", "The number 45 is not in the passage."),
        ("The P900 pump moves 40 litres of water per minute.", "The name 'p900' is not in the passage."),
        ("The seal is not cooled by the water.", "The passage says it with, or without, a negation."),
        ("Valve A feeds the cistern.", "The passage says 'cistern' of something else."),
        ("Unicorns graze behind the house.", "No passage says this."),
    ],
)
def test_the_reason_says_what_does_not_hold(text: str, reason: str) -> None:
    sentence = check(text)
    assert sentence.support is not Support.SUPPORTED
    assert sentence.reason == reason


def test_a_citation_that_does_not_hold_is_replaced() -> None:
    numbers = {
        one.hit.file_name: one.number
        for one in evidence_of({"pump.md": PUMP, "lamp.md": LAMP}, with_encoder=False).passages
    }
    wrong = check("The lamp is made of brass.", claimed=(numbers["pump.md"],))
    assert [one.number for one in wrong.citations] == [numbers["lamp.md"]]


def test_a_sentence_that_nothing_supports_cites_nothing() -> None:
    sentence = check("The pump has a warranty of five years.", claimed=(1,))
    assert (sentence.support, sentence.citations) == (Support.UNSUPPORTED, ())


def test_a_name_of_the_question_alone_is_not_wholly_supported() -> None:
    text = "The P200 pump of Grundvig moves 40 litres of water per minute."
    assert check(text).support is Support.UNSUPPORTED
    assert check(text, question="What does the pump of Grundvig do?").support is Support.PARTLY


def test_there_is_nothing_to_hold_a_sentence_without_passages() -> None:
    (sentence,) = align([Claim(text="The lamp is made of brass.")], Evidence(()))
    assert (sentence.support, sentence.reason) == (Support.UNSUPPORTED, "There is no passage to hold it.")


def test_what_says_nothing_is_not_supported() -> None:
    assert check("So it is.").support is Support.UNSUPPORTED
