"""Widgets for import options, each filled with what was sniffed."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.ui import numbers
from core.tables.registry import TABLE_FORMATS
from core.tables.sniffed import Sighting
from core.tables.spec import ImportOptions, Part

DELIMITERS = {",": "comma ,", ";": "semicolon ;", "\t": "tab", "|": "bar |", " ": "blank", ":": "colon :"}
DECIMALS = {".": "point: 1.5", ",": "comma: 1,5"}
THOUSANDS = {"": "none", ",": "comma: 1,000", ".": "point: 1.000", " ": "blank: 1 000", "'": "apostrophe: 1'000"}
DAYS = {"": "by the dates", "day": "day first: 31/12", "month": "month first: 12/31"}


def part_field(sighting: Sighting, *, key: str) -> dict[str, str]:
    """Which sheet or which file of an archive, where there is a choice."""
    if sighting.part_option is None or len(sighting.parts) < 2:
        return {}
    labels = {part.name: _part_label(part) for part in sighting.parts}
    names = list(labels)
    present = sighting.options.get(sighting.part_option)
    chosen = st.selectbox(
        _title(sighting.part_option),
        names,
        index=names.index(present) if present in names else 0,
        format_func=labels.__getitem__,
        key=f"{key}-{sighting.part_option}",
    )
    return {sighting.part_option: str(chosen)}


def option_fields(sighting: Sighting, *, key: str) -> dict[str, Any]:
    """The other options; returns those that a person has set otherwise than was sniffed."""
    changed: dict[str, Any] = {}
    for name in sighting.heeds:
        draw = _FIELDS.get(name)
        if draw is None:
            continue
        sniffed = sighting.options.get(name)
        value = draw(sniffed, f"{key}-{name}")
        if value != sniffed:
            changed[name] = value
    return changed


def format_words(key: str) -> str:
    """The name of a table format; the key itself where there is none any more."""
    spec = TABLE_FORMATS.get(key)
    return spec.label if spec else key


def reading_words(options: dict[str, Any]) -> str:
    """How a file was read, in words.

    Example:
        >>> reading_words({"delimiter": ";", "has_header": True, "decimal": ",", "encoding": "utf-8"})
        'semicolon, names in the first row, utf-8, decimal comma'
    """
    words: dict[str, Callable[[Any], str]] = {
        "member": lambda name: str(name),
        "sheet": lambda name: f"sheet {name}",
        "first_row": lambda row: f"from row {row}" if row > 1 else "",
        "delimiter": lambda sign: DELIMITERS.get(sign, repr(sign)).split()[0],
        "has_header": lambda has: "names in the first row" if has else "no names in the first row",
        "encoding": lambda name: str(name),
        "decimal": lambda sign: "decimal comma" if sign == "," else "",
        "thousands": lambda sign: f"{THOUSANDS[sign].split(':')[0]} between thousands",
        "day_first": lambda is_day: "day before month" if is_day else "month before day",
    }
    said = [word(options[name]) for name, word in words.items() if options.get(name) is not None]
    return ", ".join(part for part in said if part)


def _delimiter(sniffed: Any, key: str) -> str | None:
    options = list(dict.fromkeys([*([sniffed] if sniffed else []), *DELIMITERS]))
    chosen = st.selectbox(
        _title("delimiter"),
        options,
        index=0 if sniffed else None,
        format_func=lambda sign: DELIMITERS.get(sign, repr(sign)),
        help=_help("delimiter"),
        placeholder="worked out",
        accept_new_options=True,
        key=key,
    )
    return None if chosen is None else "\t" if chosen == "\\t" else str(chosen)


def _has_header(sniffed: Any, key: str) -> bool:
    return st.toggle(
        _title("has_header"), value=True if sniffed is None else bool(sniffed), help=_help("has_header"), key=key
    )


def _encoding(sniffed: Any, key: str) -> str | None:
    options = list(dict.fromkeys([*([sniffed] if sniffed else []), *_encodings()]))
    index = 0 if sniffed else None
    chosen: str | None = st.selectbox(
        _title("encoding"), options, index=index, help=_help("encoding"), placeholder="worked out", key=key
    )
    return chosen


def _decimal(sniffed: Any, key: str) -> str:
    signs = list(DECIMALS)
    index = signs.index(sniffed) if sniffed in signs else 0
    return str(
        st.selectbox(
            _title("decimal"), signs, index=index, format_func=DECIMALS.__getitem__, help=_help("decimal"), key=key
        )
    )


def _thousands(sniffed: Any, key: str) -> str | None:
    signs = list(THOUSANDS)
    index = signs.index(sniffed) if sniffed in signs else 0
    chosen = st.selectbox(
        _title("thousands"), signs, index=index, format_func=THOUSANDS.__getitem__, help=_help("thousands"), key=key
    )
    if not chosen and sniffed:
        # An option that is left out is sniffed; a mark that stands in none of the numbers says that there is none.
        return " " if sniffed == "'" else "'"
    return chosen or None


def _day_first(sniffed: Any, key: str) -> bool | None:
    orders = list(DAYS)
    index = 0 if sniffed is None else 1 if sniffed else 2
    chosen = st.selectbox(
        _title("day_first"), orders, index=index, format_func=DAYS.__getitem__, help=_help("day_first"), key=key
    )
    return None if not chosen else chosen == "day"


def _first_row(sniffed: Any, key: str) -> int:
    return int(
        st.number_input(
            _title("first_row"), min_value=1, max_value=200, value=int(sniffed or 1), help=_help("first_row"), key=key
        )
    )


_FIELDS = {
    "delimiter": _delimiter,
    "has_header": _has_header,
    "encoding": _encoding,
    "decimal": _decimal,
    "thousands": _thousands,
    "day_first": _day_first,
    "first_row": _first_row,
}


def _title(name: str) -> str:
    return str(ImportOptions.model_fields[name].title)


def _help(name: str) -> str | None:
    return ImportOptions.model_fields[name].description


def _encodings() -> list[str]:
    schema = ImportOptions.model_json_schema()["properties"]["encoding"]
    return [str(name) for choice in schema["anyOf"] for name in choice.get("enum", ())]


def _part_label(part: Part) -> str:
    return part.name if part.size_bytes is None else f"{part.name} · {numbers.file_size(part.size_bytes)}"
