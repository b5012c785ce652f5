"""How many tokens a text comes to, guessed where the server does not say."""

import json
import math
from collections.abc import Sequence

from core.llm.spec import ChatMessage

BYTES_PER_TOKEN = 3.5
"""English text has about four characters a token (OpenAI's rule of thumb); code, names and other scripts have fewer."""
TOKENS_PER_MESSAGE = 4
"""What the protocol puts around each message."""


def estimated_tokens(text: str) -> int:
    """About how many tokens ``text`` has; rather too many than too few.

    Example:
        >>> estimated_tokens(""), estimated_tokens("word"), estimated_tokens("a" * 350)
        (0, 2, 100)
    """
    return math.ceil(len(text.encode("utf-8", errors="replace")) / BYTES_PER_TOKEN)


def prompt_tokens(messages: Sequence[ChatMessage]) -> int:
    """About how many tokens the model reads."""
    return sum(
        TOKENS_PER_MESSAGE + estimated_tokens(json.dumps(dict(message), ensure_ascii=False, default=str))
        for message in messages
    )
