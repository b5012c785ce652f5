"""Reading what a server sent. The client checks no types, so everything is looked at before it is used."""

import json
from collections.abc import Iterable
from typing import Any

from core.llm.refusals import malformed
from core.llm.spec import ChosenCall, OfferedCall
from core.llm.texts import storable

MOST_TOKENS = 1 << 40
"""More than any answer can have: a number beyond it is nonsense."""


class Reply:
    """What one whole answer or one piece of a stream holds."""

    def __init__(self, source: Any) -> None:
        choices = _part(source, "choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        self.has_choice = first is not None
        self._message = _part(first, "message") or _part(first, "delta")
        self.usage = _usage(_part(source, "usage"))
        reason = _part(first, "finish_reason")
        self.finish_reason = reason if isinstance(reason, str) else ""

    @property
    def text(self) -> str:
        """The text, empty when there is none. Raises AnswerUnusable: it is of another type."""
        content = _part(self._message, "content")
        if content is None:
            return ""
        if not isinstance(content, str):
            raise malformed("a text that is none")
        return storable(content)

    @property
    def is_refusal(self) -> bool:
        """Whether the model says in the protocol's own way that it will not answer."""
        return bool(_part(self._message, "refusal")) or self.finish_reason == "content_filter"

    def chosen(self, calls: Iterable[OfferedCall]) -> ChosenCall | None:
        """The first call that was offered, or None."""
        offered = {call.name for call in calls}
        tool_calls = _part(self._message, "tool_calls")
        for call in tool_calls if isinstance(tool_calls, list) else ():
            function = _part(call, "function")
            name, arguments = _part(function, "name"), _part(function, "arguments")
            if isinstance(name, str) and name in offered:
                text = arguments if isinstance(arguments, str) else json.dumps(arguments, default=str)
                return ChosenCall(id=str(_part(call, "id"))[:200], name=name, arguments=json_object(text))
        return None


def json_object(text: str) -> dict[str, Any]:
    """The JSON object that ``text`` is; an empty one when it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _part(source: Any, name: str) -> Any:
    return source.get(name) if isinstance(source, dict) else getattr(source, name, None)


def _usage(usage: Any) -> tuple[int, int] | None:
    """Tokens read and written, if both are numbers of tokens."""
    counts = [_part(usage, name) for name in ("prompt_tokens", "completion_tokens")]
    if not all(type(count) is int and 0 <= count < MOST_TOKENS for count in counts):
        return None
    return counts[0], counts[1]
