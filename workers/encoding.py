"""The encoder and the vector index of this worker's settings."""

import logging

from core.errors import WorkbenchError
from core.retrieval.encoders.factory import make_encoder
from core.retrieval.spec import Encoder, VectorIndex
from core.settings import Settings
from storage.vectors import ChromaVectors

logger = logging.getLogger(__name__)


def encoder_of(settings: Settings) -> Encoder:
    """The configured encoder: at once where ``preload_encoder`` has run, in this process or in the one it is a fork of.

    Raises:
        Unavailable: It cannot be loaded.
        UserInputError: The setting names no model.
    """
    cache_folder = settings.home.resolve() / "cache"
    return make_encoder(settings.embedding_model, cache_folder=cache_folder, n_jobs=settings.n_jobs)


def vectors_of(settings: Settings) -> VectorIndex:
    """The vector index; whether it answers shows when it is asked."""
    return ChromaVectors(settings.chroma_url)


def preload_encoder(settings: Settings) -> None:
    """Load the encoder before the first fork; a worker whose encoder cannot be loaded does all other work."""
    try:
        encoder_of(settings)
    except WorkbenchError as error:
        logger.warning("%s %s", error.message, error.hint)
