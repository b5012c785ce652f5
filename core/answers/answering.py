"""A question to the documents, from the conversation it belongs to down to its checked sentences."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from core.answers import extractive, follow_up, grounded
from core.answers.alignment import Claim, align
from core.answers.evidence import Cosines, Evidence
from core.answers.injection import Suspicion, harmless, suspicions
from core.answers.question import checked_question
from core.answers.relevance import REFUSED_BELOW, Signals, is_foreign, relevance, signals
from core.answers.spec import Answer, AnswerParams, AnswerSentence, Mode, NumberedPassage, Support
from core.errors import Unavailable
from core.llm.errors import LanguageModelError
from core.llm.spec import LanguageModelPort
from core.retrieval.spec import LONGEST_QUESTION, Encoder, Hit, Library, SearchParams

REWRITE_TIME_S = 10.0
NEAREST = 3
"""Passages that a refusal shows."""


class Teller(Protocol):
    """Where partial text and progress go."""

    def say(self, text: str) -> None:
        """Add to the text that people see while the answer is made."""
        ...

    def report(self, fraction: float, stage: str) -> None:
        """Say how far it is; raises when the answer is not wanted any more."""
        ...


class _Asked:
    """One question on its way to an answer."""

    def __init__(self, params: AnswerParams, library: Library, model: LanguageModelPort | None, teller: Teller) -> None:
        self.params = params
        self.library = library
        self.model = model if params.use_model else None
        self.teller = teller
        self.notices: list[str] = []
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Add the time of the block to ``seconds``."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = self.seconds.get(part, 0.0) + time.perf_counter() - began

    def notice(self, text: str) -> None:
        """Say it once."""
        if text and text not in self.notices:
            self.notices.append(text)


def answer(params: AnswerParams, library: Library, model: LanguageModelPort | None, teller: Teller) -> Answer:
    """The answer to ``params.question``.

    Args:
        params: The question, its conversation, where to look and how.
        library: The collections.
        model: The configured language model; None: sentences of the documents answer.
        teller: Hears partial text and progress.

    Raises:
        UserInputError: The question is empty or too long, or a collection was made by another embedding model.
        NotFound: A collection or document that the filters name does not exist.
        Unavailable: Neither way of searching answers.
    """
    asked = _Asked(params, library, model, teller)
    question = checked_question(params.question)
    with asked.timed("rewrite"):
        rewritten, by = _rewritten(question, asked)
    teller.report(0.1, "Searching")
    with asked.timed("search"):
        found = library.search(SearchParams(question=rewritten, filters=params.filters, settings=params.settings))
    for text in found.notices:
        asked.notice(text)
    passages = numbered(found.hits)
    _warn_of(passages, asked)
    teller.report(0.4, "Reading the passages")
    with asked.timed("read"):
        evidence = Evidence(passages, _encoder(library))
        own = evidence.nearness(rewritten)
        seen = signals(rewritten, evidence, own)
        sure = relevance(seen) if evidence.units else 0.0
    if evidence.is_without_vectors and passages:
        asked.notice("Meanings could not be compared, so the answer rests on words alone.")
    sentences, mode, name = _sentences(rewritten, evidence, own, seen, asked)
    refused = not sentences
    if refused and not passages:
        asked.notice(_why_nothing(library, params))
    return Answer(
        question=question,
        rewritten=rewritten if rewritten != question else "",
        rewritten_by=by if rewritten != question else "",
        relevance=round(sure, 4),
        sentences=sentences,
        passages=passages[:NEAREST] if refused else passages,
        mode=mode,
        model=name,
        refused=refused,
        notices=tuple(asked.notices),
        seconds={part: round(value, 4) for part, value in asked.seconds.items()},
    )


def numbered(hits: Sequence[Hit]) -> tuple[NumberedPassage, ...]:
    """Hits with their numbers and what in them speaks to an assistant."""
    return tuple(
        NumberedPassage(
            number=number,
            hit=hit,
            suspicious=tuple((one.start, one.end) for one in suspicions(hit.passage.text)),
        )
        for number, hit in enumerate(hits, start=1)
    )


def _sentences(
    question: str,
    evidence: Evidence,
    cosines: Cosines | None,
    seen: Signals,
    asked: _Asked,
) -> tuple[tuple[AnswerSentence, ...], Mode, str]:
    """Checked sentences, the mode that made them and the model's name; no sentence is a refusal."""
    if asked.model is not None and evidence.units and not is_foreign(seen):
        by_model = _by_model(question, evidence, asked.model, asked)
        if by_model is not None:
            return by_model, "model", asked.model.model
    if not evidence.units or relevance(seen) < REFUSED_BELOW:
        return (), "extractive", ""
    with asked.timed("write"):
        claims = extractive.distinct(extractive.extract(question, evidence, cosines))
    sentences = _checked(claims, evidence, question, asked)
    for sentence in sentences:
        asked.teller.say(f"{sentence.text}\n")
    return sentences, "extractive", ""


def _by_model(
    question: str, evidence: Evidence, model: LanguageModelPort, asked: _Asked
) -> tuple[AnswerSentence, ...] | None:
    """The model's sentences, none for its refusal; None when it gave nothing that holds and the documents answer."""
    asked.teller.report(0.5, "The language model is writing")
    try:
        with asked.timed("write"):
            worded = grounded.word(
                question,
                evidence.passages,
                model,
                language=asked.params.language,
                say=asked.teller.say,
                keep_going=lambda: asked.teller.report(0.7, "The language model is writing"),
            )
    except LanguageModelError as error:
        asked.notice(f"{error.message} The answer was taken from the documents instead.")
        return None
    if worded.is_refusal:
        return ()
    if worded.n_dropped:
        asked.notice("Sentences that only repeated an instruction found in a document were removed from the answer.")
    if worded.is_cut_short:
        asked.notice("The language model was cut short; the end of its answer is missing.")
    sentences = _checked(worded.claims, evidence, question, asked)
    if not any(sentence.support is not Support.UNSUPPORTED for sentence in sentences):
        asked.notice(
            "No passage supports what the language model wrote. The answer was taken from the documents instead."
        )
        return None
    return sentences


def _checked(claims: Sequence[Claim], evidence: Evidence, question: str, asked: _Asked) -> tuple[AnswerSentence, ...]:
    asked.teller.report(0.9, "Checking each sentence")
    with asked.timed("check"):
        return align(claims, evidence, question=question)


def _rewritten(question: str, asked: _Asked) -> tuple[str, str]:
    """The question completed from the conversation, and by whom."""
    history = asked.params.history
    if not history:
        return question, ""
    by_rules = follow_up.rewrite(question, history)
    if asked.model is None:
        return _cut(by_rules), "rules"
    try:
        text = asked.model.complete(
            follow_up.messages_for_model(question, history),
            purpose="rewriting",
            max_tokens=200,
            timeout_s=REWRITE_TIME_S,
        ).text
    except LanguageModelError:
        return _cut(by_rules), "rules"
    by_model = follow_up.accepted(harmless(text), question, history)
    return (by_model, asked.model.model) if by_model else (_cut(by_rules), "rules")


def _cut(question: str) -> str:
    return question[:LONGEST_QUESTION]


def _warn_of(passages: Sequence[NumberedPassage], asked: _Asked) -> None:
    """Tell people which passages speak to an assistant, and how."""
    for passage in passages:
        if passage.suspicious:
            kinds = _kinds(suspicions(passage.hit.passage.text))
            asked.notice(
                f"Passage {passage.number} ({passage.hit.file_name}) holds text that {kinds}. It was treated as data "
                "and left out of the answer."
            )


def _kinds(found: Sequence[Suspicion]) -> str:
    return " and ".join(dict.fromkeys(one.what for one in found))


def _encoder(library: Library) -> Encoder | None:
    try:
        return library.encoder
    except Unavailable:
        return None


def _why_nothing(library: Library, params: AnswerParams) -> str:
    """Why not a single passage was found."""
    collections = library.collections()
    if not collections:
        return "There is no collection yet. Add documents under Files."
    wanted = params.filters.collection_ids
    looked_in = [one for one in collections if not wanted or one.id in wanted]
    if not any(library.documents(one.id) for one in looked_in):
        names = ", ".join(one.name for one in looked_in)
        return f"No document of {names} is ready yet. Wait until they are indexed, or add some under Files."
    return ""
