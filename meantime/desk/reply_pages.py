"""The pages of canned replies: everybody who answers reads them, leads keep them, the composer picks from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from meantime.desk import canned
from meantime.desk.access import AGENTS, LEADS, Who, allowed
from meantime.desk.canned import BadReply, ReplyChanged, UnknownReply
from meantime.desk.faults import Number
from meantime.desk.filling import nothing_is_cancelled, values_for
from meantime.desk.place import Desk, desk_of
from meantime.desk.seen import note_part
from meantime.desk.tables import CannedReply
from meantime.wording.gsm import segments
from meantime.wording.tone import Finding

REPLIES = "/desk/replies"
DONE = {"deleted": "The reply is deleted.", "begun": "These are yours now: change them as you like."}
SAVED = "The reply is saved."
NOT_CANCELLED = "Nothing of this order is cancelled."

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Judged:
    """What is told of a text while it is written: how it might read, as how many text messages, what to change."""

    sample: str
    segments: int
    advice: list[Finding]

    @classmethod
    def of(cls, text: str) -> Judged | None:
        text = text.strip()[: canned.LONGEST_TEXT]  # what is longer is not kept
        shown = canned.sample(text)
        return cls(shown, segments(shown), canned.advice(text)) if shown else None


@dataclass(frozen=True, slots=True)
class Shown:
    """One reply, as plain values."""

    id: int
    shortcut: str
    title: str
    text: str
    version: str = ""
    updated_by: str = ""

    @property
    def judged(self) -> Judged | None:
        return Judged.of(self.text)


@dataclass(frozen=True, slots=True)
class Offered:
    """One reply with its variables filled for a conversation."""

    id: int
    shortcut: str
    title: str
    text: str
    caution: str
    """Why it would not be true just now; "" where nothing speaks against it."""


@router.get("/replies")
@allowed(AGENTS)
async def every_reply(request: Request, who: Who, done: str = "") -> Response:
    desk = desk_of(request)
    replies = await desk.storage.read(_all)
    shown = [(reply, len(canned.advice(reply.text))) for reply in replies]
    return desk.page(request, "replies.html", replies=shown, done=DONE.get(done, ""), how_many_of_ours=len(canned.OURS))


@router.get("/replies/pick")
@allowed(AGENTS)
async def pick(request: Request, who: Who, conversation: str = "", q: str = "") -> Response:
    """Offer the composer what fits what was typed after `/`."""
    desk = desk_of(request)
    offered = await desk.storage.read(
        partial(_offered, typed=q[: canned.LONGEST_TITLE], conversation_id=conversation, name=who.name, desk=desk)
    )
    await note_part(desk, who, conversation)  # the customer's name and order stand in what is offered
    return desk.page(request, "replies_pick.html", offered=offered)


@router.post("/replies/check")
@allowed(LEADS)
async def check(request: Request, who: Who, text: Annotated[str, Form()] = "") -> Response:
    """Say while somebody writes what would be said when they save."""
    judged = Judged.of(text)
    return desk_of(request).page(request, "reply_judged.html", judged=judged)


@router.post("/replies/begin")
@allowed(LEADS)
async def begin(request: Request, who: Who) -> Response:
    await desk_of(request).storage.write(partial(canned.begin_with_ours, by=who.as_author))
    return RedirectResponse(f"{REPLIES}?done=begun", 303)


@router.get("/replies/new")
@allowed(LEADS)
async def new(request: Request, who: Who) -> Response:
    return _form(request, Shown(0, "", "", ""))


@router.post("/replies")
@allowed(LEADS)
async def add(
    request: Request,
    who: Who,
    shortcut: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
) -> Response:
    work = partial(_add, shortcut=shortcut, title=title, text=text, by=who.as_author)
    try:
        reply_id = await desk_of(request).storage.write(work)
    except BadReply as bad:
        return _form(request, Shown(0, shortcut, title, text), faults=bad.faults, status=422)
    return RedirectResponse(f"{REPLIES}/{reply_id}?saved=1", 303)


@router.get("/replies/{reply_id:int}")
@allowed(LEADS)
async def one(request: Request, who: Who, reply_id: Number, saved: bool = False) -> Response:
    try:
        reply = await desk_of(request).storage.read(partial(_one, reply_id=reply_id))
    except UnknownReply:
        return _gone(request)
    return _form(request, reply, saved=saved)


@router.post("/replies/{reply_id:int}")
@allowed(LEADS)
async def change(
    request: Request,
    who: Who,
    reply_id: Number,
    shortcut: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
) -> Response:
    desk = desk_of(request)
    work = partial(_change, reply_id=reply_id, shortcut=shortcut, title=title, text=text, by=who.as_author, seen=seen)
    typed = Shown(reply_id, shortcut, title, text, seen)
    try:
        await desk.storage.write(work)
    except UnknownReply:
        return _gone(request)
    except BadReply as bad:
        return _form(request, typed, faults=bad.faults, status=422)
    except ReplyChanged as changed:
        theirs = await desk.storage.read(partial(_one, reply_id=reply_id))
        words = f"{_name(changed.by)} has changed it meanwhile. Below is yours; save once more to keep it instead."
        typed = Shown(reply_id, shortcut, title, text, theirs.version)
        return _form(request, typed, faults={"meanwhile": words}, theirs=theirs, status=409)
    return RedirectResponse(f"{REPLIES}/{reply_id}?saved=1", 303)


@router.post("/replies/{reply_id:int}/delete")
@allowed(LEADS)
async def delete(request: Request, who: Who, reply_id: Number) -> Response:
    try:
        await desk_of(request).storage.write(partial(canned.delete_reply, reply_id=reply_id, by=who.as_author))
    except UnknownReply:
        return _gone(request)
    return RedirectResponse(f"{REPLIES}?done=deleted", 303)


def _form(
    request: Request,
    reply: Shown,
    *,
    faults: Mapping[str, str] | None = None,
    theirs: Shown | None = None,
    saved: bool = False,
    status: int = 200,
) -> Response:
    return desk_of(request).page(
        request,
        "reply.html",
        status=status,
        reply=reply,
        faults=faults or {},
        theirs=theirs,
        judged=reply.judged,
        variables=canned.VARIABLES,
        longest=canned.LONGEST_TEXT,
        told=SAVED if saved else "",
    )


def _gone(request: Request) -> Response:
    words = "Somebody has deleted it. The list shows what there is."
    return desk_of(request).page(request, "refused.html", status=404, title="This reply is gone", words=words)


def _name(author: str) -> str:
    return author.removeprefix("staff:") or "Somebody"


def _shown(reply: CannedReply) -> Shown:
    return Shown(reply.id, reply.shortcut, reply.title, reply.text, canned.version(reply), _name(reply.updated_by))


def _all(session: Session) -> list[Shown]:
    return [_shown(reply) for reply in canned.list_replies(session)]


def _one(session: Session, reply_id: int) -> Shown:
    return _shown(canned.reply_of(session, reply_id))


def _add(session: Session, shortcut: str, title: str, text: str, by: str) -> int:
    return canned.add_reply(session, shortcut, title, text, by=by).id


def _change(session: Session, reply_id: int, shortcut: str, title: str, text: str, by: str, seen: str) -> None:
    canned.change_reply(session, reply_id, shortcut, title, text, by=by, seen=seen)


def _offered(session: Session, typed: str, conversation_id: str, name: str, desk: Desk) -> list[Offered]:
    replies = canned.offered(canned.list_replies(session), typed)
    if not replies:
        return []
    values = values_for(session, conversation_id, name, desk.settings.shop_name, desk.policy)
    is_untrue = nothing_is_cancelled(session, values.get("order", ""))
    told = [
        Offered(
            reply.id,
            reply.shortcut,
            reply.title,
            canned.filled(reply.text, values),
            NOT_CANCELLED if is_untrue and reply.shortcut == canned.CANCELLED else "",
        )
        for reply in replies
    ]
    return sorted(told, key=lambda reply: bool(reply.caution))
