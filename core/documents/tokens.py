"""How many tokens texts have, roughly, where no embedding model is loaded."""

import re
from collections.abc import Callable, Sequence

CountTokens = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, special ones left out."""

_PIECE = re.compile(r"[぀-ヿ㐀-鿿豈-﫿가-힯]|[^\W_]+|[^\s]")
_LETTERS_PER_TOKEN = 5
"""Of an English word in the vocabulary of BERT models; longer words are put together from pieces."""


def rough_tokens(texts: Sequence[str]) -> list[int]:
    """About the tokens of each text: a word has one for five letters begun, other signs have one each.

    Example:
        >>> rough_tokens(["Two words.", "", "漢字"])
        [3, 0, 2]
    """
    return [sum(-(-len(piece) // _LETTERS_PER_TOKEN) for piece in _PIECE.findall(text)) for text in texts]
