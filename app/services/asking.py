"""Questions in plain English: read into a plan, then answered by the same computations as everywhere."""

from collections.abc import Sequence

from app.services.computations import ComputationService
from app.services.datasets import DatasetService, require_ready
from app.services.queries import QueryService
from core.conditions import Condition
from core.errors import UserInputError
from core.questions.interpret import working_examples
from core.questions.table import AskedTable
from core.questions.types import MAX_QUESTION, Interpretation, Plan, QuestionParams
from core.records import Computation, Dataset
from core.settings import Settings

KIND = "question"


class AskingService:
    """What can be asked in words."""

    def __init__(
        self, *, datasets: DatasetService, computations: ComputationService, queries: QueryService, settings: Settings
    ) -> None:
        self._datasets = datasets
        self._computations = computations
        self._queries = queries
        self._settings = settings

    @property
    def model(self) -> str:
        """The language model that reads questions; empty when rules do."""
        return self._settings.llm_model.strip()

    def ask(
        self, dataset_id: str, question: str, *, filters: Sequence[Condition] = (), idempotency_key: str | None = None
    ) -> Computation:
        """Have a question read. The answer is an ``Interpretation``: what would be computed, and in which words.

        Args:
            dataset_id: What it is about.
            question: In English.
            filters: Conditions of the question before, for questions that go on from it.
            idempotency_key: A second call with the same key returns the first one's computation.

        Raises:
            NotFound: No such dataset.
            Conflict: It is not ready.
            UserInputError: The question is empty or too long.
        """
        text = " ".join(question.split())
        if not text:
            raise UserInputError("There is no question.", hint="Ask for a number, a chart or a test.", field="question")
        if len(text) > MAX_QUESTION:
            message = f"The question has {len(text):,} characters; {MAX_QUESTION} are possible."
            raise UserInputError(message, hint="Ask one thing at a time.", field="question")
        params = QuestionParams(
            dataset_id=dataset_id,
            question=text,
            table_name=self._queries.table_of(dataset_id).name,
            filters=tuple(found.model_dump(mode="json") for found in filters),
            model=self.model,
        )
        return self._computations.start(KIND, params, idempotency_key=idempotency_key)

    def interpretation(self, computation: Computation) -> Interpretation:
        """What was made of a question. Raises Conflict while there is nothing."""
        found = self._computations.result(computation)
        assert isinstance(found, Interpretation), "the registry says so"
        return found

    def carry_out(self, plan: Plan) -> Computation:
        """Start the computation that answers a plan. Raises like ``ComputationService.start``."""
        return self._computations.start(plan.computation, plan.params)

    def examples(self, dataset: Dataset) -> tuple[str, ...]:
        """Questions about a dataset that are understood."""
        require_ready(dataset)
        table = AskedTable.of(
            dataset.columns, name="data", dataset_id=dataset.id, title=dataset.name, n_rows=dataset.n_rows or 0
        )
        return working_examples(table)
