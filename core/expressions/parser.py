"""A formula becomes a typed tree: our own small grammar, with a limit on size and depth.

From weakest to strongest: ``a if c else b``, ``or``, ``and``, ``not``, comparisons and ``in``, ``+ -``, ``* / %``, the
sign before a value, ``**``, calls and parentheses.
"""

import difflib
import math
from collections.abc import Mapping
from typing import NoReturn

from core.expressions.operations import OPERATIONS
from core.expressions.tokens import KEYWORDS, Token, refuse, tokens
from core.expressions.tree import Node
from core.types import ColumnType

MAX_DEPTH = 30
MAX_NODES = 300
_LARGEST = 2**63 - 1

_COMPARISONS = {"=": "equal", "==": "equal", "!=": "different", "<>": "different"} | {
    "<": "less",
    "<=": "at_most",
    ">": "more",
    ">=": "at_least",
}
_SUMS = {"+": "add", "-": "subtract"}
_PRODUCTS = {"*": "multiply", "/": "divide", "%": "remainder"}
_WORDS = {"true": True, "false": False}


def parse(formula: str, columns: Mapping[str, ColumnType]) -> Node:
    """The tree of ``formula`` over columns of the given types.

    Raises:
        UserInputError: One sentence with the position: what is not understood, which column or function does not
            exist, or which types do not go together.
    """
    tree = _Parser(formula, columns).whole()
    if tree.type is None:
        refuse(tree.position, "the result is always missing.", "Write a value, a column or an operation.")
    return tree


class _Parser:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, formula: str, columns: Mapping[str, ColumnType]) -> None:
        self._tokens = tokens(formula)
        self._at = 0
        self._depth = 0
        self._n_nodes = 0
        self._columns = columns

    def whole(self) -> Node:
        tree = self._choice()
        if self._here.kind != "end":
            self._refuse_here()
        return tree

    @property
    def _here(self) -> Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> Token | None:
        """The token here, if it is one of these signs or words; else nothing is consumed."""
        token = self._here
        if token.kind in ("sign", "name") and token.text in texts:
            self._at += 1
            return token
        return None

    def _expect(self, text: str) -> None:
        if not self._take(text):
            self._refuse_here(f"{text!r} is expected")

    def _refuse_here(self, what: str = "") -> NoReturn:
        token = self._here
        found = "the formula ends" if token.kind == "end" else f"{token.text!r} stands there"
        hint = "A name with spaces or signs goes between backticks, such as `Total Charges`."
        if token.text == "if" or what.startswith("'else'"):
            hint = "A choice is written: value if condition else other value."
        refuse(token.position, f"{what or 'an operation or the end is expected'}, but {found}.", hint)

    def _node(self, node: Node) -> Node:
        self._n_nodes += 1
        if self._n_nodes > MAX_NODES:
            refuse(node.position, f"it has more than {MAX_NODES} parts.", "Split it into two steps.")
        return node

    def _operation(self, key: str, position: int, *parts: Node) -> Node:
        operation = OPERATIONS[key]
        for part in parts:
            if part.type is None and not operation.takes_missing:
                refuse(part.position, f"{operation.sign} cannot take missing.", "Ask with is_missing(column).")
        checked = operation.check(position, parts)
        return self._node(checked)

    def _choice(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            refuse(self._here.position, f"it is nested more than {MAX_DEPTH} deep.", "Split it into two steps.")
        first = self._either()
        if token := self._take("if"):
            condition = self._either()
            self._expect("else")
            first = self._operation("if", token.position, condition, first, self._choice())
        self._depth -= 1
        return first

    def _either(self) -> Node:
        left = self._both()
        while token := self._take("or"):
            left = self._operation("or", token.position, left, self._both())
        return left

    def _both(self) -> Node:
        left = self._negation()
        while token := self._take("and"):
            left = self._operation("and", token.position, left, self._negation())
        return left

    def _negation(self) -> Node:
        signs = []
        while token := self._take("not"):
            signs.append(token)
        node = self._comparison()
        for token in reversed(signs):
            node = self._operation("not", token.position, node)
        return node

    def _comparison(self) -> Node:
        left = self._sum()
        if token := self._take(*_COMPARISONS):
            left = self._operation(_COMPARISONS[token.text], token.position, left, self._sum())
            if self._here.text in _COMPARISONS and self._here.kind == "sign":
                refuse(self._here.position, "one comparison follows another.", "Write a < b and b < c.")
            return left
        if self._here.text == "not" and self._tokens[self._at + 1].text == "in":
            token = self._here
            self._at += 1
            return self._operation("not", token.position, self._membership(left))
        return self._membership(left) if self._here.text == "in" and self._here.kind == "name" else left

    def _membership(self, left: Node) -> Node:
        token = self._here
        self._expect("in")
        self._expect("(")
        return self._operation("in", token.position, left, *self._arguments())

    def _sum(self) -> Node:
        left = self._product()
        while token := self._take(*_SUMS):
            left = self._operation(_SUMS[token.text], token.position, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._signed()
        while token := self._take(*_PRODUCTS):
            left = self._operation(_PRODUCTS[token.text], token.position, left, self._signed())
        return left

    def _signed(self) -> Node:
        signs = []
        while token := self._take("-", "+"):
            signs.append(token)
        if len(signs) > MAX_DEPTH:
            refuse(signs[0].position, "too many signs follow each other.")
        node = self._power()
        for token in reversed(signs):
            if token.text == "-":
                node = self._negative(token, node)
        return node

    def _negative(self, token: Token, node: Node) -> Node:
        if node.kind == "value" and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return Node(kind="value", type=node.type, value=-node.value, position=token.position)
        return self._operation("negative", token.position, node)

    def _power(self) -> Node:
        base = self._primary()
        if token := self._take("**"):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                refuse(token.position, f"it is nested more than {MAX_DEPTH} deep.", "Split it into two steps.")
            base = self._operation("power", token.position, base, self._signed())
            self._depth -= 1
        return base

    def _primary(self) -> Node:
        token = self._here
        self._at += token.kind != "end"
        if token.kind == "number":
            return self._number(token)
        if token.kind == "text":
            return self._node(Node(kind="value", type=ColumnType.STRING, value=token.text, position=token.position))
        if token.kind == "quoted" or (token.kind == "name" and token.text not in KEYWORDS):
            is_call = token.kind == "name" and self._here.kind == "sign" and self._here.text == "("
            return self._call(token) if is_call else self._column(token)
        if token.kind == "sign" and token.text == "(":
            inside = self._choice()
            self._expect(")")
            return inside
        if token.text in ("true", "false", "missing"):
            type_ = None if token.text == "missing" else ColumnType.BOOLEAN
            return self._node(Node(kind="value", type=type_, value=_WORDS.get(token.text), position=token.position))
        self._at -= token.kind != "end"
        return self._refuse_here("a value, a column or a function is expected")

    def _number(self, token: Token) -> Node:
        is_whole = token.text.isdigit()
        value = int(token.text) if is_whole else float(token.text)
        if (is_whole and value > _LARGEST) or not math.isfinite(value):
            refuse(token.position, f"the number {token.text[:30]} is too large.")
        type_ = ColumnType.INTEGER if is_whole else ColumnType.NUMBER
        return self._node(Node(kind="value", type=type_, value=value, position=token.position))

    def _column(self, token: Token) -> Node:
        if token.text not in self._columns:
            _refuse_column(token, self._columns)
        return self._node(Node(kind="column", type=self._columns[token.text], name=token.text, position=token.position))

    def _call(self, token: Token) -> Node:
        operation = OPERATIONS.get(token.text)
        if operation is None or not operation.is_function:
            known = [key for key, one in OPERATIONS.items() if one.is_function]
            close = difflib.get_close_matches(token.text.lower(), known, n=2)
            hint = f"Did you mean {' or '.join(close)}?" if close else f"There are: {', '.join(sorted(known))}."
            refuse(token.position, f"there is no function {token.text!r}.", hint)
        self._expect("(")
        return self._operation(token.text, token.position, *self._arguments())

    def _arguments(self) -> list[Node]:
        """The parts up to the closing parenthesis."""
        parts: list[Node] = []
        if self._take(")"):
            return parts
        while True:
            parts.append(self._choice())
            if self._take(")"):
                return parts
            self._expect(",")


def _refuse_column(token: Token, columns: Mapping[str, ColumnType]) -> NoReturn:
    folded = {name.casefold(): name for name in columns}
    close = [folded[name] for name in difflib.get_close_matches(token.text.casefold(), folded, n=2)]
    if close:
        hint = f"Did you mean {' or '.join(map(written, close))}?"
    else:
        shown = list(columns)[:8]
        hint = f"There are: {', '.join(map(written, shown))}{', …' if len(columns) > len(shown) else ''}."
    refuse(token.position, f"there is no column {token.text!r}.", f"{hint} Texts go between quotes.")


def written(name: str) -> str:
    """A column's name as one writes it in a formula.

    Example:
        >>> written("price"), written("Total Charges")
        ('price', '`Total Charges`')
    """
    if name.isidentifier() and name not in KEYWORDS:
        return name
    return "`" + name.replace("`", "``") + "`"
