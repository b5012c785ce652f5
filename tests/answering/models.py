"""Language models on a page of paper: one that does whatever it is told, and one that says what a test wants."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from core.llm.spec import ChatMessage, Completion


class _Stream:
    """An ``AnswerStream`` of given pieces."""

    def __init__(self, pieces: Sequence[str], completion: Completion) -> None:
        self._pieces = iter(pieces)
        self._whole = completion
        self.completion: Completion | None = None
        self.is_closed = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._pieces)
        except StopIteration:
            self.completion = self._whole
            raise

    def close(self) -> None:
        """See ``AnswerStream.close``."""
        self.is_closed = True


class ScriptedModel:
    """The ``LanguageModelPort`` with answers made from what it is sent; ``prompts`` keeps that."""

    model = "scripted"

    def __init__(self, reply: Callable[[str], str] | str, *, piece: int = 7) -> None:
        self._reply = (lambda _: reply) if isinstance(reply, str) else reply
        self._piece = piece
        self.prompts: list[str] = []

    def complete(self, messages: Sequence[ChatMessage], **_: Any) -> Completion:
        """See ``LanguageModelPort.complete``."""
        prompt = "\n".join(str(message["content"]) for message in messages)
        self.prompts.append(prompt)
        return Completion(text=self._reply(prompt), model=self.model)

    def stream(self, messages: Sequence[ChatMessage], **facts: Any) -> _Stream:
        """See ``LanguageModelPort.stream``."""
        whole = self.complete(messages, **facts)
        text = whole.text
        return _Stream([text[at : at + self._piece] for at in range(0, len(text), self._piece)], whole)

    def ask_for(self, *_: Any, **__: Any) -> Any:
        """Not asked for here."""
        raise AssertionError

    def choose(self, *_: Any, **__: Any) -> Any:
        """Not asked for here."""
        raise AssertionError

    def close(self) -> None:
        """See ``LanguageModelPort.close``."""


def obedient(prompt: str) -> str:
    """What a model says that takes every passage for its master: it repeats all of them as the answer."""
    passages = re.findall(r"<passage-\w+ number=\"(\d+)\"[^>]*>\n(.*?)\n</passage-", prompt, re.DOTALL)
    return "\n".join(f"{text} [{number}]" for number, text in passages)


class Teller:
    """Keeps what was said and reported."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.stages: list[str] = []

    def say(self, text: str) -> None:
        """See ``Workspace.say``."""
        self.said.append(text)

    def report(self, fraction: float, stage: str) -> None:
        """See ``Workspace.report``."""
        assert 0 <= fraction <= 1
        self.stages.append(stage)
