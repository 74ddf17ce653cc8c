"""What a member of staff writes: looked at while it is typed and before it is sent, sent once, or kept as a note."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.answering import OptedOut, is_said
from meantime.conversations.inbox import (
    LONGEST_TEXT,
    Empty,
    IdReused,
    TooLong,
    UnknownConversation,
    lock_conversation,
)
from meantime.conversations.owner import NotTaken
from meantime.conversations.storage import StorageBusy
from meantime.conversations.tables import AGENT, Conversation, new_id
from meantime.desk import presence, talk
from meantime.desk.access import AGENTS, NotSignedIn, Who, allowed
from meantime.desk.accounts import NotAtWork, require_at_work
from meantime.desk.composer import Draft, consent, draft_of, is_consent, tidy
from meantime.desk.conversation_actions import not_yours
from meantime.desk.conversation_pages import BUSY, GONE, show
from meantime.desk.place import HEADERS, desk_of
from meantime.desk.sessions import SignedIn
from meantime.shop.audit import record

PATH = "/conversations/{conversation_id}"
NOTE = "note"
PICKS = "/"
"""What a canned reply is picked with: these words are not what is going to be sent."""
EMPTY = "Please write something first."
TOO_LONG = f"This is longer than {LONGEST_TEXT:,} characters. Please send it in two goes."
OPTED_OUT = "The customer has asked for no more text messages, so this would not arrive. It was not sent."
SENT_BEFORE = "A message was sent from here just before this one. Please press Send again if this is a new one."
BEFORE_SENDING = "Before this goes out"

router = APIRouter()

type Text = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Words to be sent, under the id that makes a second click harmless. ``rules`` are those they go against."""

    text: str
    client_id: str
    rules: tuple[str, ...] = ()


@router.post(f"{PATH}/say")
@allowed(AGENTS)
async def say(
    request: Request,
    who: Who,
    conversation_id: str,
    text: Text = "",
    mode: Text = "reply",
    client_id: Text = "",
    anyway: Text = "",
) -> Response:
    """Send the words to the customer, or keep them as a note. Where a calm colleague would change them they are not
    sent, unless their writer has read why and sends exactly these."""
    desk, text = desk_of(request), tidy(text)
    answer = partial(_answer, request, who, conversation_id, text, client_id, mode)
    try:
        if mode == NOTE:
            note = partial(talk.add_note, conversation_id=conversation_id, name=who.name, text=text)
            await desk.storage.write(note)
            return await answer()
        stands = await desk.storage.read(partial(_stands, conversation_id=conversation_id))
        if not stands.is_of(who.name):
            return await answer(409, words=await not_yours(request, who, conversation_id))
        draft = draft_of(text, stands.channel)
        agrees = is_consent(anyway, desk.secret, who.session, conversation_id, text)
        if draft.findings and not draft.is_too_long and not agrees:
            return await answer(422, draft=draft)
        asked = _Asked(text, client_id or new_id(), tuple(draft.rules))
        await desk.storage.write(partial(_send, who=who, conversation_id=conversation_id, asked=asked))
    except NotAtWork:
        raise NotSignedIn from None
    except (UnknownConversation, Empty, TooLong, IdReused, OptedOut, NotTaken, StorageBusy) as error:
        if isinstance(error, IdReused):
            return await answer(409, words=SENT_BEFORE, is_new=True)
        status, words = await _why_not(request, who, conversation_id, error)
        return await answer(status, words=words)
    return await answer()


@router.post(f"{PATH}/draft")
@allowed(AGENTS)
async def draft(request: Request, conversation_id: str, text: Text = "", mode: Text = "reply") -> Response:
    """Say what there is to say about words that are still being written."""
    desk = desk_of(request)
    try:
        stands = await desk.storage.read(partial(_stands, conversation_id=conversation_id))
    except (UnknownConversation, StorageBusy):
        return Response(status_code=204, headers=dict(HEADERS))
    is_reply = mode != NOTE and not text.startswith(PICKS)
    shown = draft_of(text if is_reply else "", stands.channel)
    return desk.page(request, "conversation_draft.html", draft=shown)


@router.post(f"{PATH}/typing")
@allowed(AGENTS)
async def typing(request: Request, who: Who, conversation_id: str, mode: Text = "reply") -> Response:
    """Have the others know that somebody writes: the customer only when it is an answer of the one who has them."""
    desk = desk_of(request)
    try:
        stands = await desk.storage.read(partial(_stands, conversation_id=conversation_id))
    except (UnknownConversation, StorageBusy):
        return Response(status_code=204)
    is_answer = mode != NOTE and stands.is_of(who.name)
    desk.hub.types(conversation_id, AGENT if is_answer else presence.NOTING, who.name)
    return Response(status_code=204)


@dataclass(frozen=True, slots=True)
class _Stands:
    """How the conversation stands, as far as writing in it goes."""

    channel: str
    owner: str
    agent_name: str

    def is_of(self, name: str) -> bool:
        return self.owner == AGENT and self.agent_name == name


def _stands(session: Session, conversation_id: str) -> _Stands:
    row = session.execute(
        select(Conversation.channel, Conversation.owner, Conversation.agent_name).where(
            Conversation.id == conversation_id
        )
    ).one_or_none()
    if row is None:
        raise UnknownConversation(conversation_id)
    return _Stands(row.channel, row.owner, row.agent_name)


def _send(session: Session, who: SignedIn, conversation_id: str, asked: _Asked) -> None:
    require_at_work(session, who.name)
    lock_conversation(session, conversation_id)
    is_new = not is_said(session, conversation_id, asked.client_id)
    message = talk.answer(
        session, conversation_id, who.name, asked.text, asked.client_id, against_advice=bool(asked.rules)
    )
    if is_new and asked.rules:
        after = {"message": message.id, "rules": list(asked.rules)}
        record(session, who.as_author, "sent_anyway", f"conversation:{conversation_id}", None, after)


async def _answer(
    request: Request,
    who: SignedIn,
    conversation_id: str,
    text: str,
    client_id: str,
    mode: str,
    status: int = 200,
    *,
    words: str = "",
    draft: Draft | None = None,
    is_new: bool = False,
) -> Response:
    """Answer the form: nothing when it was done, else why not. The page's script then makes room for the next words;
    without it the page is shown anew, with the words in it."""
    desk = desk_of(request)
    token = consent(desk.secret, who.session, conversation_id, text) if draft else ""
    told: dict[str, Any] = {"words": words, "draft": draft, "consent": token, "headline": BEFORE_SENDING}
    if request.headers.get("hx-request"):
        answer = desk.page(request, "conversation_verdict.html", status=status, **told)
        if status == 200 or is_new:
            name = "said" if status == 200 else "renewed"
            answer.headers["hx-trigger"] = json.dumps({name: {"client": new_id()}})
        return answer
    if status == 200:
        return RedirectResponse(f"/desk/conversations/{conversation_id}", 303)
    keeps = new_id() if is_new else client_id or new_id()
    return await show(
        request, desk, who, conversation_id, status=status, text=text, mode=mode, client_id=keeps, verdict=told
    )


async def _why_not(request: Request, who: SignedIn, conversation_id: str, error: Exception) -> tuple[int, str]:
    match error:
        case Empty():
            return 422, EMPTY
        case TooLong():
            return 422, TOO_LONG
        case OptedOut():
            return 409, OPTED_OUT
        case UnknownConversation():
            return 404, GONE
        case StorageBusy():
            return 503, BUSY
    return 409, await not_yours(request, who, conversation_id)
