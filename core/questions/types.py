"""What a question becomes."""

from typing import Annotated, Any, Literal

from pydantic import Field

from core.conditions import Condition
from core.params import Params
from core.types import Value

MAX_QUESTION = 500

PlanKind = Literal["query", "chart", "test", "profile"]


class Plan(Value):
    """One reading of a question: a typed call, and the same in words."""

    kind: PlanKind
    computation: str
    """Key of the computation registry that answers it."""
    params: dict[str, Any]
    """Its parameters."""
    words: str
    """What will be answered, in one sentence."""
    topic: str = ""
    """Of a profile: size, columns, missing, problems or overview."""
    sql: str | None = None
    """The statement, where the answer is a query."""
    confidence: float
    """0 to 1: how much of the question was understood, and how surely."""
    filters: tuple[Condition, ...] = ()
    notices: tuple[str, ...] = ()
    """What a reader should know: what a relative time was taken for, what was left out."""


class Interpretation(Value):
    """What was made of a question."""

    question: str
    plan: Plan | None
    """None when it was not understood."""
    alternatives: tuple[Plan, ...] = ()
    """Other readings, the likelier first."""
    problem: str = ""
    """Why there is no plan."""
    examples: tuple[str, ...] = ()
    """Questions about this dataset that are understood."""
    by: str = "rules"
    """"rules", or the name of the language model."""
    notices: tuple[str, ...] = ()


class QuestionParams(Params):
    """A question about one dataset."""

    dataset_id: str
    question: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION, title="Question")]
    table_name: Annotated[str, Field(title="Table", description="What the dataset is called in the statement.")] = (
        "data"
    )
    filters: Annotated[
        tuple[dict[str, Any], ...],
        Field(
            max_length=10,
            title="Filters",
            description="Conditions of the question before, which this one goes on from.",
        ),
    ] = ()
    model: Annotated[str, Field(title="Language model", description="Empty: rules alone.")] = ""
