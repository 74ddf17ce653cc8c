"""Live pages: a stream of server-sent events that lasts as long as the page is open and somebody is signed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from fastapi import Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from meantime.conversations.storage import StorageBusy
from meantime.desk.access import signed_in
from meantime.desk.place import HEADERS, Desk
from meantime.desk.sessions import SignedIn

CHECKED_EVERY = 15.0
"""So often a stream finds out that its session has ended; also how often a quiet stream is heard of."""
SETTLES = 0.15
"""What changes within so many seconds is shown at once: a turn of the bot changes a conversation several times."""

type Events = AsyncIterator[ServerSentEvent]


def stream(events: Events) -> Response:
    """Return ``events`` as they come. Closing the page ends them."""
    # A proxy that gathers what it passes on would make a live page wait.
    return EventSourceResponse(
        events, headers={**HEADERS, "x-accel-buffering": "no"}, ping=CHECKED_EVERY, send_timeout=20
    )


async def whenever(
    request: Request, desk: Desk, who: SignedIn, woken: asyncio.Event, settles: float = SETTLES
) -> AsyncIterator[None]:
    """Yield at once, then whenever ``woken`` is set, and once in a while anyway; end when the sign-in has ended."""
    while True:
        woken.clear()
        yield
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), CHECKED_EVERY)
            await asyncio.sleep(settles)
        with suppress(StorageBusy):
            now_in = await signed_in(request, desk)
            if now_in is None or now_in.role != who.role:
                return


def event(name: str, html: str) -> ServerSentEvent:
    """Return a part of a page under the name it is swapped in by."""
    return ServerSentEvent(html, event=name)
