"""Texts that a spreadsheet would run as formulas, made harmless."""

from core.expressions.quoting import name_sql

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell that is run starts with; spreadsheets take the full-width signs for the usual ones."""


def harmless(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would run it.

    Example:
        >>> harmless("=1+1"), harmless("a=1"), harmless("")
        ("'=1+1", 'a=1', '')
    """
    return f"'{text}" if text.startswith(DANGEROUS) else text


def harmless_sql(name: str) -> str:
    """SQL for the texts of the column ``name`` in the same way."""
    cell = name_sql(name)
    signs = ", ".join(f"chr({ord(sign)})" for sign in DANGEROUS)
    return f"CASE WHEN {cell}[1] IN ({signs}) THEN '''' || {cell} ELSE {cell} END"
