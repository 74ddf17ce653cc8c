"""What somebody reads when a page of the desk is asked for in a way it does not know: calm words, whatever was sent.

A form is read before anybody is asked who they are, so what one may hold is bounded here too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meantime.desk.place import desk_of

LARGEST_FORM = 256 * 1024
"""Bytes: five times the longest message in the widest characters."""

Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""The number of a row or of a message: more than that no column holds."""

NOT_FOUND = "Not found", "There is no such page at the desk."
UNREADABLE = "Nothing was changed", "There is a character in it that cannot be read. Please type that part anew."
NOT_COMPLETE = "Nothing was changed", "Something in this form or address does not fit. Please go back and try again."
TOO_LARGE = "Nothing was changed", "That is far more text than the desk takes at once. Please send it in parts."
FAILED = "Something went wrong here", "It has been noted for those who look after the desk. Please try again."
_WORDS = {404: NOT_FOUND, 413: TOO_LARGE}

type Answer = Callable[[Request, Any], Awaitable[Response]]


class Unreadable(Exception):
    """Something holds what no database keeps: NUL, or half of a character."""


def require_readable(parts: Iterable[object]) -> None:
    """Raise Unreadable unless all texts among ``parts`` can be looked for and kept."""
    for part in parts:
        if isinstance(part, str) and ("\0" in part or any("\ud800" <= character <= "\udfff" for character in part)):
            raise Unreadable


def is_ours(path: str) -> bool:
    return path == "/desk" or path.startswith("/desk/")


def told(request: Request, status: int, headline: str, words: str) -> Response:
    """Return words as a page, or as the part of one that a script has asked for."""
    desk = desk_of(request)
    if request.headers.get("hx-request"):
        return desk.page(request, "conversation_fault.html", status=status, words=words)
    return desk.page(request, "refused.html", status=status, title=headline, words=words)


def failed(scope: Scope) -> Response:
    """Return what is said after an error that nobody foresaw."""
    return told(Request(scope), 500, *FAILED)


async def unreadable(request: Request, _error: Exception) -> Response:
    return told(request, 422, *UNREADABLE)


def install(app: FastAPI) -> None:
    """Have the desk's own addresses answered in its own words; all others keep the answers they had."""
    app.add_middleware(Bounded)
    app.add_exception_handler(Unreadable, unreadable)
    for kind, ours in ((HTTPException, _on_http), (RequestValidationError, _on_invalid)):
        app.add_exception_handler(kind, _either(ours, app.exception_handlers[kind]))


def _either(ours: Answer, others: Any) -> Answer:
    async def answer(request: Request, error: Any) -> Response:
        if is_ours(request.url.path):
            return await ours(request, error)
        response: Response = await others(request, error)
        return response

    return answer


async def _on_http(request: Request, error: HTTPException) -> Response:
    answer = told(request, error.status_code, *_WORDS.get(error.status_code, NOT_COMPLETE))
    answer.headers.update(error.headers or {})
    return answer


async def _on_invalid(request: Request, error: RequestValidationError) -> Response:
    is_of_address = any(fault["loc"][0] == "path" for fault in error.errors())
    return told(request, 404, *NOT_FOUND) if is_of_address else told(request, 422, *NOT_COMPLETE)


class Bounded:
    """Reads no form of the desk that is larger than any of its pages sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_ours(scope["path"]):
            await self._app(scope, receive, send)
            return
        left = LARGEST_FORM

        async def bounded() -> Message:
            nonlocal left
            message: Mapping[str, Any] = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return dict(message)

        await self._app(scope, bounded, send)
