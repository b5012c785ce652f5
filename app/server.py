"""The web process: Streamlit's pages and /api in one ASGI application, on one port."""

import asyncio
import gc
import logging
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.routing import Mount

from app.access import AccessMiddleware
from app.api.application import make_api
from core.settings import Settings

MAIN_PAGE = Path(__file__).with_name("main.py")
GRACE_S = 3
"""How long open connections may take to end; live views never would by themselves."""


def make_application(settings: Settings) -> st.App:
    """The whole web side of an instance."""
    return st.App(
        MAIN_PAGE,
        routes=[Mount("/api", app=make_api())],
        middleware=[Middleware(AccessMiddleware, settings=settings)],
    )


def run_web(settings: Settings) -> None:
    """Serve until SIGTERM."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Streamlit hands its own log handler to uvicorn, and with it a line for each request; it sets levels anew later.
    logging.getLogger("uvicorn.access").disabled = True
    application = make_application(settings)
    # Streamlit collects garbage after every script run; what was imported for good need not be looked at each time.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        ws_ping_interval=20,
        timeout_graceful_shutdown=GRACE_S,
    )
    asyncio.run(uvicorn.Server(config).serve())
