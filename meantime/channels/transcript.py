"""`GET /chat/read/{token}`: a conversation as a page without any script, for who comes from an e-mail.

Reading changes nothing, so it does not matter that mail scanners open links before people do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates
from sqlalchemy.orm import Session

from meantime.channels.chat import Chat
from meantime.conversations.inbox import UnknownConversation
from meantime.conversations.links import BadLink, Links, OldLink
from meantime.conversations.reading import PAGE, Shown, news_after
from meantime.conversations.storage import StorageBusy
from meantime.conversations.tables import BOT, CUSTOMER, SYSTEM, Conversation
from meantime.wording import transcript as say

MOST = 2 * PAGE
"""Messages on the page; of a longer conversation the newest."""
HEADERS = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
}

router = APIRouter(prefix="/chat")
templates = Jinja2Templates(Path(__file__).parent.parent / "templates")


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """What the page is made with."""

    links: Links
    shop_name: str
    shop_url: str
    style_version: str
    how_to_answer: str
    how_to_reach_us: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One message on the page."""

    author: str
    who: str
    new_day: str
    """Set where it was not said on the day of the message before it."""
    time: str
    moment: str
    text: str


@router.api_route("/read/{token}", methods=["GET", "HEAD"])
async def read(request: Request, token: str) -> Response:
    """Show the conversation of a link. Of one that is no good it is not even said whether there is one."""
    chat: Chat = request.app.state.chat
    page: ReadingPage = request.app.state.reading_page
    try:
        conversation_id = page.links.conversation_of(token)
        shown, is_cut = await chat.storage.read(partial(newest, conversation_id=conversation_id))
    except OldLink:
        return _notice(request, page, say.OLD, HTTPStatus.GONE)
    except (BadLink, UnknownConversation):
        return _notice(request, page, say.BAD, HTTPStatus.NOT_FOUND)
    except StorageBusy:
        return _notice(request, page, say.BUSY, HTTPStatus.SERVICE_UNAVAILABLE)
    context = {"page": page, "say": say, "entries": _entries(shown), "is_cut": is_cut}
    return templates.TemplateResponse(request, "transcript.html", context, headers=HEADERS)


def newest(session: Session, conversation_id: str) -> tuple[list[Shown], bool]:
    """Return the newest messages, at most MOST, and whether there are older ones. Raises UnknownConversation, also
    for one that has been erased."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or conversation.erased_at is not None:
        raise UnknownConversation(conversation_id)
    start = seq = max(0, conversation.last_seq - MOST)
    found: list[Shown] = []
    while True:
        news = news_after(session, conversation_id, seq)
        found.extend(news.messages)
        if news.is_all:
            return found, start > 0
        seq = found[-1].seq


def _notice(request: Request, page: ReadingPage, notice: say.Notice, status: HTTPStatus) -> Response:
    context = {"page": page, "notice": notice}
    return templates.TemplateResponse(request, "no_transcript.html", context, status.value, headers=HEADERS)


def _entries(messages: Sequence[Shown]) -> list[Entry]:
    found = []
    day = ""
    for shown in messages:
        who = {CUSTOMER: say.YOU, BOT: say.ASSISTANT, SYSTEM: ""}.get(shown.author, shown.name or say.TEAM)
        day, before = say.day_of(shown.at), day
        new_day = day if day != before else ""
        found.append(Entry(shown.author, who, new_day, say.time_of(shown.at), shown.at.isoformat(), shown.text))
    return found
