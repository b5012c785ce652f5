"""What a server understands: parameters that one refuses are left out from then on."""

from collections.abc import Mapping
from typing import Any

from core.llm.refusals import body_of, is_about_length

_REPLACED = {"max_tokens": "max_completion_tokens"}
_MAY_GO = ("response_format", "stream_options", "temperature", "max_tokens", "tool_choice")


class Dialect:
    """The parameters that one server has refused so far."""

    def __init__(self) -> None:
        self._refused: set[str] = set()

    @property
    def takes_schemas(self) -> bool:
        """Whether a schema may still be sent."""
        return "response_format" not in self._refused

    def spoken(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``request`` as this server takes it."""
        spoken = {name: value for name, value in request.items() if name not in self._refused}
        for name, other in _REPLACED.items():
            if name in request and name in self._refused and other not in self._refused:
                spoken[other] = request[name]
        return spoken

    def learn(self, error: Exception, sent: Mapping[str, Any]) -> bool:
        """Learn from a refusal of ``sent``; whether it is worth being said otherwise."""
        if getattr(error, "status_code", None) not in (400, 422):
            return False
        said = body_of(error)
        if is_about_length(said):
            return False
        named = [name for name in (*_MAY_GO, *_REPLACED.values()) if name in sent and name in said]
        if not named and "response_format" in sent:
            named = ["response_format"]  # many servers refuse a schema without a word about it
        self._refused.update(named[:1])
        return bool(named)
