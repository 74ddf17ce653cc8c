"""The two steps of a change at the desk, inside the order it is about: what would happen, and yes or no.

The parts that are swapped in belong to one order; when something has changed the rest of the page hears of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from meantime.conversations.inbox import UnknownConversation
from meantime.conversations.storage import StorageBusy
from meantime.desk import changing, telling
from meantime.desk.access import AGENTS, Who, allowed
from meantime.desk.change_rights import NotYourConversation
from meantime.desk.changing import At, UnknownOrder
from meantime.desk.faults import Number
from meantime.desk.place import desk_of
from meantime.desk.sessions import SignedIn
from meantime.shop.acting import NotYours
from meantime.shop.cancellations import NothingToCancel
from meantime.shop.proposals import ChangedMeanwhile, ProposalGone
from meantime.shop.reservations import SoldOutMeanwhile
from meantime.shop.staff_changes import LONGEST_KEY
from meantime.shop.substitutes import NotSwappable
from meantime.wording.desk_changes import why_stuck

CHANGED = "changed"
"""The event by which a page hears that an order is another now."""
BUSY = "The desk is very busy just now. Nothing was changed. Please try again in a moment."
GONE = "This list was used already, or is too old. Nothing was changed now."
MOVED = "The order has changed since this was listed, so nothing was {}. This is what it would be now."
SOLD_OUT = "Somebody else has just got the last one, so nothing was swapped."
NO_ORDER = "There is no such order any more."
NO_KEY = "This form is not complete. Please begin again."

router = APIRouter(prefix="/changing")


def at(order: str = "", conversation: str = "") -> At:
    return At(order, conversation or None)


def at_in_form(order: Annotated[str, Form()] = "", conversation: Annotated[str, Form()] = "") -> At:
    return at(order, conversation)


AtQuery = Annotated[At, Depends(at)]
AtForm = Annotated[At, Depends(at_in_form)]


@router.get("/cancel")
@allowed(AGENTS)
async def choose_lines(request: Request, who: Who, at: AtQuery, line: Number | None = None) -> Response:
    """Ask which lines, and how many units of each."""

    async def show() -> Response:
        asked = await _write(request, partial(changing.ask, who=who, at=at))
        return _part(request, at, "changing_cancel.html", asked=asked, chosen=line)

    return await _answered(request, at, show)


@router.post("/cancel/list")
@allowed(AGENTS)
async def list_cancel(request: Request, who: Who, at: AtForm) -> Response:
    wanted = _wanted((await request.form()).multi_items())
    return await _answered(request, at, partial(_list_cancel, request, who, at, wanted))


@router.post("/cancel")
@allowed(AGENTS)
async def cancel(
    request: Request,
    who: Who,
    at: AtForm,
    proposal: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
    listed: Annotated[str, Form()] = "",
) -> Response:
    async def do() -> Response:
        return await _do(request, at, partial(changing.cancel, who=who, at=at, proposal_id=proposal, key=key))

    if not 0 < len(key) <= LONGEST_KEY:
        return _told(request, at, NO_KEY, 422)
    try:
        return await _answered(request, at, do)
    except ChangedMeanwhile:
        wanted = _wanted([("line", part) for part in listed.split(",")])
        again = partial(_list_cancel, request, who, at, wanted, MOVED.format("cancelled"))
        return await _answered(request, at, again)


@router.get("/swap")
@allowed(AGENTS)
async def choose_item(
    request: Request, who: Who, at: AtQuery, line: Number = 0, units: Number | None = None, q: str = ""
) -> Response:
    """Show what can be sent instead."""
    return await _answered(request, at, partial(_choices, request, who, at, line, units, q))


@router.post("/swap/list")
@allowed(AGENTS)
async def list_swap(
    request: Request,
    who: Who,
    at: AtForm,
    line: Annotated[Number, Form()] = 0,
    sku: Annotated[str, Form()] = "",
    units: Annotated[Number | None, Form()] = None,
) -> Response:
    return await _answered(request, at, partial(_list_swap, request, who, at, line, sku, units))


@router.post("/swap")
@allowed(AGENTS)
async def swap(
    request: Request,
    who: Who,
    at: AtForm,
    proposal: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
    line: Annotated[Number, Form()] = 0,
    sku: Annotated[str, Form()] = "",
    units: Annotated[Number | None, Form()] = None,
) -> Response:
    async def do() -> Response:
        return await _do(request, at, partial(changing.exchange, who=who, at=at, proposal_id=proposal, key=key))

    if not 0 < len(key) <= LONGEST_KEY:
        return _told(request, at, NO_KEY, 422)
    try:
        return await _answered(request, at, do)
    except ChangedMeanwhile:
        again = partial(_list_swap, request, who, at, line, sku, units, MOVED.format("swapped"))
    except SoldOutMeanwhile:
        again = partial(_choices, request, who, at, line, units, "", SOLD_OUT)
    return await _answered(request, at, again)


@router.post("/leave")
@allowed(AGENTS)
async def leave(request: Request, who: Who, at: AtForm, proposal: Annotated[str, Form()] = "") -> Response:
    """Change nothing after all: what was kept back becomes free."""

    async def do() -> Response:
        if proposal:
            await desk_of(request).storage.write(partial(changing.leave, who=who, proposal_id=proposal))
        return _told(request, at, "", 200)

    return await _answered(request, at, do)


async def _list_cancel(
    request: Request, who: SignedIn, at: At, wanted: Mapping[int, int | None], warning: str = ""
) -> Response:
    try:
        listed = await _write(request, partial(changing.list_cancellation, who=who, at=at, wanted=wanted))
    except NothingToCancel:
        asked = await _write(request, partial(changing.ask, who=who, at=at))
        why = why_stuck([line for line in asked.lines if line.line in wanted])
        words = f"Nothing was cancelled: {why}" if wanted else "Please choose at least one item."
        return _part(request, at, "changing_cancel.html", 422, asked=asked, chosen=None, warning=words)
    again = ",".join(f"{line.line}:{line.quantity}" for line in listed.cancellation.lines)
    return _part(request, at, "changing_cancel_list.html", listed=listed, warning=warning, again=again)


async def _choices(
    request: Request, who: SignedIn, at: At, line: int, units: int | None, q: str, warning: str = ""
) -> Response:
    search = partial(changing.instead_of, who=who, at=at, line=line, units=units, words=q[:200])
    try:
        found = await _write(request, search)
    except NotSwappable:
        return await _not_swappable(request, who, at, line)
    return _part(request, at, "changing_swap.html", found=found, q=q, warning=warning)


async def _list_swap(
    request: Request, who: SignedIn, at: At, line: int, sku: str, units: int | None, warning: str = ""
) -> Response:
    propose = partial(changing.list_exchange, who=who, at=at, line=line, sku=sku, units=units)
    try:
        listed = await _write(request, propose)
    except NotSwappable:
        return await _not_swappable(request, who, at, line)
    except SoldOutMeanwhile:
        return await _choices(request, who, at, line, units, "", SOLD_OUT)
    return _part(request, at, "changing_swap_list.html", listed=listed, warning=warning)


async def _not_swappable(request: Request, who: SignedIn, at: At, line: int) -> Response:
    asked = await _write(request, partial(changing.ask, who=who, at=at))
    why = why_stuck([each for each in asked.lines if each.line == line])
    return _told(request, at, f"Nothing was swapped: {why}", 422)


async def _do(request: Request, at: At, change: Callable[..., changing.Done]) -> Response:
    done = await _write(request, change)
    answer = _part(request, replace(at, number=done.at.number), "changing_done.html", done=done)
    answer.headers["hx-trigger-after-settle"] = CHANGED
    return answer


async def _answered(request: Request, at: At, show: Callable[[], Awaitable[Response]]) -> Response:
    """Return what ``show`` does, or why it cannot be, in words."""
    try:
        return await show()
    except (UnknownOrder, NotYours):
        return _told(request, at, NO_ORDER, 404)
    except UnknownConversation:
        return _told(request, at, "There is no such conversation any more.", 404)
    except NotYourConversation as error:
        return _told(request, at, str(error), 409)
    except ProposalGone:
        return _told(request, at, GONE, 409)
    except StorageBusy:
        return _told(request, at, BUSY, 503)


async def _write[Result](request: Request, work: Callable[..., Result]) -> Result:
    desk = desk_of(request)

    def with_policy(session: Session) -> Result:
        return work(session, policy=desk.policy)

    return await desk.storage.write(with_policy)


def _told(request: Request, at: At, words: str, status: int) -> Response:
    return _part(request, at, "changing_told.html", status, words=words)


def _part(request: Request, at: At, template: str, status: int = 200, **shown: Any) -> Response:
    around = {"at": at, "tell": telling, "key": uuid.uuid4().hex, "warning": ""}
    return desk_of(request).page(request, template, status=status, **{**around, **shown})


def _wanted(items: list[tuple[str, Any]]) -> dict[int, int | None]:
    """Return the lines of a form, each with its units: ``line=2`` and perhaps ``units-2=1``, or ``line=2:1``."""
    units = {name: _number(value) for name, value in items if name.startswith("units-")}
    wanted: dict[int, int | None] = {}
    for name, value in items:
        number, _, count = str(value).partition(":")
        if name == "line" and (line := _number(number)) is not None:
            wanted[line] = _number(count) or units.get(f"units-{line}")
    return wanted


def _number(text: Any) -> int | None:
    """Return a count or a number of a line; None where it is none."""
    text = str(text)
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) else None
