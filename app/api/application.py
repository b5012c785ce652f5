"""The FastAPI application behind /api."""

from fastapi import FastAPI

from app.api.events import Feeds
from app.api.problems import install_problem_handlers
from app.api.routes import collect
from app.bootstrap import services
from core.version import VERSION


def make_api() -> FastAPI:
    """The API, to be mounted at /api."""
    api = FastAPI(
        title="Praxis",
        version=VERSION,
        description="Everything that the pages do. Errors are RFC 9457 problem documents; lists are paged by cursor.",
        docs_url="/docs",
        openapi_url="/openapi.json",
        redoc_url=None,
    )
    api.state.feeds = Feeds(services)
    api.include_router(collect())
    install_problem_handlers(api)
    return api
