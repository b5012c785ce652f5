"""A formula cut into words, numbers, texts, names and signs."""

import re
from dataclasses import dataclass
from typing import Literal, NoReturn

from core.errors import UserInputError

MAX_LENGTH = 2_000

Kind = Literal["number", "text", "name", "quoted", "sign", "end"]

KEYWORDS = frozenset({"and", "or", "not", "if", "else", "in", "true", "false", "missing"})

_PATTERN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<quoted>`(?:[^`]|``)+`|\[[^\[\]]+\])
  | (?P<name>[^\W\d]\w*)
  | (?P<sign>\*\*|<=|>=|==|!=|<>|[-+*/%<>=(),])
    )""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t"}


@dataclass(frozen=True, kw_only=True)
class Token:
    """One piece of a formula."""

    kind: Kind
    text: str
    """As written; for a text and a quoted name, what is between the quotes."""
    position: int
    """From 1."""


def refuse(position: int, what: str, hint: str = "") -> NoReturn:
    """Say what is wrong with a formula, and where."""
    raise UserInputError(f"The formula breaks at character {position}: {what}", hint=hint, field="expression")


def tokens(formula: str) -> tuple[Token, ...]:
    """The pieces of ``formula``, with an end behind them.

    Raises:
        UserInputError: A character has no meaning, a quote is not closed, or the formula is empty or too long.
    """
    if len(formula) > MAX_LENGTH:
        raise UserInputError(
            f"The formula has {len(formula):,} characters; {MAX_LENGTH:,} are allowed.",
            hint="Split it into two steps.",
            field="expression",
        )
    found: list[Token] = []
    at, end = 0, len(formula.rstrip())
    if not end:
        raise UserInputError("The formula is empty.", hint="Write one, such as price * 2.", field="expression")
    while at < end:
        match = _PATTERN.match(formula, at)
        if match is None or match.lastgroup is None:
            _refuse_character(formula, at)
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups are named after the kinds
        found.append(Token(kind=kind, text=_content(kind, match[kind]), position=match.start(kind) + 1))
        at = match.end()
    return (*found, Token(kind="end", text="", position=end + 1))


def _content(kind: str, written: str) -> str:
    if kind == "text":
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), written[1:-1], flags=re.DOTALL)
    if kind == "quoted":
        return written[1:-1].replace("``", "`") if written[0] == "`" else written[1:-1]
    return written


def _refuse_character(formula: str, at: int) -> NoReturn:
    at += len(formula[at:]) - len(formula[at:].lstrip())
    character = formula[at]
    if character in "\"'`[":
        refuse(at + 1, f"the {character} is never closed.", "Close it, or take it out.")
    hint = "Names with spaces or signs go between backticks, such as `Total Charges`."
    refuse(at + 1, f"{character!r} has no meaning here.", hint)
