"""How long a language model may take, how much it may say, and how often it is asked again."""

from dataclasses import dataclass

from core.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one answer. Times are in seconds."""

    connect_s: float = 5.0
    first_token_s: float = 60.0
    """Until a streamed answer begins. A server on a small machine reads a long prompt for that long."""
    between_tokens_s: float = 30.0
    whole_s: float = 180.0
    """All of it, with pauses and further tries."""
    n_tries: int = 3
    first_pause_s: float = 0.5
    """Before the second try; doubles with each further one unless the server names a time."""
    longest_pause_s: float = 20.0
    """A server that wants to be left alone for longer is not asked again."""
    max_bytes: int = 16_000_000
    """Of one response as it comes over the network."""
    max_characters: int = 200_000
    """Of one answer."""

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """The limits that ``settings`` ask for."""
        return cls(first_token_s=settings.llm_first_token_s, whole_s=settings.llm_timeout_s)
