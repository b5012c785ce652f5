"""The routes of /api/v1, one module an area. Each reads a request, calls one service and shapes the answer."""

import importlib
import pkgutil

from fastapi import APIRouter


def collect() -> APIRouter:
    """The ``router`` of every module of this package, in the order of their names."""
    routes = APIRouter(prefix="/v1")
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        routes.include_router(importlib.import_module(f"{__name__}.{module.name}").router)
    return routes
