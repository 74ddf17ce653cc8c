"""The panel beside a conversation: a fragment of its page, and the promises made from it."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from meantime.conversations.inbox import UnknownConversation
from meantime.conversations.storage import StorageBusy
from meantime.db import now
from meantime.desk import own_promises, panel, telling
from meantime.desk.access import AGENTS, Who, allowed
from meantime.desk.change_rights import why_not_in
from meantime.desk.changing_pages import CHANGED
from meantime.desk.faults import Number
from meantime.desk.own_promises import Wanted
from meantime.desk.place import desk_of
from meantime.desk.promise_board import NotYourPromise
from meantime.desk.sessions import SignedIn
from meantime.shop.own_promises import LONGEST_KEY, BadPromise, PromiseKind, PromiseSettled, Refusal, UnknownPromise

BUSY = "The desk is very busy just now. Please try again in a moment."
NO_CONVERSATION = "There is no such conversation any more."
NOT_YOURS = "That is a colleague's promise. They, who answers this customer, or a lead can settle it."
OTHER_TIME = "other"

_NOT_PROMISED = {
    Refusal.KIND: "Please choose whether you write or call.",
    Refusal.TOO_LONG: "That is too long. Please say in a few words what it is about.",
    Refusal.NOT_AHEAD: "Please choose a time that is still ahead.",
    Refusal.TOO_FAR: "That is more than 60 days away. Please choose a nearer day.",
    Refusal.NO_SUCH_ORDER: "There is no such order any more.",
}

router = APIRouter(prefix="/conversations/{conversation_id}")


@router.get("/panel")
@allowed(AGENTS)
async def show_panel(request: Request, who: Who, conversation_id: str) -> Response:
    desk = desk_of(request)

    async def show() -> Response:
        shown = await desk.storage.read(
            partial(panel.panel_of, who=who, conversation_id=conversation_id, policy=desk.policy)
        )
        if not shown.is_noted:
            await desk.storage.write(partial(panel.note_panel, who=who, conversation_id=conversation_id))
        return desk.page(request, "panel.html", panel=shown, tell=telling, conversation_id=conversation_id)

    return await _answered(request, show)


@router.get("/panel/find")
@allowed(AGENTS)
async def find(request: Request, who: Who, conversation_id: str, q: str = "") -> Response:
    """Find a customer or an order that this conversation is about, where nobody has proven anything."""
    desk = desk_of(request)

    async def show() -> Response:
        found = await desk.storage.write(partial(panel.find, who=who, text=q[:200]))
        return desk.page(request, "panel_found.html", found=found, q=q, tell=telling, conversation_id=conversation_id)

    return await _answered(request, show)


@router.get("/panel/order")
@allowed(AGENTS)
async def show_order(request: Request, who: Who, conversation_id: str, number: str = "") -> Response:
    """Show an order that was looked up, beside the conversation."""
    desk = desk_of(request)

    async def show() -> Response:
        seen = await desk.storage.write(partial(panel.look_at_order, who=who, number=number, policy=desk.policy))
        if seen is None:
            return _told(request, "There is no such order.", 404)
        return await _seen(request, who, conversation_id, "panel_seen.html", seen)

    return await _answered(request, show)


@router.get("/panel/customer")
@allowed(AGENTS)
async def show_customer(request: Request, who: Who, conversation_id: str, customer: str = "") -> Response:
    """Show the orders of a customer who was looked up, beside the conversation."""
    desk = desk_of(request)

    async def show() -> Response:
        look = partial(panel.look_at_customer, who=who, customer_id=customer, policy=desk.policy)
        seen = await desk.storage.write(look)
        if seen is None:
            return _told(request, "There is no such customer.", 404)
        return await _seen(request, who, conversation_id, "panel_seen_customer.html", seen)

    return await _answered(request, show)


@router.get("/promises/new")
@allowed(AGENTS)
async def ask_promise(request: Request, conversation_id: str, order: str = "") -> Response:
    return _promising(request, conversation_id, typed={"order": order})


@router.get("/promises/none")
@allowed(AGENTS)
async def no_promise(request: Request) -> Response:
    return _told(request, "", 200)


@router.get("/promises/staying")
@allowed(AGENTS)
async def staying(request: Request, who: Who, conversation_id: str) -> Response:
    """Say what is promised here, to whoever is about to give the conversation away or to close it."""

    async def show() -> Response:
        look = partial(own_promises.staying, who=who, conversation_id=conversation_id)
        told = await desk_of(request).storage.read(look)
        return desk_of(request).page(request, "promises_staying.html", told=told)

    return await _answered(request, show)


@router.post("/promises")
@allowed(AGENTS)
async def promise(
    request: Request,
    who: Who,
    conversation_id: str,
    kind: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = "",
    due: Annotated[str, Form()] = "",
    other: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
    order: Annotated[str, Form()] = "",
) -> Response:
    """Make a promise of one's own, and offer the sentence that tells the customer."""
    typed = {"kind": kind, "what": what, "due": due, "other": other, "order": order}
    refuse = partial(_promising, request, conversation_id, typed=typed)
    due_at = own_promises.moment_typed(other if due == OTHER_TIME else due)
    if due_at is None:
        return refuse(fault="Please choose a day and a time.")
    if not 0 < len(key) <= LONGEST_KEY:
        return refuse(fault="This form is not complete. Please try again.")
    wanted = Wanted(kind, what, due_at, key, order or None)
    make = partial(own_promises.promise, who=who, conversation_id=conversation_id, wanted=wanted)
    try:
        made = await desk_of(request).storage.write(make)
    except BadPromise as bad:
        return refuse(fault=_NOT_PROMISED[bad.why])
    except UnknownConversation:
        return _told(request, NO_CONVERSATION, 404)
    except StorageBusy:
        return refuse(fault=BUSY, status=503)
    desk = desk_of(request)
    shown = desk.page(request, "panel_promised.html", made=made, sentence=own_promises.sentence(made), tell=telling)
    return _changed(shown)


@router.post("/promises/{promise_id}/kept")
@allowed(AGENTS)
async def keep(request: Request, who: Who, conversation_id: str, promise_id: Number) -> Response:
    change = partial(own_promises.keep, who=who, conversation_id=conversation_id, promise_id=promise_id)
    return await _settled(request, change, "The promise is marked as kept.")


@router.post("/promises/{promise_id}/withdrawn")
@allowed(AGENTS)
async def withdraw(request: Request, who: Who, conversation_id: str, promise_id: Number) -> Response:
    change = partial(own_promises.withdraw, who=who, conversation_id=conversation_id, promise_id=promise_id)
    return await _settled(request, change, "The promise is withdrawn. If the customer knows of it, please tell them.")


async def _settled(request: Request, change: Callable[[Session], None], words: str) -> Response:
    try:
        await desk_of(request).storage.write(change)
    except UnknownPromise:
        return _told(request, "There is no such promise here.", 404)
    except NotYourPromise:
        return _changed(_told(request, NOT_YOURS, 409))
    except PromiseSettled:
        return _changed(_told(request, "Somebody else has settled this promise already.", 409))
    except StorageBusy:
        return _told(request, BUSY, 503)
    return _changed(_told(request, words, 200))


def _promising(
    request: Request, conversation_id: str, *, typed: dict[str, str], fault: str = "", status: int = 0
) -> Response:
    """Show the form for a promise; its key is that of this promise."""
    return desk_of(request).page(
        request,
        "panel_promise.html",
        status=status or (422 if fault else 200),
        conversation_id=conversation_id,
        presets=own_promises.presets(now()),
        key=uuid.uuid4().hex,
        fault=fault,
        typed={"kind": PromiseKind.WRITE.value, "what": "", "due": "", "other": "", "order": "", **typed},
    )


async def _seen(
    request: Request, who: SignedIn, conversation_id: str, template: str, seen: panel.SeenOrder | panel.SeenCustomer
) -> Response:
    desk = desk_of(request)
    why_not = await desk.storage.read(partial(why_not_in, conversation_id=conversation_id, who=who))
    return desk.page(
        request, template, seen=seen, tell=telling, conversation_id=conversation_id, why_not_change=why_not
    )


def _changed(answer: Response) -> Response:
    answer.headers["hx-trigger-after-settle"] = CHANGED
    return answer


async def _answered(request: Request, show: Callable[[], Awaitable[Response]]) -> Response:
    try:
        return await show()
    except UnknownConversation:
        return _told(request, NO_CONVERSATION, 404)
    except StorageBusy:
        return _told(request, BUSY, 503)


def _told(request: Request, words: str, status: int) -> Response:
    return desk_of(request).page(request, "panel_told.html", status=status, words=words)
