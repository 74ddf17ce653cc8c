"""The queue's pages: who waits, whose conversations are whose, and what is found by searching."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from meantime.conversations.storage import StorageBusy
from meantime.desk.access import AGENTS, Who, allowed
from meantime.desk.board import MOST, PAGE, Counts, Entry, count_all, entries
from meantime.desk.live import stream
from meantime.desk.place import Desk, desk_of
from meantime.desk.queue_live import board_of
from meantime.desk.searching import LONGEST, note_search, search, terms_of
from meantime.desk.searching import MOST as MOST_FOUND
from meantime.desk.sessions import SignedIn
from meantime.desk.views import VIEWS, View
from meantime.shop.audit import record
from meantime.shop.policy import Policy

BUSY = "The desk is very busy just now, so the queue could not be read. Please try again in a moment."

Limit = Annotated[int, Query(ge=1)]

router = APIRouter()


@router.get("/queue")
@allowed(AGENTS)
async def queue(request: Request, who: Who, view: str = "waiting", q: str = "", limit: Limit = PAGE) -> Response:
    desk, words = desk_of(request), " ".join(q[:LONGEST].split())
    chosen, most = _view(view), min(limit, MOST)
    try:
        if words:
            counts, found = await desk.storage.read(partial(_search, words=words, policy=desk.policy))
            await desk.storage.write(partial(note_search, who=who.as_author, found=len(found)))
        else:
            counts, found = await desk.storage.read(
                partial(_list, view=chosen, name=who.name, limit=most, policy=desk.policy)
            )
            await _note_look(request, desk, who, chosen)
    except StorageBusy:
        return desk.page(request, "queue_busy.html", status=503, words=BUSY)
    return _page(request, desk, who.name, counts, found, None if words else chosen, most, words)


@router.get("/queue/live")
@allowed(AGENTS)
async def live(request: Request, who: Who, view: str = "waiting", q: str = "", limit: Limit = PAGE) -> Response:
    """Send the counts and the list of a view whenever they change. What was found by searching stays as it was."""
    desk = desk_of(request)
    chosen = None if q.strip() else _view(view)
    if chosen is not None:
        await _note_look(request, desk, who, chosen)
    return stream(request, who, board_of(request, desk).events(request, who, chosen, min(limit, MOST)))


def _page(
    request: Request,
    desk: Desk,
    name: str,
    counts: Counts,
    found: list[Entry],
    view: View | None,
    limit: int,
    words: str,
) -> Response:
    return desk.page(
        request,
        "queue.html",
        entries=found,
        counts=counts,
        numbers=counts.of(name),
        due=counts.due_of(name),
        view=view,
        limit=limit,
        query=words,
        most_found=MOST_FOUND,
        is_too_short=bool(words) and not terms_of(words),
    )


def _view(name: str) -> View:
    """Return the view that an address names; whatever it says, there is one to be shown."""
    return next((view for view in VIEWS if view == name), "waiting")


def _list(session: Session, view: View, name: str, limit: int, policy: Policy) -> tuple[Counts, list[Entry]]:
    # One more than is shown says whether there are more.
    return count_all(session, policy), entries(session, view, name, policy, limit + 1)


def _search(session: Session, words: str, policy: Policy) -> tuple[Counts, list[Entry]]:
    return count_all(session, policy), search(session, words, policy)


async def _note_look(request: Request, desk: Desk, who: SignedIn, view: View) -> None:
    """Have it in the audit that ``who`` looks at a view, unless it is there. Raises StorageBusy."""
    board = board_of(request, desk)
    if board.is_first_look(who, view):
        await desk.storage.write(partial(_note_view, who=who.as_author, view=view))
        board.has_noted(who, view)


def _note_view(session: Session, who: str, view: View) -> None:
    record(session, who, "view", f"queue:{view}", None, None)
