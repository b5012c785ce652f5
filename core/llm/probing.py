"""Whether the server of a language model answers, without asking the model anything: it costs nothing."""

from collections.abc import Mapping

from core.llm.refusals import expected, named
from core.llm.transport import connect

MAX_BYTES = 4_000_000
MOST_MODELS = 5_000


def probe(model: str, *, timeout_s: float = 5.0, environment: Mapping[str, str] | None = None) -> bool:
    """Ask the server for its list of models; whether ``model`` is on it or there is no such list.

    Raises:
        LanguageModelError: It does not answer, or refuses the key.
    """
    import httpx2
    import openai

    client = connect(environment, max_bytes=MAX_BYTES)
    try:
        page = client.models.list(timeout=httpx2.Timeout(timeout_s))
        known = {str(getattr(one, "id", "")) for one in list(page.data or ())[:MOST_MODELS]}
    except openai.NotFoundError:
        return True
    except expected() as error:
        raise named(error, model=model, n_characters=0, connect_s=timeout_s) from error
    finally:
        client.close()
    return not known or model in known
