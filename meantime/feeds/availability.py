"""`GET /availability/{sku}`: what a product page says before the order. Anybody may ask, from any page."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated

import structlog
from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError, TimeoutError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meantime.feeds.problems import AVAILABILITY, described
from meantime.feeds.shelf import AvailabilityOut, Shelf

SecondsToWait = Callable[[HTTPConnection], float | None]
"""How long whoever asks has to wait, having asked for too much; None: not at all."""

KEPT = "public, max-age=60"
METHODS = "GET, HEAD"

log = structlog.get_logger()
router = APIRouter(tags=["availability"])

Sku = Annotated[str, Path(description="The product's number. A slash in it may be written as it is, or as `%2F`.")]
Postcode = Annotated[
    str | None,
    Query(max_length=100, description="Where it would go: to some it takes longer. What is no postcode is ignored."),
]


@router.get(
    "/availability/{sku:path}",
    response_model=AvailabilityOut,
    responses={304: {"description": "As it was when you asked last."}, **described(404, 422, 429, 503)},
)
@router.head("/availability/{sku:path}", include_in_schema=False)
async def get_availability(request: Request, sku: Sku, postcode: Postcode = None) -> Response:
    """Return whether a product can be had, and when it would arrive if it were ordered now: behind everybody who
    has ordered it already."""
    seconds_to_wait: SecondsToWait = request.app.state.availability_seconds_to_wait
    if wait := seconds_to_wait(request):
        headers = {"retry-after": str(math.ceil(wait)), "cache-control": "no-store"}
        raise HTTPException(429, "That was a lot at once. Please try again in a moment.", headers)
    shelf: Shelf = request.app.state.shelf
    try:
        told = await shelf.tell(sku, postcode or "")
    except (DBAPIError, TimeoutError) as error:
        log.warning("availability.not_told", error=type(error).__name__)
        headers = {"retry-after": "5", "cache-control": "no-store"}
        raise HTTPException(503, "This could not be looked up just now. Please try again.", headers) from None
    if told is None:
        raise HTTPException(404, "There is no such product.", {"cache-control": "no-store"})
    headers = {"cache-control": KEPT, "etag": told.etag}
    if _is_known(told.etag, request.headers.getlist("if-none-match")):
        return Response(status_code=304, headers=headers)
    headers["content-length"] = str(len(told.body))
    body = b"" if request.method == "HEAD" else told.body
    return Response(body, headers=headers, media_type="application/json")


class OpenToAll:
    """Lets every page read what is public, in every answer there is; nobody is signed in here, so nothing is
    given away."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(AVAILABILITY):
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            headers = {"access-control-allow-methods": METHODS, "access-control-max-age": "86400", "allow": METHODS}
            await Response(status_code=204, headers=headers)(scope, receive, _readable_by_all(send))
        else:
            await self._app(scope, receive, _readable_by_all(send))


def _readable_by_all(send: Send) -> Send:
    async def send_readable(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["access-control-allow-origin"] = "*"
            headers["access-control-expose-headers"] = "etag, retry-after"
            headers["x-content-type-options"] = "nosniff"
        await send(message)

    return send_readable


def _is_known(etag: str, given: list[str]) -> bool:
    known = {part.strip().removeprefix("W/") for value in given for part in value.split(",")}
    return etag in known or "*" in known
