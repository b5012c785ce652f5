"""Texts as models take them."""

from collections.abc import Sequence


def encodable(texts: Sequence[str]) -> list[str]:
    r"""``texts`` with a question mark for each half of a character, which broken files hold and no model can read.

    Example:
        >>> encodable(["fine", "half \ud83c"])
        ['fine', 'half ?']
    """
    return [text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8") for text in texts]
