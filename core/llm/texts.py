"""Texts as every server takes them and every database stores them."""


def storable(text: str) -> str:
    r"""``text`` without NUL, and with a mark for halves of surrogate pairs, which JSON can hold and UTF-8 cannot.

    Example:
        >>> storable("a\x00b \ud83d\ude00 \ud83d.") == "ab \U0001f600 \ufffd."
        True
    """
    if text.isascii():
        return text.replace("\x00", "")
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "")
