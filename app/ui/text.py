"""Text from people, files and models on its way into Markdown and figures: it is shown, never obeyed."""

import re

WORD_JOINER = "\u2060"
"""Takes no room and is no word character: an address with one in it stays text instead of becoming a link."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=])")
# Streamlit's Markdown turns bare addresses into links, escaped or not.
_ADDRESS_START = re.compile(r"(://|\bwww(?=\.)|@)", re.IGNORECASE)
_TAG_CHARACTERS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def plain(text: object) -> str:
    r"""``text`` with every Markdown character escaped and no address that would become a link, on one line.

    Example:
        >>> plain("a_b [x](y)")
        'a\\_b \\[x\\]\\(y\\)'
    """
    one_line = " ".join(str(text).split())
    return _SPECIAL.sub(r"\\\1", _ADDRESS_START.sub(rf"\1{WORD_JOINER}", one_line))


def plain_in_figure(text: object) -> str:
    """``text`` without the tags that Plotly would obey, links among them.

    Example:
        >>> plain_in_figure("<a href='x'>R&D</a>")
        "&lt;a href='x'&gt;R&amp;D&lt;/a&gt;"
    """
    return str(text).translate(_TAG_CHARACTERS)
