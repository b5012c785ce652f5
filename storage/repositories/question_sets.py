"""Question sets and the trials made with them, in the database."""

from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from core.errors import NotFound
from core.ids import utc_now
from core.knowledge import QuestionSet, RetrievalTrial
from storage.knowledge_tables import QuestionSetRow, RetrievalTrialRow
from storage.repositories.attempts import to_json_value

MAX_LISTED = 200


class QuestionSetRepository:
    """Reads and changes of ``question_set`` rows and the ``retrieval_trial`` rows that belong to them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, questions: QuestionSet) -> QuestionSet:
        """Insert ``questions``; the id must be new."""
        values = {name: to_json_value(value) for name, value in questions}
        self._session.add(QuestionSetRow(**values))
        self._session.flush()
        return questions

    def get(self, question_set_id: str) -> QuestionSet:
        """The question set. Raises NotFound."""
        row = self._session.get(QuestionSetRow, question_set_id, populate_existing=True)
        if row is None:
            raise NotFound(f"There is no question set {question_set_id!r}.", hint="See Documents, Evaluation.")
        return QuestionSet.model_validate(row.model_dump())

    def list_for_collection(self, collection_id: str) -> tuple[QuestionSet, ...]:
        """The question sets about a collection, newest first."""
        query = (
            select(QuestionSetRow)
            .where(QuestionSetRow.collection_id == collection_id)
            .order_by(col(QuestionSetRow.id).desc())
            .limit(MAX_LISTED)
        )
        return tuple(QuestionSet.model_validate(row.model_dump()) for row in self._session.exec(query))

    def update(self, question_set_id: str, **changes: Any) -> QuestionSet:
        """Change fields. Raises NotFound."""
        self.get(question_set_id)
        values = {name: to_json_value(value) for name, value in changes.items()} | {"updated_at": utc_now()}
        self._session.execute(update(QuestionSetRow).where(col(QuestionSetRow.id) == question_set_id).values(**values))
        return self.get(question_set_id)

    def remove(self, question_set_id: str) -> None:
        """Delete a question set with its trials. Raises NotFound."""
        self.get(question_set_id)
        trials = delete(RetrievalTrialRow).where(col(RetrievalTrialRow.question_set_id) == question_set_id)
        self._session.execute(trials)
        self._session.execute(delete(QuestionSetRow).where(col(QuestionSetRow.id) == question_set_id))

    def remove_for_collection(self, collection_id: str) -> None:
        """Delete every question set about a collection, with its trials; none is fine."""
        for questions in self.list_for_collection(collection_id):
            self.remove(questions.id)

    def add_trial(self, trial: RetrievalTrial) -> RetrievalTrial:
        """Insert ``trial``; its id must be new."""
        self._session.add(RetrievalTrialRow(**trial.model_dump()))
        self._session.flush()
        return trial

    def list_trials(self, question_set_id: str) -> tuple[RetrievalTrial, ...]:
        """The trials of a question set, newest first."""
        query = (
            select(RetrievalTrialRow)
            .where(RetrievalTrialRow.question_set_id == question_set_id)
            .order_by(col(RetrievalTrialRow.id).desc())
            .limit(MAX_LISTED)
        )
        return tuple(RetrievalTrial.model_validate(row.model_dump()) for row in self._session.exec(query))

    def remove_trial(self, trial_id: str) -> None:
        """Delete a trial; none is fine."""
        self._session.execute(delete(RetrievalTrialRow).where(col(RetrievalTrialRow.id) == trial_id))
