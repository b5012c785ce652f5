"""What is known of an encoder before it is loaded; imports nothing heavy, so that the web process may ask."""

from typing import NamedTuple

ENDPOINT_PREFIX = "openai:"
"""Of a setting that names a model behind an OpenAI-compatible endpoint."""

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the weights of all-MiniLM-L6-v2, which are checked against it when they are loaded."""


class Identity(NamedTuple):
    """Which vectors an encoder makes."""

    name: str
    """Name and revision; empty while it is not known."""
    dimension: int
    """Length of a vector; 0 while it is not known."""


MINILM = Identity(f"all-MiniLM-L6-v2@{MINILM_SHA256[:12]}", 384)
UNKNOWN = Identity("", 0)


def encoder_identity(model: str) -> Identity:
    """Which vectors the encoder of a setting makes.

    Args:
        model: ``Settings.embedding_model``.

    Returns:
        ``UNKNOWN`` for anything but the default: only a worker that has loaded the model, or asked the endpoint, can
        tell. A collection made with it takes the identity of the encoder that first indexes a document of it.
    """
    return MINILM if not model.strip() else UNKNOWN
