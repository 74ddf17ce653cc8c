"""The page of promises of one's own, and the number of those that press, beside its name in the bar."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from meantime.desk.access import AGENTS, Who, allowed
from meantime.desk.faults import Number
from meantime.desk.place import desk_of
from meantime.desk.promise_board import NotYourPromise, board, how_many_press, settle
from meantime.desk.seen import note_look
from meantime.desk.sessions import SignedIn
from meantime.shop.own_promises import PromiseSettled, UnknownPromise

PROMISES = "/desk/promises"
DONE = {
    "kept": "Noted as kept.",
    "withdrawn": "The promise is withdrawn. If the customer still counts on it, tell them.",
    "settled": "That promise was settled before, so nothing was changed.",
    "not-yours": "That is a colleague's promise. They or a lead can settle it.",
}

router = APIRouter()


@router.get("/promises")
@allowed(AGENTS)
async def promises(request: Request, who: Who, done: str = "") -> Response:
    desk = desk_of(request)
    found = await desk.storage.read(partial(board, who=who))
    if found.missed or found.others:  # what others have promised may name their customers
        await desk.storage.write(partial(note_look, who=who, subject="promises"))
    return desk.page(request, "promises.html", board=found, done=DONE.get(done, ""))


@router.get("/promises/badge")
@allowed(AGENTS)
async def badge(request: Request, who: Who) -> Response:
    desk = desk_of(request)
    count = await desk.storage.read(partial(how_many_press, who=who, policy=desk.policy))
    return desk.page(request, "promises_badge.html", count=count)


@router.post("/promises/{promise_id:int}/kept")
@allowed(AGENTS)
async def kept(request: Request, who: Who, promise_id: Number) -> Response:
    return await _settle(request, who, promise_id, is_kept=True)


@router.post("/promises/{promise_id:int}/withdraw")
@allowed(AGENTS)
async def withdraw(request: Request, who: Who, promise_id: Number) -> Response:
    return await _settle(request, who, promise_id, is_kept=False)


async def _settle(request: Request, who: SignedIn, promise_id: int, *, is_kept: bool) -> Response:
    done = "kept" if is_kept else "withdrawn"
    try:
        await desk_of(request).storage.write(partial(settle, who=who, promise_id=promise_id, is_kept=is_kept))
    except NotYourPromise:
        done = "not-yours"
    except (PromiseSettled, UnknownPromise):
        done = "settled"
    return RedirectResponse(f"{PROMISES}?done={done}", 303)
