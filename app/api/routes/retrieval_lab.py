"""The evaluation lab: question sets about collections, and trials of retrieval settings on them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import PlainTextResponse, Response

from app.api.computing import computation_json, respond
from app.api.parameters import IdempotencyKey, WaitSeconds
from app.bootstrap import services
from app.services.retrieval_lab import TrialState
from core.ids import new_id
from core.knowledge import JudgedQuestion, QuestionSet
from core.lab.importing import MOST_BYTES, to_csv, to_json_lines

router = APIRouter(tags=["evaluation lab"])


class Question(BaseModel):
    """A question and what answers it."""

    model_config = ConfigDict(extra="forbid")

    id: str = ""
    text: str
    relevant: Annotated[
        tuple[str, ...],
        Field(description="Passage ids, file names, or file name#heading; empty: the documents do not answer it."),
    ] = ()
    answer: str = ""


class NewQuestionSet(BaseModel):
    """What a question set begins with."""

    model_config = ConfigDict(extra="forbid")

    name: str
    questions: list[Question] = []


class ChangeQuestionSet(BaseModel):
    """What is to be changed; the rest stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    questions: list[Question] | None = None


class NewTrial(BaseModel):
    """The settings to be judged."""

    model_config = ConfigDict(extra="forbid")

    settings: Annotated[dict[str, Any], Field(description="The knobs of retrieval that differ from the usual.")] = {}
    with_answers: bool = True
    name: str = ""


class NewDraft(BaseModel):
    """How many questions to draft."""

    model_config = ConfigDict(extra="forbid")

    n: Annotated[int, Field(ge=1, le=200)] = 30
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 7


@router.get("/collections/{collection_id}/question-sets")
def list_question_sets(collection_id: str) -> dict[str, Any]:
    """The question sets about a collection, newest first, without their questions."""
    return {
        "items": [_summary(each) for each in services().retrieval_lab.list_sets(collection_id)],
        "next_cursor": None,
    }


@router.post("/collections/{collection_id}/question-sets", status_code=201)
def create_question_set(collection_id: str, request: NewQuestionSet) -> QuestionSet:
    """Make a question set."""
    return services().retrieval_lab.create_set(collection_id, request.name, _judged(request.questions))


@router.post("/collections/{collection_id}/question-sets/import", status_code=201)
def import_question_set(collection_id: str, file: UploadFile, name: str = "") -> QuestionSet:
    """Make a question set of a CSV or JSON Lines file."""
    content = file.file.read(MOST_BYTES + 1)
    return services().retrieval_lab.import_set(
        collection_id, content, file_name=file.filename or "questions", name=name
    )


@router.post("/collections/{collection_id}/question-sets/handbook", status_code=201)
def add_handbook_questions(collection_id: str) -> QuestionSet:
    """Make the question set about Praxis's own help, which comes with it."""
    return services().retrieval_lab.add_handbook_set(collection_id)


@router.post("/collections/{collection_id}/question-drafts")
def draft_questions(collection_id: str, request: NewDraft, wait_s: WaitSeconds = 30) -> Response:
    """Draft questions from the passages of a collection; nothing is kept before you make a set of them."""
    return respond(
        services().retrieval_lab.start_draft({"collection_id": collection_id, "n": request.n, "seed": request.seed}),
        wait_s=wait_s,
    )


@router.get("/question-sets/{question_set_id}", response_model=None)
def get_question_set(
    question_set_id: str, format: Annotated[Literal["json", "jsonl", "csv"], Query()] = "json"
) -> QuestionSet | Response:
    """A question set, also as a file to be edited and imported again."""
    found = services().retrieval_lab.get_set(question_set_id)
    if format == "json":
        return found
    content = to_csv(found.questions) if format == "csv" else to_json_lines(found.questions)
    media_type = "text/csv; charset=utf-8" if format == "csv" else "application/jsonl; charset=utf-8"
    return PlainTextResponse(content, media_type=media_type)


@router.patch("/question-sets/{question_set_id}")
def change_question_set(question_set_id: str, request: ChangeQuestionSet) -> QuestionSet:
    """Rename a question set, or put other questions in place of its own."""
    questions = None if request.questions is None else _judged(request.questions)
    return services().retrieval_lab.change_set(question_set_id, name=request.name, questions=questions)


@router.delete("/question-sets/{question_set_id}", status_code=204)
def remove_question_set(question_set_id: str) -> None:
    """Remove a question set with its trials."""
    services().retrieval_lab.remove_set(question_set_id)


@router.post("/question-sets/{question_set_id}/trials", status_code=202)
def start_trial(question_set_id: str, request: NewTrial, idempotency_key: IdempotencyKey = None) -> dict[str, Any]:
    """Judge retrieval settings on a question set."""
    trial = services().retrieval_lab.start_trial(
        question_set_id,
        settings=request.settings,
        with_answers=request.with_answers,
        name=request.name,
        idempotency_key=idempotency_key,
    )
    return trial.model_dump(mode="json")


@router.get("/question-sets/{question_set_id}/trials")
def list_trials(question_set_id: str) -> dict[str, Any]:
    """The trials of a question set: scores with intervals, and differences to the best one question by question."""
    states = services().retrieval_lab.list_trials(question_set_id)
    return {"items": [_trial_json(state) for state in states], "next_cursor": None}


@router.delete("/trials/{trial_id}", status_code=204)
def remove_trial(trial_id: str) -> None:
    """Remove a trial."""
    services().retrieval_lab.remove_trial(trial_id)


def _judged(questions: list[Question]) -> tuple[JudgedQuestion, ...]:
    return tuple(
        JudgedQuestion(id=each.id or new_id(), text=each.text, relevant=each.relevant, answer=each.answer)
        for each in questions
    )


def _summary(questions: QuestionSet) -> dict[str, Any]:
    values = questions.model_dump(mode="json", exclude={"questions"})
    return {**values, "n_questions": len(questions.questions)}


def _trial_json(state: TrialState) -> dict[str, Any]:
    against = state.against_best
    return {
        **state.trial.model_dump(mode="json"),
        "computation": computation_json(state.computation),
        "is_current": state.is_current,
        "report": None if state.report is None else state.report.model_dump(mode="json"),
        "against_best": against and {metric: each.model_dump() for metric, each in against.items()},
    }
