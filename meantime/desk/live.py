"""Live pages: a stream of server-sent events that lasts as long as the page is open and somebody is signed in."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import cast

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

MOST_OPEN = 40
"""Live pages of one account."""

type Events = AsyncGenerator[ServerSentEvent]


def stream(request: Request, who: SignedIn, events: Events) -> Response:
    """Return ``events`` as they come. Closing the page ends them. Of pages that are open without end the newest are
    not live: what happens is put together for each of them."""
    open_now = _open_by(request)
    if open_now[who.id] >= MOST_OPEN:
        return Response(status_code=429, headers=dict(HEADERS))
    # A proxy that gathers what it passes on would make a live page wait.
    return EventSourceResponse(
        _counted(events, open_now, who.id),
        headers={**HEADERS, "x-accel-buffering": "no"},
        ping=CHECKED_EVERY,
        send_timeout=20,
    )


async def _counted(events: Events, open_now: Counter[int], staff_id: int) -> Events:
    open_now[staff_id] += 1
    try:
        async for event in events:
            yield event
    finally:
        open_now[staff_id] -= 1
        await events.aclose()


def _open_by(request: Request) -> Counter[int]:
    """Return how many live pages each account has open at this gateway."""
    state = request.app.state
    if not hasattr(state, "desk_live"):
        state.desk_live = Counter()
    return cast(Counter[int], state.desk_live)


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
