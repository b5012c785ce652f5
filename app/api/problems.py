"""Errors as RFC 9457 problem documents, translated in one place."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from core.errors import Conflict, NotFound, Unavailable, UserInputError, WorkbenchError
from core.failures import failure_of
from core.ids import new_id

logger = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[WorkbenchError], int, str], ...] = (
    (UserInputError, 400, "The request cannot work"),
    (NotFound, 404, "Not found"),
    (Conflict, 409, "Not in this state"),
    (Unavailable, 503, "Not available at the moment"),
)

_HTTP_HINTS = {
    400: "If the body is nested deeply or holds numbers of thousands of digits, send less of that.",
    404: "The address list is at /api/docs.",
}


def install_problem_handlers(api: FastAPI) -> None:
    """Make every error of ``api`` a problem document."""
    api.add_exception_handler(WorkbenchError, _workbench_error)
    api.add_exception_handler(RequestValidationError, _validation_error)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(UnicodeEncodeError, _not_text)
    api.add_exception_handler(Exception, _unexpected_error)


def problem(
    status: int, title: str, detail: str, *, code: str, hint: str = "", field: str | None = None
) -> JSONResponse:
    """One problem document."""
    body: dict[str, Any] = {"type": f"about:blank#{code}", "title": title, "status": status, "detail": detail}
    if hint:
        body["hint"] = hint
    if field:
        body["field"] = field
    if status == 400 and (known := failure_of(code)):
        body |= {"cause": known.cause, "cure": known.cure, "docs": known.docs}
    headers = {"Retry-After": "5"} if status == 503 else None
    return JSONResponse(body, status_code=status, media_type="application/problem+json", headers=headers)


def problem_from(error: WorkbenchError) -> JSONResponse:
    """The problem document of one of our errors."""
    for family, status, title in _STATUS:
        if isinstance(error, family):
            return problem(status, title, error.message, code=error.code, hint=error.hint, field=error.field)
    return problem(500, "Error", error.message, code=error.code, hint=error.hint)


async def _workbench_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WorkbenchError)
    return problem_from(error)


async def _validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        what = str(first.get("ctx", {}).get("error", "it cannot be parsed"))
        return problem(422, "The request does not fit the schema", f"The body is not JSON: {what}.", code="schema")
    where = [str(part) for part in first["loc"] if part not in ("body", "query", "path", "header")]
    field = ".".join(where)
    what = f"{field}: " if field else ""
    return problem(422, "The request does not fit the schema", f"{what}{first['msg']}.", code="schema", field=field)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    hint = _HTTP_HINTS.get(error.status_code, "")
    detail = f"{request.method} {request.url.path}: {error.detail}."
    return problem(error.status_code, str(error.detail), detail, code="http", hint=hint)


async def _not_text(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, UnicodeEncodeError)
    if error.reason != "surrogates not allowed":
        return await _unexpected_error(request, error)
    detail = "The request holds half of a surrogate pair, which is not a character."
    return problem(400, "The request cannot work", detail, code="user_input", hint="Send UTF-8.")


async def _unexpected_error(request: Request, error: Exception) -> JSONResponse:
    reference = new_id()[-12:]
    logger.error("%s %s failed (reference %s)", request.method, request.url.path, reference, exc_info=error)
    return problem(
        500,
        "Unexpected error",
        f"Something went wrong on our side (reference {reference}).",
        code="unexpected",
        hint="The details are in the server's log under this reference.",
    )
