"""Conversations with the documents: questions, their answers, and the text of one that is still being written."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.services.computations import ComputationService
from core.answers.markdown import Exchange, as_markdown
from core.answers.question import checked_question
from core.answers.spec import LONGEST_TURN, MOST_TURNS, Answer, AnswerParams, Turn
from core.errors import Conflict, UserInputError, WorkbenchError
from core.handbook import FIRST_QUESTIONS
from core.ids import new_id
from core.knowledge import HANDBOOK, Collection, Conversation, DocumentStatus, Message
from core.params import validate_params
from core.records import Computation
from core.settings import Settings
from core.streams import TextStream, joined
from core.types import ComputationStatus
from storage.storage import Storage, UnitOfWork

KIND = "answer"
LONGEST_TITLE = 200
TITLE_FROM_QUESTION = 80
LOOK_EVERY_S = 0.25
MOST_LISTED = 200


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """A message and how its answer stands."""

    message: Message
    computation: Computation
    answer: Answer | None = None
    """Once it is there."""
    problem: str = ""
    """Why there is none, for a person."""


@dataclass(frozen=True, kw_only=True)
class Growing:
    """An answer while it is written."""

    text: str
    """All that was said so far; empty when it cannot be watched."""
    new: str
    """What was added since the last look."""
    position: str
    """To go on from here later, or elsewhere."""
    computation: Computation
    is_restarted: bool = False
    """Whether ``new`` stands in the place of all that was said before: the answer is written again."""


class ConversationService:
    """What can be asked of the documents, and what was."""

    def __init__(
        self, *, storage: Storage, computations: ComputationService, streams: TextStream, settings: Settings
    ) -> None:
        self._storage = storage
        self._computations = computations
        self._streams = streams
        self._settings = settings

    @property
    def model(self) -> str:
        """The configured language model; empty when sentences of the documents answer."""
        return self._settings.llm_model.strip()

    def start(self, collection_ids: Sequence[str] = (), *, title: str = "") -> Conversation:
        """A new and empty conversation about some collections, or about all of them.

        Raises:
            NotFound: A collection does not exist.
            UserInputError: The title is too long.
        """
        conversation = Conversation(
            id=new_id(), title=_checked_title(title), collection_ids=tuple(dict.fromkeys(collection_ids))
        )
        with self._storage.write() as unit:
            for collection_id in conversation.collection_ids:
                unit.collections.get(collection_id)
            return unit.conversations.add(conversation)

    def ask(
        self,
        conversation_id: str,
        question: str,
        *,
        options: dict[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Message:
        """Ask a question that goes on from the conversation.

        Args:
            conversation_id: Which one.
            question: In any language; a follow-up may leave out what was said before.
            options: Of ``core.answers.spec.AnswerParams``: settings, filters, use_model, language.
            idempotency_key: A second call with the same key returns the first one's message.

        Raises:
            NotFound: There is no such conversation, or no collection that it is about.
            UserInputError: The question is empty or too long, or an option does not fit.
            Conflict: There is no document that could answer, or it is still being read.
        """
        text = checked_question(question)
        with self._storage.read() as unit:
            conversation = unit.conversations.get(conversation_id)
        values = self._values(text, options or {}, conversation.collection_ids)
        values["history"] = [turn.model_dump(mode="json") for turn in self._history(conversation_id)]
        params = validate_params(AnswerParams, values, field="")
        computation = self._computations.start(KIND, params, idempotency_key=idempotency_key)
        with self._storage.write() as unit:
            known = unit.messages.find_by_computation(computation.id)
            if known is not None:
                return known
            message = unit.messages.add(
                Message(
                    id=new_id(),
                    conversation_id=conversation_id,
                    question=text,
                    computation_id=computation.id,
                    params=params.model_dump(mode="json", exclude={"question", "history"}),
                )
            )
            unit.conversations.touch(conversation_id)
            if not conversation.title:
                unit.conversations.update(conversation_id, title=text[:TITLE_FROM_QUESTION])
            return message

    def ask_once(
        self, question: str, *, options: dict[str, Any] | None = None, idempotency_key: str | None = None
    ) -> Computation:
        """Ask without a conversation; its result is an ``Answer``. Raises like ``ask``."""
        params = validate_params(AnswerParams, self._values(checked_question(question), options or {}, ()), field="")
        return self._computations.start(KIND, params, idempotency_key=idempotency_key)

    def get(self, conversation_id: str) -> Conversation:
        """The conversation. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.conversations.get(conversation_id)

    def list_newest(
        self, *, archived: bool = False, limit: int = 50, cursor: str | None = None
    ) -> tuple[tuple[Conversation, ...], str | None]:
        """Conversations, the last used one first, and the cursor of the next page.

        Raises:
            UserInputError: The cursor is none of ours.
        """
        before = _cursor(cursor)
        with self._storage.read() as unit:
            found = unit.conversations.list_newest(archived=archived, limit=limit + 1, before=before)
        page = found[:limit]
        more = f"{page[-1].updated_at.isoformat()}~{page[-1].id}" if len(found) > limit else None
        return page, more

    def rename(self, conversation_id: str, title: str) -> Conversation:
        """Give a conversation another title. Raises NotFound, UserInputError."""
        checked = _checked_title(title)
        if not checked:
            raise UserInputError("The title is empty.", hint="Write a few words.", field="title")
        with self._storage.write() as unit:
            return unit.conversations.update(conversation_id, title=checked)

    def archive(self, conversation_id: str, *, archived: bool = True) -> Conversation:
        """Put a conversation away, or bring it back. Raises NotFound."""
        with self._storage.write() as unit:
            return unit.conversations.update(conversation_id, is_archived=archived)

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation with its questions and answers; one under way is cancelled. Raises NotFound."""
        with self._storage.read() as unit:
            unit.conversations.get(conversation_id)
            messages = unit.messages.list_for_conversation(conversation_id)
        for message in messages:
            self._computations.cancel(message.computation_id)
        with self._storage.write() as unit:
            unneeded = unit.conversations.remove(conversation_id)
        for message in messages:
            self._streams.forget(message.computation_id)
        for sha256 in unneeded:
            self._storage.artifacts.delete(sha256)

    def rate(self, message_id: str, rating: int | None) -> Message:
        """Keep a person's judgement of an answer: 1 good, -1 bad, None no judgement.

        Raises:
            NotFound: There is no such message.
            UserInputError: The rating is another number.
        """
        if rating not in (1, -1, None):
            raise UserInputError(f"A rating of {rating!r} is not possible.", hint="Send 1, -1 or null.", field="rating")
        with self._storage.write() as unit:
            return unit.messages.rate(message_id, rating)

    def message(self, message_id: str) -> Message:
        """The message. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.messages.get(message_id)

    def exchanged(self, message_id: str) -> Exchanged:
        """A message and how its answer stands. Raises NotFound."""
        message = self.message(message_id)
        return self._exchanged(message, self._computations.get(message.computation_id))

    def exchanges(self, conversation_id: str, *, limit: int | None = None) -> tuple[Exchanged, ...]:
        """The messages of a conversation with their answers, the oldest first. Raises NotFound."""
        with self._storage.read() as unit:
            unit.conversations.get(conversation_id)
            messages = unit.messages.list_for_conversation(conversation_id, limit=limit)
            known = unit.computations.list_by_ids([message.computation_id for message in messages])
        return tuple(self._exchanged(message, known[message.computation_id]) for message in messages)

    def cancel(self, message_id: str) -> Computation:
        """Stop the writing of an answer; one that is there stays. Raises NotFound."""
        return self._computations.cancel(self.message(message_id).computation_id)

    def look(self, message_id: str, after: str = "", *, wait_s: float = 0.0) -> Growing:
        """What was said after a position, and how the answer stands; never waits longer than ``wait_s``.

        Raises:
            NotFound: There is no such message.
        """
        message = self.message(message_id)
        pieces = self._streams.read(message.computation_id, after, wait_s=wait_s) or ()
        computation = self._computations.get(message.computation_id)
        starts = [at for at, piece in enumerate(pieces) if piece.is_start]
        new = "".join(piece.text for piece in pieces[starts[-1] + 1 if starts else 0 :])
        position = pieces[-1].position if pieces else after
        return Growing(
            text=joined(pieces), new=new, position=position, computation=computation, is_restarted=bool(starts)
        )

    def stream(self, message_id: str, *, patience_s: float = math.inf) -> Iterator[Growing]:
        """An answer as it is written, from its beginning: any number may watch, at any time.

        It ends when the answer is over, or after ``patience_s``. When the texts cannot be watched, because Redis does
        not answer, only the state changes.

        Raises:
            NotFound: There is no such message.
        """
        deadline = time.monotonic() + patience_s
        message = self.message(message_id)
        text, position = "", ""
        while True:
            # The state comes first: once it says that all is over, what was said before it is there to be read.
            computation = self._computations.get(message.computation_id)
            wait_s = 0.0 if computation.status.is_terminal else LOOK_EVERY_S
            pieces = self._streams.read(message.computation_id, position, wait_s=wait_s)
            if pieces is None and not computation.status.is_terminal:
                computation = self._computations.wait(message.computation_id, timeout_s=LOOK_EVERY_S)
            before, text = text, joined(pieces or (), text)
            position = pieces[-1].position if pieces else position
            new = text[len(before) :] if text.startswith(before) else text
            yield Growing(text=text, new=new, position=position, computation=computation)
            if computation.status.is_terminal or time.monotonic() > deadline:
                return

    def suggestions(self, collection_ids: Sequence[str] = (), *, limit: int = 4) -> tuple[str, ...]:
        """Questions that the documents answer: those written for the handbook, others made of headings."""
        from core.answers.suggesting import questions_from

        with self._storage.read() as unit:
            headings, written = [], []
            for collection in _looked_in(unit, collection_ids):
                ready = [
                    one
                    for one in unit.documents.list_for_collection(collection.id)
                    if one.status is DocumentStatus.READY and one.n_passages
                ]
                if collection.origin == HANDBOOK:
                    names = {one.file_name for one in ready}
                    written += [question for question, page in FIRST_QUESTIONS if page in names]
                    continue
                for document in ready[:40]:
                    passages = unit.passages.list_for_document(document.id, limit=6)
                    headings += [(document.title or document.file_name, one.heading) for one in passages]
        made = questions_from(headings, limit=limit)
        return (*made[: limit // 2 if written else limit], *written)[:limit]

    def markdown(self, conversation_id: str) -> str:
        """A conversation as Markdown, with its sources. Raises NotFound."""
        conversation = self.get(conversation_id)
        exchanges = [
            Exchange(
                question=one.message.question,
                asked_at=one.message.created_at,
                answer=one.answer,
                problem=one.problem,
            )
            for one in self.exchanges(conversation_id)
        ]
        return as_markdown(conversation.title or "Conversation", exchanges)

    def checked(self, question: str) -> str:
        """``question`` on one line. Raises UserInputError: it is empty, or too long."""
        return checked_question(question)

    def require_documents(self, collection_ids: Sequence[str] = ()) -> None:
        """Nothing, if there is a document that could answer.

        Raises:
            NotFound: A collection does not exist.
            Conflict: There is none, or all of them are still being read; the message says which.
        """
        with self._storage.read() as unit:
            collections = _looked_in(unit, collection_ids)
            if not collections:
                raise Conflict("There is no collection to ask.", hint="Make one under Files and add documents to it.")
            counts = [unit.documents.count_by_status(one.id) for one in collections]
            has_passages = any(unit.passages.count(one.id) for one in collections)
        if has_passages:
            return
        names = ", ".join(repr(one.name) for one in collections[:3])
        n_waiting = sum(
            count.get(status, 0) for count in counts for status in (DocumentStatus.QUEUED, DocumentStatus.RUNNING)
        )
        if n_waiting:
            what = "1 document is" if n_waiting == 1 else f"{n_waiting:,} documents are"
            raise Conflict(f"Nothing of {names} can be asked yet: {what} still being read.", hint="Ask in a moment.")
        raise Conflict(f"There is no document in {names} that could answer.", hint="Add documents under Files.")

    def _values(self, question: str, options: dict[str, Any], collection_ids: Sequence[str]) -> dict[str, Any]:
        unknown = sorted(set(options) - {"settings", "filters", "use_model", "language"})
        if unknown:
            raise UserInputError(f"There is no option {unknown[0]!r}.", field=unknown[0])
        filters = dict(options.get("filters") or {})
        filters["collection_ids"] = list(filters.get("collection_ids") or collection_ids)
        self.require_documents(filters["collection_ids"])
        return {**options, "question": question, "filters": filters}

    def _history(self, conversation_id: str) -> list[Turn]:
        turns = []
        for one in self.exchanges(conversation_id, limit=MOST_TURNS):
            if one.answer is not None:
                asked = one.answer.rewritten or one.message.question
                turns.append(Turn(question=asked, answer=one.answer.text[:LONGEST_TURN]))
        return turns

    def _exchanged(self, message: Message, computation: Computation) -> Exchanged:
        if computation.status is not ComputationStatus.FINISHED:
            error = computation.error
            problem = f"{error.message} {error.hint}".strip() if error is not None else ""
            return Exchanged(message=message, computation=computation, problem=problem)
        try:
            answer = self._computations.result(computation)
        except WorkbenchError as error:
            return Exchanged(message=message, computation=computation, problem=f"{error.message} {error.hint}".strip())
        assert isinstance(answer, Answer), "the registry says so"
        return Exchanged(message=message, computation=computation, answer=answer)


def _looked_in(unit: UnitOfWork, collection_ids: Sequence[str]) -> list[Collection]:
    if collection_ids:
        return [unit.collections.get(one) for one in collection_ids]
    return list(unit.collections.list_all())


def _checked_title(title: str) -> str:
    text = " ".join(title.replace("\x00", " ").split())
    if len(text) > LONGEST_TITLE:
        raise UserInputError(
            f"The title has {len(text):,} characters; {LONGEST_TITLE} are possible.", hint="Shorten it.", field="title"
        )
    return text


def _cursor(cursor: str | None) -> tuple[str, str] | None:
    from datetime import datetime

    if cursor is None:
        return None
    moment, _, last_id = cursor.partition("~")
    try:
        if datetime.fromisoformat(moment).tzinfo is None or not last_id:
            raise ValueError
    except ValueError as error:
        raise UserInputError(
            f"The cursor {cursor[:60]!r} is none of ours.", hint="Take next_cursor of the page before.", field="cursor"
        ) from error
    return moment, last_id
