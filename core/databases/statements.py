"""One statement that reads: what is let through to a database.

The guard that counts is the database's own: the transaction is read-only where it knows such, and rolled back
everywhere. This check comes first because it can say what is wrong, and because SQL Server knows no read-only
transaction and MySQL's lets a query write files.
"""

import itertools
import re
from typing import TYPE_CHECKING

from core.errors import UserInputError
from core.tables.detection import shorten

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

MAX_LENGTH = 100_000
_BEGINNINGS = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "("})
_WRITING = frozenset(
    {"ALTER", "CREATE", "DELETE", "DROP", "EXEC", "EXECUTE", "GRANT", "INSERT", "INTO", "MERGE", "REVOKE", "TRUNCATE"}
    | {"UPDATE"}
)
_ONLY_IN_TSQL = frozenset(
    {"ADD", "BACKUP", "BEGIN", "BREAK", "BULK", "CHECKPOINT", "CLOSE", "COMMIT", "CONTINUE", "DBCC", "DEALLOCATE"}
    | {"DECLARE", "DENY", "DISABLE", "ENABLE", "GO", "GOTO", "IF", "KILL", "OPENDATASOURCE", "OPENQUERY", "OPENROWSET"}
    | {"PRINT", "RAISERROR", "RECONFIGURE", "RESTORE", "RETURN", "ROLLBACK", "SAVE", "SET", "SHUTDOWN", "THROW", "USE"}
    | {"WAITFOR", "WHILE", "WRITETEXT", "UPDATETEXT"}
)
"""Statements need no semicolon between them there, so that these may begin another one anywhere."""
_ACTING = re.compile(
    r"pg_(read|ls|stat_file|file|notify|terminate|cancel|reload|rotate|switch|promote|create|drop|log|advisory"
    r"|try_advisory|logical|replication|backup|wal_replay|import)\w*|lo_(import|export)|dblink\w*|(query|cursor)_to_xml\w*"
    r"|set_config|nextval|setval|load_file|get_lock|release_(all_)?locks?|master_\w*wait|sys_(exec|eval)"
    r"|load_extension|readfile|writefile|fts3_tokenizer|(xp|sp)_\w+",
    re.IGNORECASE,
)
"""Functions that act or reach for files of the server, which no read-only transaction keeps them from. Those that only
wait run into the time limit."""
_ONLY_READ = "Queries here only read. If it is the name of a column or a table, put it in quotes."


def check_reading(sql: str, dialect: str) -> str:
    """``sql`` up to the end of its only statement.

    Args:
        sql: What a person typed.
        dialect: Name of its SQL in sqlglot.

    Raises:
        UserInputError: It is empty, holds several statements, or does more than read.
    """
    from sqlglot.tokenizer_core import TokenType

    tokens = _tokens(sql, dialect)
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise _refusal("The query is empty.", "Write a statement that begins with SELECT.")
    if any(token.token_type is TokenType.SEMICOLON for token in tokens):
        raise _refusal("There is more than one statement.", "Send one at a time, without a semicolon between.")
    first = tokens[0].text
    if first.upper() not in _BEGINNINGS:
        raise _refusal(f"A query begins with SELECT or WITH; this one begins with {shorten(first)}.", _ONLY_READ)
    _refuse_acting_functions(tokens)
    banned = _WRITING | _ONLY_IN_TSQL if dialect == "tsql" else _WRITING
    for before, token in zip([None, *tokens], tokens, strict=False):
        is_quoted = sql[token.start : token.end + 1] != token.text
        is_member = before is not None and before.token_type is TokenType.DOT
        found = set() if is_quoted or is_member else banned.intersection(token.text.upper().split())
        if found:
            raise _refusal(f"The query does more than read: {min(found)} in line {token.line}.", _ONLY_READ)
    return sql[: tokens[-1].end + 1]


def _refuse_acting_functions(tokens: "list[Token]") -> None:
    """A name before a bracket is a call, in quotes or not, of whatever schema."""
    from sqlglot.tokenizer_core import TokenType

    for token, after in itertools.pairwise(tokens):
        if after.token_type is TokenType.L_PAREN and _ACTING.fullmatch(token.text):
            raise _refusal(
                f"The function {shorten(token.text)} in line {token.line} does more than read tables.",
                "Take it out of the query.",
            )


def _tokens(sql: str, dialect: str) -> "list[Token]":
    from sqlglot.dialects.dialect import Dialect
    from sqlglot.errors import TokenError

    if len(sql) > MAX_LENGTH:
        raise _refusal(f"The query has {len(sql):,} characters.", f"Shorten it to {MAX_LENGTH:,}.")
    if "\x00" in sql:
        raise _refusal("The query holds a NUL character.", "Copy it once more.")
    if dialect == "mysql" and ("/*!" in sql or "/*M!" in sql.upper()):
        raise _refusal("The query holds a comment that MySQL executes (/*! ... */).", "Leave it out.")
    try:
        return list(Dialect.get_or_raise(dialect).tokenize(sql))
    except TokenError as error:
        raise _refusal("The query has a quote or a comment that is not closed.", "Close it.") from error


def _refusal(message: str, hint: str) -> UserInputError:
    return UserInputError(message, hint=hint, field="sql")
