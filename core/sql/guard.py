"""What a person may run: one statement that only reads, from tables that exist, with functions that only compute.

The engine behind it is locked as well (``core.sql.session``). This guard is what says why, and what to do.
"""

import difflib
import itertools
from collections.abc import Collection
from typing import TYPE_CHECKING

from core.errors import UserInputError
from core.sql.functions import FUNCTIONS, TYPES, WORDS
from core.sql.names import same_name

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.tokenizer_core import Token

MAX_CHARACTERS = 50_000
MAX_TOKENS = 10_000
MAX_NAME = 200
ONE_AT_A_TIME = "Run one statement at a time."
ONLY_READS = "A query starts with SELECT, FROM, WITH, VALUES, DESCRIBE or SUMMARIZE."
TOO_DEEP = "The statement is nested too deeply."
SPLIT_UP = "Name inner parts with WITH, or split it into several queries."


def check_query(sql: str, known: Collection[str]) -> tuple[str, ...]:
    """The tables that ``sql`` names, in the spelling of ``known``; the statement may run.

    Args:
        sql: DuckDB's dialect.
        known: Names of tables.

    Raises:
        UserInputError: It may not, or it cannot be understood; the message says where.
    """
    statement, tokens = parse_one(sql, dialect="duckdb")
    refuse_actions(statement)
    _refuse_functions(statement, tokens)
    return _known_tables(statement, known)


def parse_one(sql: str, *, dialect: str) -> "tuple[exp.Expr, list[Token]]":
    """The one statement that ``sql`` holds, and its words.

    Raises:
        UserInputError: It holds none, or several, or it cannot be understood.
    """
    import logging

    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import ParseError, SqlglotError

    text = _readable(sql)
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of statements that are refused below
    try:
        tokens = sqlglot.tokenize(text, read=dialect)
        if len(tokens) > MAX_TOKENS:
            raise UserInputError(f"The statement has {len(tokens):,} words and signs.", hint=SPLIT_UP, field="sql")
        statements = [one for one in sqlglot.parse(text, read=dialect) if one and not isinstance(one, exp.Semicolon)]
    except ParseError as error:
        raise _not_understood(error) from error
    except SqlglotError as error:
        hint = "Look for a quote or a bracket that is not closed."
        raise UserInputError("The statement cannot be read to its end.", hint=hint, field="sql") from error
    except RecursionError as error:
        raise UserInputError(TOO_DEEP, hint=SPLIT_UP, field="sql") from error
    if not statements:
        raise UserInputError("There is no statement.", hint="Try: SELECT 1", field="sql")
    if len(statements) > 1:
        raise UserInputError(f"These are {len(statements)} statements.", hint=ONE_AT_A_TIME, field="sql")
    return statements[0], tokens


def _readable(sql: str) -> str:
    if not sql.strip():
        raise UserInputError("There is no statement.", hint="Try: SELECT 1", field="sql")
    if len(sql) > MAX_CHARACTERS:
        message = f"The statement has {len(sql):,} characters; {MAX_CHARACTERS:,} are possible."
        raise UserInputError(message, hint=SPLIT_UP, field="sql")
    odd = next((sign for sign in sql if _is_odd(sign)), None)
    if odd:
        message = f"The statement holds an invisible character (U+{ord(odd):04X})."
        raise UserInputError(message, hint="Type it anew instead of pasting it.", field="sql")
    return sql


def _is_odd(sign: str) -> bool:
    """Whether ``sign`` is a control or formatting character, which can make a statement look like another one."""
    import unicodedata

    return sign not in "\t\n\r\u200d\ufeff" and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co")


def _not_understood(error: Exception) -> UserInputError:
    details = (getattr(error, "errors", None) or [{}])[0]
    line, column = details.get("line"), details.get("col")
    near = (details.get("highlight") or "").strip()
    place = f" (line {line}, column {max(1, (column or 1) - len(near) + 1)})" if line else ""
    what = f"The statement cannot be understood at {near[:60]!r}{place}." if near else "The statement is not complete."
    return UserInputError(what, hint="Check the words and brackets just before it.", field="sql")


def refuse_actions(statement: "exp.Expr") -> None:
    """Raise UserInputError when ``statement``, in any dialect, would do more than read."""
    from sqlglot import exp

    queries = (exp.Query, exp.Values, exp.Describe, exp.Summarize, exp.Pivot)
    if not isinstance(statement, queries):
        raise UserInputError(
            f"{_verb(statement)} is not possible here: queries only read.", hint=ONLY_READS, field="sql"
        )
    acting = (
        *(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter, exp.Command, exp.Copy),
        *(exp.Into, exp.Set, exp.Pragma, exp.Attach, exp.Detach, exp.Use, exp.Show, exp.Kill, exp.LoadData, exp.Lock),
    )
    for node in statement.walk():
        if isinstance(node, acting):
            message = f"{_verb(node)} is not possible here: queries only read."
            raise UserInputError(message, hint="Take it out of the statement.", field="sql")
        if isinstance(node, exp.Placeholder | exp.Parameter | exp.SessionParameter):
            message = f"The statement has a placeholder: {node.sql()[:40]}."
            raise UserInputError(message, hint="Write the value itself.", field="sql")


def _verb(node: "exp.Expr") -> str:
    from sqlglot import exp

    if isinstance(node, exp.Command):
        return str(node.this).upper()[:40]
    return "FOR UPDATE" if isinstance(node, exp.Lock) else type(node).__name__.upper()


def _refuse_functions(statement: "exp.Expr", tokens: "list[Token]") -> None:
    """Every word before an opening bracket has to be known: whatever the parser makes of it, the engine calls it."""
    from sqlglot import exp
    from sqlglot.tokenizer_core import TokenType

    declared = {alias.this.meta.get("start") for alias in statement.find_all(exp.TableAlias) if alias.this}
    for word, bracket in itertools.pairwise(tokens):
        if bracket.token_type is not TokenType.L_PAREN or word.start in declared:
            continue
        is_name = word.token_type in (TokenType.VAR, TokenType.IDENTIFIER) or word.text[:1].isalpha()
        if word.token_type not in (TokenType.STRING, TokenType.NUMBER) and is_name:
            _refuse_function(word.text, word.line)


def _refuse_function(name: str, line: int) -> None:
    lowered = same_name(name)
    words = lowered.split()
    if lowered in FUNCTIONS or lowered in TYPES or (words and all(word in WORDS for word in words)):
        return
    close = difflib.get_close_matches(lowered, FUNCTIONS, n=2, cutoff=0.75)
    hint = f"Did you mean {' or '.join(close)}?" if close else "Functions that compute from columns are possible."
    raise UserInputError(f"The function {name[:60]!r} (line {line}) cannot be used here.", hint=hint, field="sql")


def _known_tables(statement: "exp.Expr", known: Collection[str]) -> tuple[str, ...]:
    from sqlglot import exp

    spelled = {same_name(name): name for name in known}
    found: dict[str, None] = {}
    for table in statement.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue
        if table.db or table.catalog:
            message = f"There is no schema {(table.catalog or table.db)[:60]!r}."
            raise UserInputError(message, hint="Write the table's name alone.", field="sql")
        if _is_defined_inside(table):
            continue
        name = spelled.get(same_name(table.name))
        if name is None:
            raise _unknown_table(table.name, list(spelled.values()))
        found[name] = None
    return tuple(found)


def _is_defined_inside(table: "exp.Expr") -> bool:
    """Whether a WITH around ``table`` defines its name, or a table beside it lends it as a column."""
    from sqlglot import exp

    node: exp.Expr | None = table
    while node is not None:
        with_ = node.args.get("with_") or node.args.get("with")
        if with_ and any(same_name(one.alias) == same_name(table.name) for one in with_.expressions):
            return True
        node = node.parent
    return False


def _unknown_table(name: str, names: list[str]) -> UserInputError:
    close = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.5)
    if close:
        hint = f"Did you mean {' or '.join(close)}?"
    else:
        hint = f"Tables: {', '.join(names[:10])}." if names else "Bring a dataset first."
    return UserInputError(f"There is no table {name[:MAX_NAME]!r}.", hint=hint, field="sql")
