"""Errors of the HTTP API as problem documents (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

API = "/api/"
AVAILABILITY = "/availability/"
OURS = (API, AVAILABILITY)
MEDIA_TYPE = "application/problem+json"


class FaultyValue(BaseModel):
    """One value that was wrong."""

    where: str = Field(description="Where it stands, like `query/limit` or `body/lines/0/sku`.")
    what: str


class Problem(BaseModel):
    """What went wrong, as RFC 9457 lays it out."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FaultyValue] = []


def problem(status: int, detail: str, errors: list[FaultyValue] | None = None, headers: Any = None) -> JSONResponse:
    """Return the answer that tells a problem."""
    document = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=errors or [])
    return JSONResponse(
        document.model_dump(exclude_defaults=False), status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of the problems an endpoint answers with."""
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def install_problems(app: FastAPI) -> None:
    """Have ``app`` answer every error of the HTTP API with a problem document; other pages keep FastAPI's answers."""
    app.add_exception_handler(HTTPException, _on_http_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _on_bad_request)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _on_failure)


async def _on_http_error(request: Request, error: HTTPException) -> Response:
    if not request.url.path.startswith(OURS):
        return await http_exception_handler(request, error)
    return problem(error.status_code, str(error.detail), headers=error.headers)


async def _on_bad_request(request: Request, error: RequestValidationError) -> Response:
    if not request.url.path.startswith(OURS):
        return await request_validation_exception_handler(request, error)
    faulty = [FaultyValue(where="/".join(map(str, e["loc"])), what=e["msg"]) for e in error.errors()]
    return problem(422, "; ".join(f"{f.where}: {f.what}" for f in faulty), faulty)


async def _on_failure(request: Request, error: Exception) -> Response:
    # Starlette raises the error again once this answer is sent, so the server logs it.
    if not request.url.path.startswith(OURS):
        return PlainTextResponse("Internal Server Error", 500)
    return problem(500, "Something went wrong here, and has been logged.")
