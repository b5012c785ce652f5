"""What model is set, and where its server is, in words that may be shown."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from core.settings import Settings

OPENAI = "api.openai.com"
"""Where requests go when no address is set."""


def model_name(settings: Settings) -> str:
    """The name that is set; empty when no language model is wanted."""
    return settings.llm_model.strip()


def server_name(environment: Mapping[str, str]) -> str:
    """Host and port that requests go to, without anything secret that the address may hold."""
    address = environment.get("OPENAI_BASE_URL", "")
    if not address:
        return OPENAI
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.hostname or 'an address without a host'}{port}"
