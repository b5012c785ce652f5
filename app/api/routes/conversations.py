"""Questions to the documents: at once, or in conversations whose answers can be watched while they are written."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from app.api.computing import computation_json, respond
from app.api.parameters import IdempotencyKey, Limit, WaitSeconds
from app.bootstrap import services
from app.services.conversations import Exchanged
from core.knowledge import Conversation

router = APIRouter(tags=["conversations"])

LOOK_EVERY_S = 0.15
STILL_HERE_EVERY_S = 10.0


class Question(BaseModel):
    """A question to the documents."""

    model_config = ConfigDict(extra="forbid")

    question: str
    filters: Annotated[
        dict[str, Any], Field(description="collection_ids, document_ids, added_after, added_before.")
    ] = {}
    settings: Annotated[dict[str, Any], Field(description="The knobs of retrieval, as of a search.")] = {}
    use_model: Annotated[bool, Field(description="Whether the configured language model words the answer.")] = True
    language: Annotated[str, Field(description="Of a model's answer; empty for that of the question.")] = ""

    def options(self) -> dict[str, Any]:
        """All but the question."""
        return self.model_dump(exclude={"question"})


class NewConversation(BaseModel):
    """What a conversation is about."""

    model_config = ConfigDict(extra="forbid")

    collection_ids: Annotated[tuple[str, ...], Field(max_length=100, description="Empty: every collection.")] = ()
    title: str = ""


class ChangeConversation(BaseModel):
    """What is to be changed; the rest stays."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = None
    is_archived: bool | None = None


class Rating(BaseModel):
    """A judgement of an answer."""

    model_config = ConfigDict(extra="forbid")

    rating: Annotated[int | None, Field(description="1 good, -1 bad, null none.")]


@router.post("/ask")
def ask_once(request: Question, wait_s: WaitSeconds = 30, idempotency_key: IdempotencyKey = None) -> Response:
    """Ask the documents, without a conversation: sentences with their support and passages, or a refusal."""
    asked = services().conversations.ask_once(
        request.question, options=request.options(), idempotency_key=idempotency_key
    )
    return respond(asked, wait_s=wait_s)


@router.post("/conversations", status_code=201)
def start_conversation(request: NewConversation) -> dict[str, Any]:
    """Start a conversation about some collections, or about all of them."""
    return _conversation_json(services().conversations.start(request.collection_ids, title=request.title))


@router.get("/conversations")
def list_conversations(archived: bool = False, limit: Limit = 50, cursor: str | None = None) -> dict[str, Any]:
    """Conversations, the last used one first."""
    found, next_cursor = services().conversations.list_newest(archived=archived, limit=limit, cursor=cursor)
    return {"items": [_conversation_json(one) for one in found], "next_cursor": next_cursor}


@router.get("/conversations/{conversation_id}")
def get_conversation(conversation_id: str) -> dict[str, Any]:
    """One conversation with its messages and their answers, the oldest first."""
    conversations = services().conversations
    conversation = conversations.get(conversation_id)
    messages = [_message_json(one) for one in conversations.exchanges(conversation_id)]
    return {**_conversation_json(conversation), "messages": messages}


@router.patch("/conversations/{conversation_id}")
def change_conversation(conversation_id: str, request: ChangeConversation) -> dict[str, Any]:
    """Rename a conversation, put it away or bring it back."""
    conversations = services().conversations
    changed = conversations.get(conversation_id)
    if request.title is not None:
        changed = conversations.rename(conversation_id, request.title)
    if request.is_archived is not None:
        changed = conversations.archive(conversation_id, archived=request.is_archived)
    return _conversation_json(changed)


@router.delete("/conversations/{conversation_id}", status_code=204)
def delete_conversation(conversation_id: str) -> None:
    """Delete a conversation with its questions and answers."""
    services().conversations.delete(conversation_id)


@router.get("/conversations/{conversation_id}/export")
def export_conversation(conversation_id: str) -> Response:
    """A conversation as Markdown, with its sources."""
    text = services().conversations.markdown(conversation_id)
    headers = {"Content-Disposition": f'attachment; filename="conversation-{conversation_id[:8]}.md"'}
    return PlainTextResponse(text, media_type="text/markdown; charset=utf-8", headers=headers)


@router.post("/conversations/{conversation_id}/messages")
def ask_in_conversation(
    conversation_id: str, request: Question, wait_s: WaitSeconds = 0, idempotency_key: IdempotencyKey = None
) -> Response:
    """Ask a question that goes on from the conversation: 200 with ``answer``, 202 while it is being written."""
    conversations = services().conversations
    message = conversations.ask(
        conversation_id, request.question, options=request.options(), idempotency_key=idempotency_key
    )
    services().computations.wait(message.computation_id, timeout_s=wait_s)
    exchanged = conversations.exchanged(message.id)
    is_over = exchanged.computation.status.is_terminal
    headers = {} if is_over else {"Location": f"/api/v1/messages/{message.id}", "Retry-After": "1"}
    return JSONResponse(_message_json(exchanged), status_code=200 if is_over else 202, headers=headers)


@router.get("/messages/{message_id}")
def get_message(message_id: str) -> dict[str, Any]:
    """One question with its answer, once it is there."""
    return _message_json(services().conversations.exchanged(message_id))


@router.patch("/messages/{message_id}")
def rate_message(message_id: str, request: Rating) -> dict[str, Any]:
    """Judge an answer."""
    services().conversations.rate(message_id, request.rating)
    return _message_json(services().conversations.exchanged(message_id))


@router.post("/messages/{message_id}/cancel", status_code=202)
def cancel_message(message_id: str) -> dict[str, Any]:
    """Stop the writing of an answer."""
    services().conversations.cancel(message_id)
    return _message_json(services().conversations.exchanged(message_id))


@router.get("/messages/{message_id}/stream")
async def stream_message(
    request: Request,
    message_id: str,
    after: Annotated[str, Query(max_length=64, description="Position to go on from.")] = "",
    last_event_id: Annotated[str | None, Header(max_length=64)] = None,
) -> StreamingResponse:
    """Server-sent events of one answer: ``text`` as it is written, ``status``, and ``answer`` at the end."""
    await run_in_threadpool(services().conversations.message, message_id)

    async def events() -> AsyncIterator[str]:
        async for event in _events(request, message_id, last_event_id or after):
            yield event

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(), media_type="text/event-stream", headers=headers)


async def _events(request: Request, message_id: str, position: str) -> AsyncIterator[str]:
    told: dict[str, Any] = {}
    silent_s = 0.0
    while not await request.is_disconnected():
        status = (await run_in_threadpool(services().conversations.exchanged, message_id)).computation
        found = await run_in_threadpool(services().conversations.look, message_id, position)
        silent_s += LOOK_EVERY_S
        if found.position != position:
            position, silent_s = found.position, 0.0
            yield _event("text", {"text": found.new, "restart": found.is_restarted}, position)
        state = {"status": status.status.value, "stage": status.stage, "progress": status.progress}
        if state != told:
            told, silent_s = state, 0.0
            yield _event("status", state)
        if status.status.is_terminal:
            exchanged = await run_in_threadpool(services().conversations.exchanged, message_id)
            yield _event("answer", _message_json(exchanged))
            return
        if silent_s > STILL_HERE_EVERY_S:
            silent_s = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(LOOK_EVERY_S)


def _event(name: str, data: dict[str, Any], position: str = "") -> str:
    ident = f"id: {position}\n" if position else ""
    return f"{ident}event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


def _conversation_json(conversation: Conversation) -> dict[str, Any]:
    return conversation.model_dump(mode="json")


def _message_json(exchanged: Exchanged) -> dict[str, Any]:
    answer = exchanged.answer
    return {
        **exchanged.message.model_dump(mode="json"),
        "computation": computation_json(exchanged.computation),
        "answer": None if answer is None else answer.model_dump(mode="json"),
        "problem": exchanged.problem,
    }
