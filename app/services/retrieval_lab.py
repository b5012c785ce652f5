"""The evaluation lab: question sets, trials of retrieval settings on them, and which settings are better."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.services.computations import ComputationService
from core.errors import UserInputError
from core.ids import clean_name, new_id
from core.knowledge import HANDBOOK, JudgedQuestion, QuestionSet, RetrievalTrial
from core.lab.evaluating import values_of
from core.lab.importing import checked_questions, read_questions
from core.lab.judging import METRICS, difference
from core.lab.spec import DraftParams, Estimate, TrialParams, TrialReport
from core.params import validate_params
from core.records import Computation
from core.retrieval.spec import SearchSettings
from core.types import ComputationStatus
from storage.storage import Storage

HANDBOOK_QUESTIONS = Path(__file__).parents[2] / "data" / "samples" / "handbook_questions.jsonl"
"""Questions about Praxis's own help, with what answers them."""
HANDBOOK_SET = "Questions about Praxis"


@dataclass(frozen=True, kw_only=True)
class TrialState:
    """A trial and how far it is."""

    trial: RetrievalTrial
    computation: Computation
    report: TrialReport | None = None
    """Once it is there."""
    is_current: bool = False
    """Whether it judged the questions as they are now: only such trials are compared."""
    against_best: dict[str, Estimate] | None = None
    """By metric: this trial minus the best current one, question by question; None for the best one itself."""


class RetrievalLabService:
    """What can be evaluated, and what was."""

    def __init__(self, *, storage: Storage, computations: ComputationService) -> None:
        self._storage = storage
        self._computations = computations

    def create_set(self, collection_id: str, name: str, questions: Sequence[JudgedQuestion] = ()) -> QuestionSet:
        """A new question set about a collection; it may begin empty.

        Raises:
            NotFound: There is no such collection.
            UserInputError: The name is empty, or the questions do not make a set.
        """
        cleaned = clean_name(name, max_length=200)
        if not cleaned:
            raise UserInputError("The question set has no name.", hint="Give it one.", field="name")
        made = QuestionSet(
            id=new_id(),
            collection_id=collection_id,
            name=cleaned,
            questions=checked_questions(questions) if questions else (),
        )
        with self._storage.write() as unit:
            unit.collections.get(collection_id)
            return unit.question_sets.add(made)

    def import_set(self, collection_id: str, content: bytes, *, file_name: str, name: str = "") -> QuestionSet:
        """A question set from a CSV or JSON Lines file. Raises like ``create_set`` and ``read_questions``."""
        questions = read_questions(content, file_name=file_name)
        return self.create_set(collection_id, name or file_name.rpartition(".")[0] or file_name, questions)

    def add_handbook_set(self, collection_id: str) -> QuestionSet:
        """The questions that come with Praxis, for the collection of its own help.

        Raises:
            NotFound: There is no such collection.
            UserInputError: It is another collection.
        """
        with self._storage.read() as unit:
            collection = unit.collections.get(collection_id)
        if collection.origin != HANDBOOK:
            raise UserInputError(
                "These questions are about Praxis's own help.",
                hint="Choose its collection, or make a question set of your own.",
                field="collection_id",
            )
        content = HANDBOOK_QUESTIONS.read_bytes()
        return self.create_set(collection_id, HANDBOOK_SET, read_questions(content, file_name=HANDBOOK_QUESTIONS.name))

    def list_sets(self, collection_id: str) -> tuple[QuestionSet, ...]:
        """The question sets about a collection, newest first."""
        with self._storage.read() as unit:
            return unit.question_sets.list_for_collection(collection_id)

    def get_set(self, question_set_id: str) -> QuestionSet:
        """The question set. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.question_sets.get(question_set_id)

    def change_set(
        self, question_set_id: str, *, name: str | None = None, questions: Sequence[JudgedQuestion] | None = None
    ) -> QuestionSet:
        """Rename a set, or put other questions in place of its own.

        Raises:
            NotFound: There is no such set.
            UserInputError: The name is empty, or the questions do not make a set.
        """
        changes: dict[str, Any] = {}
        if name is not None:
            changes["name"] = clean_name(name, max_length=200)
            if not changes["name"]:
                raise UserInputError("The question set has no name.", hint="Give it one.", field="name")
        if questions is not None:
            changes["questions"] = checked_questions(questions) if questions else ()
        with self._storage.write() as unit:
            return unit.question_sets.update(question_set_id, **changes)

    def remove_set(self, question_set_id: str) -> None:
        """Remove a set with its trials. Raises NotFound."""
        with self._storage.write() as unit:
            unit.question_sets.remove(question_set_id)

    def start_draft(self, params: DraftParams | dict[str, Any]) -> Computation:
        """Have questions drafted from the passages of a collection. Raises NotFound, UserInputError."""
        checked = params if isinstance(params, DraftParams) else validate_params(DraftParams, params)
        with self._storage.read() as unit:
            unit.collections.get(checked.collection_id)
        return self._computations.start("draft_questions", checked)

    def start_trial(
        self,
        question_set_id: str,
        *,
        settings: dict[str, Any] | None = None,
        with_answers: bool = True,
        name: str = "",
        idempotency_key: str | None = None,
    ) -> RetrievalTrial:
        """Judge retrieval settings on a question set.

        Raises:
            NotFound: There is no such set.
            UserInputError: A setting does not fit, or the set is empty.
        """
        questions = self.get_set(question_set_id)
        if not questions.questions:
            raise UserInputError(
                f"The question set {questions.name!r} is empty.", hint="Type in a question, import some, or draft them."
            )
        params = validate_params(
            TrialParams,
            {"question_set_id": question_set_id, "settings": settings or {}, "with_answers": with_answers},
        )
        computation = self._computations.start("evaluate_retrieval", params, idempotency_key=idempotency_key)
        known = self._of_computation(question_set_id, computation.id)
        if known is not None:
            return known
        trial = RetrievalTrial(
            id=new_id(),
            question_set_id=question_set_id,
            name=clean_name(name, max_length=200) or describe_settings(params),
            params=params.model_dump(mode="json"),
            computation_id=computation.id,
        )
        with self._storage.write() as unit:
            return unit.question_sets.add_trial(trial)

    def list_trials(self, question_set_id: str) -> tuple[TrialState, ...]:
        """The trials of a question set, newest first, with their reports and what distinguishes them from the best."""
        from core.lab.judging import questions_sha256

        with self._storage.read() as unit:
            questions = unit.question_sets.get(question_set_id)
            trials = unit.question_sets.list_trials(question_set_id)
            computations = unit.computations.list_by_ids([trial.computation_id for trial in trials])
        present = questions_sha256(questions.questions)
        states = []
        for trial in trials:
            computation = computations[trial.computation_id]
            report = None
            if computation.status is ComputationStatus.FINISHED:
                found = self._computations.result(computation)
                report = found if isinstance(found, TrialReport) else None
            is_current = report is not None and report.questions_sha256 == present
            states.append(TrialState(trial=trial, computation=computation, report=report, is_current=is_current))
        return _with_differences(states)

    def remove_trial(self, trial_id: str) -> None:
        """Remove a trial; none is fine."""
        with self._storage.write() as unit:
            unit.question_sets.remove_trial(trial_id)

    def _of_computation(self, question_set_id: str, computation_id: str) -> RetrievalTrial | None:
        with self._storage.read() as unit:
            trials = unit.question_sets.list_trials(question_set_id)
        return next((trial for trial in trials if trial.computation_id == computation_id), None)


def describe_settings(params: TrialParams) -> str:
    """What differs from the usual settings, for the name of a trial."""
    usual, asked = SearchSettings().model_dump(), params.settings.model_dump()
    words = {True: "on", False: "off"}
    changed = [
        f"{SearchSettings.model_fields[name].title} {words[value] if isinstance(value, bool) else value}"
        for name, value in asked.items()
        if value != usual[name]
    ]
    return clean_name(", ".join(changed), max_length=200) or "Usual settings"


def _with_differences(states: Sequence[TrialState]) -> tuple[TrialState, ...]:
    """The same with each current trial measured against the best one by nDCG, in pairs of one question."""
    current = [state for state in states if state.is_current and state.report and "ndcg_at_10" in state.report.scores]
    if not current:
        return tuple(states)
    best = max(current, key=lambda state: _ndcg(state))
    found = []
    for state in states:
        if state in current and state is not best:
            assert state.report is not None
            assert best.report is not None
            against = {
                metric: each
                for metric in METRICS
                if (
                    each := difference(
                        values_of(state.report.outcomes, metric), values_of(best.report.outcomes, metric)
                    )
                )
            }
            state = TrialState(**{**vars(state), "against_best": against})
        found.append(state)
    return tuple(found)


def _ndcg(state: TrialState) -> float:
    assert state.report is not None
    return state.report.scores["ndcg_at_10"].value
