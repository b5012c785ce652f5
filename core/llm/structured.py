"""Answers as values: what is asked of the server, what is asked in words, and how the answer is found in a text."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from core.llm.errors import AnswerUnusable
from core.llm.spec import ChatMessage

M = TypeVar("M", bound=BaseModel)

MOST_REASONS = 5
LONGEST_SENT_BACK = 4_000
"""Characters of an answer that does not fit which are sent back."""


class DoesNotFit(Exception):
    """A text is no value of the schema; says why, for the model."""


def response_format(schema: type[BaseModel]) -> dict[str, Any]:
    """``schema`` as the protocol takes it."""
    strict = strict_schema(schema.model_json_schema())
    return {"type": "json_schema", "json_schema": {"name": schema.__name__, "schema": strict, "strict": True}}


def strict_schema(schema: Any) -> Any:
    """A JSON schema whose objects are closed and have no optional parts, as strict servers demand."""
    if isinstance(schema, list):
        return [strict_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: strict_schema(part) for name, part in schema.items() if name != "default"}
    if isinstance(made.get("properties"), dict):
        made |= {"additionalProperties": False, "required": list(made["properties"])}
    return made


def with_schema(messages: Sequence[ChatMessage], schema: type[BaseModel]) -> list[ChatMessage]:
    """``messages`` with the same demand in words: some servers take no schema, and some take it and ignore it.

    It joins the first system message, since many models read only one and want it first.
    """
    text = json.dumps(schema.model_json_schema(), ensure_ascii=False)
    words = f"Answer with one JSON object and nothing else. It has to fit this JSON schema:\n{text}"
    first, *rest = messages or [{}]
    if first.get("role") == "system" and isinstance(first.get("content"), str):
        return [{**first, "content": f"{first['content']}\n\n{words}"}, *rest]
    return [{"role": "system", "content": words}, *messages]


def sent_back(text: str, reason: str) -> list[ChatMessage]:
    """An answer that does not fit, with the reason, for one more try."""
    return [
        {"role": "assistant", "content": text[:LONGEST_SENT_BACK]},
        {"role": "user", "content": f"This does not fit the schema: {reason}\nAnswer with the corrected object only."},
    ]


def value_in(text: str, schema: type[M]) -> M:
    """The value that ``text`` holds, alone or among words or in a fence of Markdown.

    Raises:
        DoesNotFit: It holds no JSON object, or one that does not fit.
    """
    found = _first_object(text)
    if found is None:
        raise DoesNotFit("there is no JSON object in it.")
    try:
        return schema.model_validate(found)
    except ValidationError as error:
        reasons = [
            f"{'.'.join(str(part) for part in one['loc']) or 'the object'}: {one['msg']}"
            for one in error.errors(include_url=False, include_input=False)[:MOST_REASONS]
        ]
        raise DoesNotFit("; ".join(reasons)) from error
    except RecursionError as error:
        raise DoesNotFit("it is nested too deeply.") from error


def does_not_fit(schema: type[BaseModel]) -> AnswerUnusable:
    """What people are told after the second try."""
    return AnswerUnusable(
        f"The language model's answer has not the form that was asked for ({schema.__name__}).",
        hint="Ask again, or choose a model that answers in JSON.",
    )


def _first_object(text: str) -> dict[str, Any] | None:
    decoder = json.JSONDecoder()
    start = text.find("{")
    for _ in range(100):  # places where an object may begin; a text of braces is no reason to try each of them
        if start < 0:
            return None
        try:
            found, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            start = text.find("{", start + 1)
            continue
        return found if isinstance(found, dict) else None
    return None
