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
from meantime.conversations.inbox import Empty, UnknownConversation
from meantime.conversations.owner import AlreadyTaken, NotTaken
from meantime.conversations.snoozing import NotATime
from meantime.conversations.storage import StorageBusy
from meantime.conversations.tables import AGENT
from meantime.db import now
from meantime.desk import talk
from meantime.desk.access import AGENTS, Who, allowed
from meantime.desk.conversation_pages import BUSY, GONE, show
from meantime.desk.heading import Heading, heading_of
from meantime.desk.place import desk_of
from meantime.desk.sessions import SignedIn
from meantime.desk.snooze_times import chosen
from meantime.desk.tables import Staff
from meantime.shop.tables import Order

PATH = "/conversations/{conversation_id}"
NEEDS_WORDS = "Please say in a few words why it is closed."
NOT_A_TIME = "Please choose a time that is still to come, at most 60 days from now."
NO_COLLEAGUE = "Please choose who is to have it. They need an account that answers customers."
NO_ORDER = "The shop knows no order of this number. Please correct it, or leave it empty."

router = APIRouter()

type Text = Annotated[str, Form()]


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
async def hand_back(request: Request, who: Who, conversation_id: str, note: Text = "", order: Text = "") -> Response:
    """Give it back to the assistant, which goes on with the order."""
    return await _do(request, who, conversation_id, partial(_hand_back, name=who.name, note=note, order=order))


@router.post(f"{PATH}/transfer")
@allowed(AGENTS)
async def transfer(
    request: Request, who: Who, conversation_id: str, to: Text = "", note: Text = "", of: Text = ""
) -> Response:
    """Give it to a colleague."""
    return await _do(request, who, conversation_id, partial(_transfer, who=who, to=to, note=note, of=of))


@router.post(f"{PATH}/put-back")
@allowed(AGENTS)
async def put_back(request: Request, who: Who, conversation_id: str) -> Response:
    """Return it to the queue."""
    return await _do(request, who, conversation_id, partial(talk.put_back, name=who.name))


@router.post(f"{PATH}/snooze")
@allowed(AGENTS)
async def snooze(
    request: Request, who: Who, conversation_id: str, until: Text = "", at: Text = "", of: Text = ""
) -> Response:
    """Put it away for a while."""
    return await _do(request, who, conversation_id, partial(_snooze, who=who, until=until, at=at, of=of))


@router.post(f"{PATH}/bring-back")
@allowed(AGENTS)
async def bring_back(request: Request, who: Who, conversation_id: str) -> Response:
    """Have it among the others again before its time."""
    return await _do(request, who, conversation_id, partial(talk.unsnooze, name=who.name))


@router.post(f"{PATH}/close")
@allowed(AGENTS)
async def close(
    request: Request, who: Who, conversation_id: str, because: Text = "", words: Text = "", of: Text = ""
) -> Response:
    """End it, until the customer writes again."""
    return await _do(request, who, conversation_id, partial(_close, who=who, because=because, words=words, of=of))


def _hand_back(session: Session, conversation_id: str, name: str, note: str, order: str) -> None:
    number = order.strip().upper() or None
    if number is not None and session.get(Order, number) is None:
        raise Unfit(NO_ORDER)
    talk.hand_back(session, conversation_id, name, note, number)


def _transfer(session: Session, conversation_id: str, who: SignedIn, to: str, note: str, of: str) -> None:
    able = select(Staff.name).where(Staff.name == to, Staff.role.in_(AGENTS), Staff.disabled_at.is_(None))
    if session.scalar(able) is None:
        raise Unfit(NO_COLLEAGUE)
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


async def _do(request: Request, who: SignedIn, conversation_id: str, work: Callable[..., Any]) -> Response:
    """Do one thing, and show how the conversation stands after it; or say, in words, why it was not done."""
    desk = desk_of(request)
    by_script = bool(request.headers.get("hx-request"))
    try:
        await desk.storage.write(partial(work, conversation_id=conversation_id))
    except UnknownConversation:
        return desk.page(request, "conversation_fault.html", status=404, words=GONE)
    except (AlreadyTaken, NotTaken, Unfit, Empty, NotATime, StorageBusy) as error:
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
            return 409, f"{error.name} was faster and has this conversation now. Nothing was changed."
        case Unfit():
            return 422, str(error)
        case Empty():
            return 422, NEEDS_WORDS
        case NotATime():
            return 422, NOT_A_TIME
        case StorageBusy():
            return 503, BUSY
    return 409, await not_yours(request, who, conversation_id)


async def not_yours(request: Request, who: SignedIn, conversation_id: str) -> str:
    """Return, in words, whose conversation it is instead."""
    desk = desk_of(request)
    try:
        heading = await desk.storage.read(partial(heading_of, conversation_id=conversation_id, policy=desk.policy))
    except (UnknownConversation, StorageBusy):
        return BUSY
    return f"{_state(heading, who)} Nothing was changed."


def _state(heading: Heading, who: SignedIn) -> str:
    if heading.is_closed:
        return f"{heading.closed_by} has closed this conversation."
    if heading.owner == AGENT and heading.agent_name != who.name:
        return f"{heading.agent_name} has this conversation now."
    if heading.is_waiting:
        return "This conversation is back in the queue."
    if heading.is_with_bot:
        return "The assistant has this conversation now."
    return "This conversation has changed meanwhile."
