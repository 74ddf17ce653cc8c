"""Who has a conversation, for how long it is put away, and its end: one click each.

Whoever comes too late hears who was faster. The page stays as it is and nothing that was typed is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.closing import Because
from meantime.conversations.inbox import Empty, UnknownConversation, lock_conversation
from meantime.conversations.owner import AlreadyTaken, NotTaken
from meantime.conversations.snoozing import NotATime
from meantime.conversations.storage import StorageBusy
from meantime.conversations.tables import AGENT, CUSTOMER, Message
from meantime.db import now
from meantime.desk import talk
from meantime.desk.access import AGENTS, NotSignedIn, Who, allowed
from meantime.desk.accounts import NotAtWork, require_at_work
from meantime.desk.conversation_pages import BUSY, GONE, show
from meantime.desk.heading import Heading, heading_of
from meantime.desk.place import desk_of
from meantime.desk.sessions import SignedIn
from meantime.desk.snooze_times import chosen
from meantime.shop.tables import Order

PATH = "/conversations/{conversation_id}"
NEEDS_WORDS = "Please say in a few words why it is closed."
NOT_A_TIME = "Please choose a time that is still to come, at most 60 days from now."
NO_COLLEAGUE = "Please choose who is to have it. They need an account that answers customers."
HAS_WRITTEN = "The customer has just written more. Please read it first; nothing was changed."
NO_ORDER = "The shop knows no order of this number. Please correct it, or leave it empty."

router = APIRouter()

type Text = Annotated[str, Form()]


class HasWritten(Exception):
    """The customer has said more than whoever pressed the button had seen."""


class Unfit(Exception):
    """What was filled in cannot be used; the message says why, in words for who filled it in."""


@router.post(f"{PATH}/take-over")
@allowed(AGENTS)
async def take_over(request: Request, who: Who, conversation_id: str, of: Text = "") -> Response:
    """Take the conversation. A lead may take it from ``of``, who has it as they see it."""
    if of and who.is_lead and of != who.name:
        work = partial(talk.transfer, from_name=of, to_name=who.name, by=who.name)
    else:
        work = partial(talk.take_over, name=who.name)
    return await _do(request, who, conversation_id, work)


@router.post(f"{PATH}/hand-back")
@allowed(AGENTS)
async def hand_back(
    request: Request, who: Who, conversation_id: str, note: Text = "", order: Text = "", seen: Text = ""
) -> Response:
    """Give it back to the assistant, which goes on with the order."""
    work = partial(_hand_back, name=who.name, note=note, order=order)
    return await _do(request, who, conversation_id, work, seen=seen)


@router.post(f"{PATH}/transfer")
@allowed(AGENTS)
async def transfer(
    request: Request, who: Who, conversation_id: str, to: Text = "", note: Text = "", of: Text = ""
) -> Response:
    """Give it to a colleague."""
    work = partial(_transfer, who=who, to=to, note=note, of=of)
    return await _do(request, who, conversation_id, work)


@router.post(f"{PATH}/put-back")
@allowed(AGENTS)
async def put_back(request: Request, who: Who, conversation_id: str) -> Response:
    """Return it to the queue."""
    return await _do(request, who, conversation_id, partial(talk.put_back, name=who.name))


@router.post(f"{PATH}/snooze")
@allowed(AGENTS)
async def snooze(
    request: Request, who: Who, conversation_id: str, until: Text = "", at: Text = "", of: Text = "", seen: Text = ""
) -> Response:
    """Put it away for a while."""
    work = partial(_snooze, who=who, until=until, at=at, of=of)
    return await _do(request, who, conversation_id, work, seen=seen)


@router.post(f"{PATH}/bring-back")
@allowed(AGENTS)
async def bring_back(request: Request, who: Who, conversation_id: str) -> Response:
    """Have it among the others again before its time."""
    return await _do(request, who, conversation_id, partial(talk.unsnooze, name=who.name))


@router.post(f"{PATH}/close")
@allowed(AGENTS)
async def close(
    request: Request,
    who: Who,
    conversation_id: str,
    because: Text = "",
    words: Text = "",
    of: Text = "",
    seen: Text = "",
) -> Response:
    """End it, until the customer writes again."""
    work = partial(_close, who=who, because=because, words=words, of=of)
    return await _do(request, who, conversation_id, work, seen=seen)


def _hand_back(session: Session, conversation_id: str, name: str, note: str, order: str) -> None:
    number = order.strip().upper() or None
    if number is not None and session.get(Order, number) is None:
        raise Unfit(NO_ORDER)
    talk.hand_back(session, conversation_id, name, note, number)


def _transfer(session: Session, conversation_id: str, who: SignedIn, to: str, note: str, of: str) -> None:
    try:
        require_at_work(session, to)
    except NotAtWork:
        raise Unfit(NO_COLLEAGUE) from None
    talk.transfer(session, conversation_id, (of if who.is_lead else "") or who.name, to, note, who.name)


def _snooze(session: Session, conversation_id: str, who: SignedIn, until: str, at: str, of: str) -> None:
    talk.snooze(session, conversation_id, who.name, chosen(until, at, now()), _for(who, of))


def _close(session: Session, conversation_id: str, who: SignedIn, because: str, words: str, of: str) -> None:
    if because not in set(Because):
        raise Unfit("Please choose why it is closed.")
    talk.close(session, conversation_id, who.name, Because(because), words, _for(who, of))


def _for(who: SignedIn, of: str) -> str | None:
    """Return for whom a lead acts: nobody else may act for another one."""
    return of if of and who.is_lead else None


def _at_work(session: Session, conversation_id: str, who: SignedIn, seen: str, work: Callable[..., Any]) -> None:
    """Do it, unless the account was disabled on the way here, or the customer has said more than was ``seen``: what
    ends somebody's turn to answer would have nobody read it."""
    require_at_work(session, who.name)
    if seen.isascii() and seen.isdigit() and len(seen) < 10:
        lock_conversation(session, conversation_id)
        newer = select(Message.id).where(
            Message.conversation_id == conversation_id, Message.author == CUSTOMER, Message.seq > int(seen)
        )
        if session.scalar(newer.limit(1)) is not None:
            raise HasWritten(conversation_id)
    work(session, conversation_id=conversation_id)


async def _do(
    request: Request, who: SignedIn, conversation_id: str, work: Callable[..., Any], *, seen: str = ""
) -> Response:
    """Do one thing, and show how the conversation stands after it; or say, in words, why it was not done. ``seen`` is
    the newest message that was on the page."""
    desk = desk_of(request)
    by_script = bool(request.headers.get("hx-request"))
    try:
        await desk.storage.write(partial(_at_work, conversation_id=conversation_id, who=who, seen=seen, work=work))
    except NotAtWork:
        raise NotSignedIn from None
    except UnknownConversation:
        return desk.page(request, "conversation_fault.html", status=404, words=GONE)
    except (AlreadyTaken, NotTaken, HasWritten, Unfit, Empty, NotATime, StorageBusy) as error:
        status, words = await _why_not(request, who, conversation_id, error)
        if by_script:
            return desk.page(request, "conversation_fault.html", status=status, words=words)
        return await show(request, desk, who, conversation_id, status=status, verdict={"words": words})
    if not by_script:
        return RedirectResponse(f"/desk/conversations/{conversation_id}", 303)
    try:
        heading = await desk.storage.read(partial(heading_of, conversation_id=conversation_id, policy=desk.policy))
    except (UnknownConversation, StorageBusy):
        return Response(status_code=204)  # it is done, and the live connection will show it
    return desk.page(request, "conversation_head.html", heading=heading)


async def _why_not(request: Request, who: SignedIn, conversation_id: str, error: Exception) -> tuple[int, str]:
    match error:
        case AlreadyTaken():
            return (
                409,
                f"{error.name} has this conversation already. {_passed_on_by(error.name, who)}Nothing was changed.",
            )
        case HasWritten():
            return 409, HAS_WRITTEN
        case Unfit():
            return 422, str(error)
        case Empty():
            return 422, NEEDS_WORDS
        case NotATime():
            return 422, NOT_A_TIME
        case StorageBusy():
            return 503, BUSY
    return 409, await not_yours(request, who, conversation_id)


def _passed_on_by(name: str, who: SignedIn) -> str:
    """Return who can pass on what ``name`` has, where that is not ``who``."""
    return "" if who.is_lead else f"Only {name} or a lead can pass it on. "


async def not_yours(request: Request, who: SignedIn, conversation_id: str) -> str:
    """Return, in words, whose conversation it is instead."""
    desk = desk_of(request)
    try:
        heading = await desk.storage.read(partial(heading_of, conversation_id=conversation_id, policy=desk.policy))
    except (UnknownConversation, StorageBusy):
        return BUSY
    return f"{_state(heading, who)} Nothing was changed."


def _state(heading: Heading, who: SignedIn) -> str:
    if heading.is_erased:
        return heading.closed_because
    if heading.is_closed:
        return f"{heading.closed_by} has closed this conversation."
    if heading.owner == AGENT and heading.agent_name != who.name:
        return f"{heading.agent_name} has this conversation now."
    if heading.is_waiting:
        return "This conversation is back in the queue."
    if heading.is_with_bot:
        return "The assistant has this conversation now."
    return "This conversation has changed meanwhile."
