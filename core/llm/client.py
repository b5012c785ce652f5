"""Asking a language model to choose one of a few typed calls.

Whatever comes back is text from outside: it is checked like any request, and never obeyed beyond the calls offered.
The server and its key come from ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY``.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Unavailable

NO_KEY = "none"
"""Servers on one's own machine want no key; the client wants one."""


@dataclass(frozen=True, kw_only=True)
class OfferedCall:
    """One call that the model may choose."""

    name: str
    description: str
    """What it does, and when to take it."""
    parameters: dict[str, Any]
    """JSON schema of its arguments."""


@dataclass(frozen=True, kw_only=True)
class ChosenCall:
    """What the model chose."""

    id: str
    name: str
    arguments: dict[str, Any]
    """Parsed but not yet checked; empty when they were no JSON object."""


class LanguageModel:
    """One model, with a limit on how long it may think."""

    def __init__(self, model: str, *, timeout_s: float = 30.0) -> None:
        """Connects to nothing yet."""
        from openai import OpenAI

        self.model = model
        self._client = OpenAI(
            api_key=os.environ.get("OPENAI_API_KEY") or NO_KEY,
            base_url=os.environ.get("OPENAI_BASE_URL") or None,
            timeout=timeout_s,
            max_retries=0,
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def choose(self, messages: Sequence[dict[str, Any]], calls: Sequence[OfferedCall]) -> ChosenCall:
        """The call that the model chooses.

        Args:
            messages: In the form of the chat-completions protocol.
            calls: What it may choose from.

        Raises:
            Unavailable: It does not answer in time, refuses, or chooses nothing that was offered.
        """
        from openai import OpenAIError

        tools = [
            {
                "type": "function",
                "function": {"name": call.name, "description": call.description, "parameters": call.parameters},
            }
            for call in calls
        ]
        request: dict[str, Any] = {
            "model": self.model,
            "messages": list(messages),
            "tools": tools,
            "tool_choice": "required",
        }
        try:
            answer = self._client.chat.completions.create(**request)
            chosen = (answer.choices[0].message.tool_calls or []) if answer.choices else []
        except (OpenAIError, ValueError, AttributeError, TypeError) as error:
            # Servers answer in many ways; the text of the error may quote a key, so it is not passed on.
            raise Unavailable(f"The language model did not answer ({type(error).__name__}).") from error
        for call in chosen:
            function = getattr(call, "function", None)
            if function is not None and function.name in {one.name for one in calls}:
                return ChosenCall(id=str(call.id), name=function.name, arguments=_arguments(function.arguments))
        raise Unavailable("The language model chose none of the calls that it was offered.")


def _arguments(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
