"""A question set put to the collections, question by question."""

import math
import time
from collections.abc import Callable, Sequence

import numpy as np

from core.answers.answering import answer
from core.answers.spec import Answer, AnswerParams
from core.errors import NotFound, UserInputError
from core.knowledge import JudgedQuestion
from core.lab.judging import METRICS, estimate, judged_ranking, question_scores, questions_sha256
from core.lab.spec import DEPTH, Estimate, QuestionOutcome, TrialParams, TrialReport
from core.retrieval.spec import Filters, Hit, Library, SearchParams, SearchSettings

Report = Callable[[float, str], None]


class Quiet:
    """Hears the partial text of answers that nobody waits for."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check

    def say(self, text: str) -> None:
        """Let it pass."""

    def report(self, fraction: float, stage: str) -> None:
        """Raises when the whole evaluation was cancelled."""
        del fraction, stage
        self._check()


def evaluate(params: TrialParams, library: Library, report: Report) -> TrialReport:
    """Judge ``params.settings`` on a question set.

    Answers are those without a language model: they are repeatable and cost nothing.

    Raises:
        NotFound: The question set or its collection does not exist.
        UserInputError: The set is empty, or names nothing that the collection holds.
    """
    questions = library.question_set(params.question_set_id)
    if not questions.questions:
        raise UserInputError(
            f"The question set {questions.name!r} is empty.", hint="Type in a question, import some, or draft them."
        )
    collection = next((each for each in library.collections() if each.id == questions.collection_id), None)
    if collection is None:
        raise NotFound(f"The collection of {questions.name!r} was removed.", hint="Judge a set of another collection.")
    depth = max(DEPTH, params.settings.top_k)
    settings = params.settings.model_copy(update={"top_k": depth})
    filters = Filters(collection_ids=(collection.id,))
    outcomes = []
    for number, question in enumerate(questions.questions):
        fraction, stage = number / len(questions.questions), f"Question {number + 1} of {len(questions.questions)}"
        report(fraction, stage)
        began = time.perf_counter()
        hits = library.search(SearchParams(question=question.text, filters=filters, settings=settings)).hits
        seconds = time.perf_counter() - began
        said = None
        if params.with_answers:
            asked = AnswerParams(question=question.text, filters=filters, settings=params.settings, use_model=False)

            def still_wanted(at: float = fraction, what: str = stage) -> None:
                report(at, what)

            said = answer(asked, library, None, Quiet(still_wanted))
        outcomes.append(_outcome(question, hits, said, seconds))
    times = [outcome.seconds for outcome in outcomes]
    return TrialReport(
        scores=_scores(outcomes),
        median_s=float(np.median(times)),
        p95_s=float(np.quantile(times, 0.95)),
        n_questions=len(outcomes),
        n_unanswerable=sum(not outcome.is_answerable for outcome in outcomes),
        questions_sha256=questions_sha256(questions.questions),
        collection_name=collection.name,
        embedding_model=collection.embedding_model,
        outcomes=tuple(outcomes),
        notices=_notices(outcomes, params.settings),
    )


def _outcome(question: JudgedQuestion, hits: Sequence[Hit], said: Answer | None, seconds: float) -> QuestionOutcome:
    ranking = judged_ranking(hits, question)
    found = [each for each in ranking if each in question.relevant]
    best = hits[0] if hits else None
    return QuestionOutcome(
        question_id=question.id,
        text=question.text,
        is_answerable=bool(question.relevant),
        rank=ranking.index(found[0]) + 1 if found else None,
        found=tuple(found),
        missed=tuple(each for each in question.relevant if each not in found),
        scores=question_scores(ranking, question) if question.relevant else {},
        best=" › ".join((best.file_name, *best.passage.heading[-1:])) if best else "",
        is_refused=None if said is None else said.refused,
        support_rate=None if said is None or said.refused else said.support_rate,
        seconds=seconds,
    )


def values_of(outcomes: Sequence[QuestionOutcome], metric: str) -> dict[str, float]:
    """One metric question by question, by the question's id; only the questions that it is about."""
    found: dict[str, float] = {}
    for outcome in outcomes:
        value = _value(outcome, metric)
        if not math.isnan(value):
            found[outcome.question_id] = value
    return found


def _value(outcome: QuestionOutcome, metric: str) -> float:
    if metric == "support_rate":
        return math.nan if outcome.support_rate is None else outcome.support_rate
    if metric in ("answer_rate", "refusal_rate"):
        if outcome.is_refused is None or outcome.is_answerable is not (metric == "answer_rate"):
            return math.nan
        return float(outcome.is_refused is (metric == "refusal_rate"))
    return outcome.scores.get(metric, math.nan)


def _scores(outcomes: Sequence[QuestionOutcome]) -> dict[str, Estimate]:
    found = {metric: estimate(list(values_of(outcomes, metric).values())) for metric in METRICS}
    return {metric: value for metric, value in found.items() if value is not None}


def _notices(outcomes: Sequence[QuestionOutcome], settings: SearchSettings) -> tuple[str, ...]:
    told = []
    n_answerable = sum(outcome.is_answerable for outcome in outcomes)
    if 0 < n_answerable < 30:
        told.append(f"{n_answerable} questions are few: the intervals say how little they settle.")
    if not n_answerable:
        told.append("No question names a passage that answers it, so only refusals can be judged.")
    if n_answerable and all(outcome.rank is None for outcome in outcomes):
        told.append("Nothing that the questions name was found. Do file names and headings still fit the collection?")
    if settings.top_k < DEPTH:
        told.append(f"Recall looks at {DEPTH} passages; answers were made from {settings.top_k}.")
    return tuple(told)
