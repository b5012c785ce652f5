"""What drivers complain about, in words for a person; the parts that all servers share."""

import socket
from typing import Literal

from core.databases.spec import ServerParams
from core.errors import UserInputError
from core.tables.detection import shorten

PROBE_S = 3.0
Complaint = Literal["password", "database", "table", "column", "permission", "timeout", "read_only", "syntax", "tls"]


def unreachable(params: ServerParams) -> UserInputError | None:
    """Why nobody can be talked to at the server's address; None when somebody answers."""
    host, port = shorten(params.host), params.port
    try:
        socket.create_connection((params.host, port), timeout=PROBE_S).close()
    except (socket.gaierror, UnicodeError):
        return _refusal(
            f"There is no host named {host}, as far as this machine can tell.", "Check the spelling.", "host"
        )
    except TimeoutError:
        return _refusal(f"{host} does not answer on port {port}.", "Check host, port and firewall.", "host")
    except ConnectionRefusedError:
        hint = "Check the port, and whether the database server is running."
        return _refusal(f"Nothing listens on port {port} of {host}.", hint, "port")
    except OSError as error:
        return _refusal(f"{host} cannot be reached: {error.strerror}.", "Check host and network.", "host")
    return None


def complaint(kind: Complaint, *, params: object, detail: str = "") -> UserInputError:
    """A refusal of the database in our words; ``detail`` is what it said itself, at most one line of it."""
    user = shorten(getattr(params, "user", ""))
    database = shorten(getattr(params, "database", ""))
    said = f" The database says: {first_line(detail)}" if detail else ""
    message, hint, field = {
        "password": (f"The database does not let {user} in.", "Check user name and password.", "password"),
        "database": (f"There is no database {database} on this server.", "Check its name.", "database"),
        "table": (f"The query names a table that does not exist.{said}", "Choose one of the listed tables.", "sql"),
        "column": (f"The query names a column that does not exist.{said}", "Check the columns of the table.", "sql"),
        "permission": (f"{user} may not read this.{said}", "Ask for the right to read it.", "user"),
        "timeout": ("The database took longer than a query may.", "Ask for fewer rows, or for less work.", "sql"),
        "read_only": (f"The query does more than read.{said}", "Queries here only read.", "sql"),
        "syntax": (f"The database does not understand the query.{said}", "Mend it there.", "sql"),
        "tls": (f"No encrypted connection came about.{said}", "Choose another kind of encryption.", "encryption"),
    }[kind]
    return _refusal(message, hint, field)


def other_complaint(detail: str) -> UserInputError:
    """Anything else that the database said."""
    return _refusal(f"The database refuses: {first_line(detail)}", "Check the connection and the query.", None)


def first_line(text: str) -> str:
    r"""The first line of what a database said, ending with a full stop.

    Example:
        >>> first_line('relation "x" does not exist\nLINE 1: SELECT * FROM x')
        'relation "x" does not exist.'
    """
    line = next((part.strip() for part in text.splitlines() if part.strip()), "nothing")
    return f"{line[:300].rstrip('.')}."


def _refusal(message: str, hint: str, field: str | None) -> UserInputError:
    return UserInputError(message, hint=hint, field=field)
