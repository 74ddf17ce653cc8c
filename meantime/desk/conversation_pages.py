"""The page of one conversation: what was said, who answers, and all of it live.

The live connection sends whole parts of the page, each only when it has changed. Whatever was missed while it was
gone is in the next part that comes, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from meantime.conversations.inbox import UnknownConversation
from meantime.conversations.storage import StorageBusy
from meantime.conversations.tables import AGENT, BOT, CUSTOMER, Conversation, new_id
from meantime.conversations.wake import Listener
from meantime.db import now
from meantime.desk import presence
from meantime.desk.access import AGENTS, Who, allowed
from meantime.desk.faults import Number
from meantime.desk.heading import Heading, colleagues, heading_of
from meantime.desk.live import Events, event, stream, whenever
from meantime.desk.place import Desk, desk_of
from meantime.desk.reasons import CLOSED
from meantime.desk.seen import note_part
from meantime.desk.sessions import SignedIn
from meantime.desk.snooze_times import presets
from meantime.desk.suggestions import Suggestion, fingerprint, suggestions_for
from meantime.desk.transcript import A_PAGE, Page, page_after, page_before
from meantime.shop.policy import Policy
from meantime.shop.staff_audit import staff_view

BUSY = "The desk is very busy just now. Nothing was changed. Please try again in a moment."
GONE = "There is no such conversation, or it has been erased."
NOTED_EVERY = 10.0
"""Seconds in which a page that is open is noted once, however much happens in it: each time waits for the database."""
WRITES_FOR = 5.0
"""Seconds after which somebody who is not heard of writes no more."""
HEARD = (CUSTOMER, BOT, AGENT, presence.NOTING, presence.LOOKING)

router = APIRouter()
_asides: set[asyncio.Task[None]] = set()
"""What is still done after a live connection has ended."""


@router.get("/conversations/{conversation_id}")
@allowed(AGENTS)
async def conversation(request: Request, who: Who, conversation_id: str) -> Response:
    """Show the conversation. Whoever sees a customer's words is named in the audit."""
    return await show(request, desk_of(request), who, conversation_id)


async def show(
    request: Request, desk: Desk, who: SignedIn, conversation_id: str, *, status: int = 200, **told: Any
) -> Response:
    """Return the whole page; ``told`` is what a form that was sent without the page's script is answered."""
    try:
        await desk.storage.write(partial(_note_view, who=who, conversation_id=conversation_id))
        read = await desk.storage.read(
            partial(_read_all, conversation_id=conversation_id, name=who.name, policy=desk.policy)
        )
    except UnknownConversation:
        return desk.page(request, "refused.html", status=404, title="Not found", words=GONE)
    except StorageBusy:
        return desk.page(request, "refused.html", status=503, title="One moment", words=BUSY)
    heading, page, others = read
    shown = {
        "heading": heading,
        "page": page,
        "after": (page.before or 1) - 1,
        "colleagues": others,
        "presets": presets(now()),
        "reasons": CLOSED,
        "client_id": new_id(),
        "looking": [],
        "writing": "",
        "text": "",
        "mode": "reply",
        "verdict": None,
    }
    return desk.page(request, "conversation.html", status=status, **{**shown, **told})


@router.get("/conversations/{conversation_id}/older")
@allowed(AGENTS)
async def older(request: Request, who: Who, conversation_id: str, before: Number) -> Response:
    """Return the messages just before one."""
    desk = desk_of(request)
    try:
        page = await desk.storage.read(partial(page_before, conversation_id=conversation_id, seq=before))
        await note_part(desk, who, conversation_id)
    except UnknownConversation:
        return desk.page(request, "conversation_fault.html", status=404, words=GONE)
    except StorageBusy:
        return desk.page(request, "conversation_fault.html", status=503, words=BUSY)
    return desk.page(request, "conversation_older.html", page=page, conversation_id=conversation_id)


@router.get("/conversations/{conversation_id}/suggestions")
@allowed(AGENTS)
async def suggestions(request: Request, who: Who, conversation_id: str) -> Response:
    """Return replies made from the shop's facts, to be put into the text."""
    desk = desk_of(request)
    try:
        found = await desk.storage.read(partial(_suggest, conversation_id=conversation_id, policy=desk.policy))
        await note_part(desk, who, conversation_id)
    except (UnknownConversation, StorageBusy):
        found = []
    return desk.page(request, "conversation_suggestions.html", suggestions=found)


@router.get("/conversations/{conversation_id}/snooze-times")
@allowed(AGENTS)
async def snooze_times(request: Request, conversation_id: str) -> Response:
    """Return the usual times as they are now: a page may have been open for long."""
    return desk_of(request).page(request, "conversation_snooze_times.html", presets=presets(now()))


@router.get("/conversations/{conversation_id}/live")
@allowed(AGENTS)
async def live(request: Request, who: Who, conversation_id: str, after: Number = 0) -> Response:
    """Keep the page up to date: everything after the message ``after``, who answers, who looks on and who writes."""
    return stream(request, who, _events(request, desk_of(request), who, conversation_id, after))


@dataclass(slots=True)
class _Shown:
    """What one open page shows by now."""

    parts: dict[str, str] = field(default_factory=dict)
    noted_until: float = 0
    writing: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Author → name, and until when they count as writing."""

    def differs(self, name: str, html: str) -> bool:
        if self.parts.get(name) == html:
            return False
        self.parts[name] = html
        return True


async def _events(request: Request, desk: Desk, who: SignedIn, conversation_id: str, after: int) -> Events:
    viewer, shown, loop = new_id(), _Shown(), asyncio.get_running_loop()
    with desk.hub.listening(conversation_id, HEARD, is_staff=True) as listener:
        try:
            listener.is_stale = True
            async for _ in whenever(request, desk, who, listener.woken):
                _hear(listener, shown, who, loop)
                # Whoever only writes has changed nothing: then there is nothing to read.
                only_typing = not listener.is_stale and "log" in shown.parts and bool(shown.writing)
                parts: dict[str, str] = {}
                try:
                    if not only_typing:
                        listener.is_stale = False
                        if "log" not in shown.parts:
                            await note_part(desk, who, conversation_id)
                        parts = await _parts(desk, who, conversation_id, after, viewer, listener, shown)
                        _say_that_somebody_looks(desk, shown, conversation_id, viewer)
                except StorageBusy:
                    listener.is_stale = True
                    loop.call_later(1.0, listener.woken.set)
                    continue
                except UnknownConversation:
                    return
                parts["typing"] = _typing(desk, who, shown, loop.time())
                for name, html in parts.items():
                    if shown.differs(name, html):
                        yield event(name, html)
        finally:
            aside = loop.create_task(_leave(desk, conversation_id, viewer))
            _asides.add(aside)
            aside.add_done_callback(_asides.discard)


async def _parts(
    desk: Desk, who: SignedIn, conversation_id: str, after: int, viewer: str, listener: Listener, shown: _Shown
) -> dict[str, str]:
    """Return what the page shows now, part by part."""
    if shown.noted_until <= (at := asyncio.get_running_loop().time()):
        look = partial(presence.look, viewer_id=viewer, conversation_id=conversation_id, name=who.name)
        await desk.storage.write(look, within=1)
        shown.noted_until = at + NOTED_EVERY
    heading, page, others, order = await desk.storage.read(
        partial(_read_live, conversation_id=conversation_id, name=who.name, after=after, policy=desk.policy)
    )
    listener.revision = page.revision
    show: Callable[..., str] = partial(desk.part, who=who, heading=heading)
    return {
        "log": show("conversation_log.html", page=page),
        "head": show("conversation_head.html"),
        "summary": show("conversation_summary.html"),
        "may": show("conversation_may.html"),
        "presence": show("conversation_presence.html", looking=others),
        "order": order,
    }


def _hear(listener: Listener, shown: _Shown, who: SignedIn, loop: asyncio.AbstractEventLoop) -> None:
    """Take in who writes. Somebody who comes or goes is found in the database."""
    while listener.typing:
        author, name = listener.typing.popitem()
        if author == presence.LOOKING:
            listener.is_stale = True
        elif not (author in (AGENT, presence.NOTING) and name == who.name):
            shown.writing[author] = name, loop.time() + WRITES_FOR
            loop.call_later(WRITES_FOR + 0.1, listener.woken.set)


def _typing(desk: Desk, who: SignedIn, shown: _Shown, at: float) -> str:
    shown.writing = {author: (name, until) for author, (name, until) in shown.writing.items() if until > at}
    return desk.part("conversation_typing.html", who, writing={a: name for a, (name, _) in shown.writing.items()})


def _say_that_somebody_looks(desk: Desk, shown: _Shown, conversation_id: str, viewer: str) -> None:
    """Tell the other pages, once, that this one is open."""
    if "log" not in shown.parts:
        desk.hub.types(conversation_id, presence.LOOKING, viewer)


async def _leave(desk: Desk, conversation_id: str, viewer: str) -> None:
    try:
        await desk.storage.write(partial(presence.look_away, viewer_id=viewer), within=2)
    except StorageBusy:
        return  # it is forgotten by itself
    desk.hub.types(conversation_id, presence.LOOKING, f"-{viewer}")


def _note_view(session: Session, who: SignedIn, conversation_id: str) -> None:
    if session.get(Conversation, conversation_id) is None:
        raise UnknownConversation(conversation_id)
    staff_view(session, who.name, f"conversation:{conversation_id}")


def _read_all(session: Session, conversation_id: str, name: str, policy: Policy) -> tuple[Heading, Page, list[str]]:
    heading = heading_of(session, conversation_id, policy)
    page = page_after(session, conversation_id, heading.last_seq - A_PAGE)
    return heading, page, colleagues(session, name)


def _read_live(
    session: Session, conversation_id: str, name: str, after: int, policy: Policy
) -> tuple[Heading, Page, list[str], str]:
    page = page_after(session, conversation_id, after)
    heading = heading_of(session, conversation_id, policy)
    order = fingerprint(suggestions_for(session, heading.order, heading.channel, policy))
    return heading, page, presence.others_looking(session, conversation_id, name), order


def _suggest(session: Session, conversation_id: str, policy: Policy) -> list[Suggestion]:
    heading = heading_of(session, conversation_id, policy)
    return suggestions_for(session, heading.order, heading.channel, policy)
