"""The queue as it changes: looked at once for all the pages that show it, however many are open at this gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import cast

import structlog
from fastapi import Request
from sqlalchemy.orm import Session
from sse_starlette import ServerSentEvent

from meantime.conversations.storage import StorageBusy
from meantime.db import now
from meantime.desk.access import signed_in
from meantime.desk.board import Counts, Entry, count_all, entries
from meantime.desk.live import CHECKED_EVERY, SETTLES, event
from meantime.desk.place import Desk
from meantime.desk.sessions import SignedIn, roles_of
from meantime.desk.views import View
from meantime.shop.policy import Policy

NOTED_EVERY = timedelta(minutes=30)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that is looked at. ``name`` is "" where it is the same for everybody."""

    view: View
    name: str
    limit: int

    @classmethod
    def of(cls, view: View, name: str, limit: int) -> Listed:
        return cls(view, name if view in ("mine", "others") else "", limit)


@dataclass(eq=False, slots=True)
class Page:
    """One open page. ``listed`` is None where it shows no list that changes: what was found by searching."""

    who: SignedIn
    listed: Listed | None
    is_over: bool = False
    """Its sign-in has ended."""
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Board:
    """One per process. It watches as long as a page is open."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages: set[Page] = set()
        self._lists: dict[Listed, str] = {}
        self._counts: Counts | None = None
        self._watching: asyncio.Task[None] | None = None
        self._is_looking = asyncio.Lock()
        self._noted: dict[tuple[str, View], datetime] = {}

    async def events(
        self, request: Request, who: SignedIn, view: View | None, limit: int
    ) -> AsyncGenerator[ServerSentEvent]:
        """Yield the counts and the list of ``view``, now and whenever they have changed."""
        page = Page(who, Listed.of(view, who.name, limit) if view else None)
        shown: dict[str, str] = {}
        clock = asyncio.get_running_loop().time
        with self._open(page):
            await self._look_for(page)
            check_at = clock() + CHECKED_EVERY
            while not page.is_over:
                page.woken.clear()
                for name, html in self._parts(page):
                    if shown.get(name) != html:
                        shown[name] = html
                        yield event(name, html)
                if clock() < check_at:
                    with suppress(TimeoutError):
                        async with asyncio.timeout_at(check_at):
                            await page.woken.wait()
                    if page.woken.is_set():
                        continue  # the look that woke it has seen to the sign-in
                # However much there is to show: a page that is open keeps its session in use.
                check_at = clock() + CHECKED_EVERY
                with suppress(StorageBusy):
                    now_in = await signed_in(request, self._desk)
                    page.is_over = now_in is None or now_in.role != who.role

    def is_first_look(self, who: SignedIn, view: View) -> bool:
        """Return whether ``who`` has not looked at ``view`` for a while: only then it is worth an entry in the audit,
        to which going back and forth all day adds nothing."""
        at = now()
        self._noted = {key: noted for key, noted in self._noted.items() if noted > at - NOTED_EVERY}
        return (who.session, view) not in self._noted

    def has_noted(self, who: SignedIn, view: View) -> None:
        """Take in that the audit has it that ``who`` looks at ``view``."""
        self._noted[who.session, view] = now()

    def _parts(self, page: Page) -> Iterator[tuple[str, str]]:
        if self._counts is not None:
            view = page.listed.view if page.listed else None
            yield "counts", counts_part(self._desk, page.who, self._counts, view)
        if page.listed is not None and page.listed in self._lists:
            yield "list", self._lists[page.listed]

    @contextmanager
    def _open(self, page: Page) -> Iterator[None]:
        self._pages.add(page)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            self._pages.discard(page)
            if page.listed is not None and all(other.listed != page.listed for other in self._pages):
                self._lists.pop(page.listed, None)
            if not self._pages and self._watching is not None:
                self._watching.cancel()
                self._watching, self._counts = None, None

    async def _watch(self) -> None:
        with self._desk.hub.watching() as watcher:
            while True:
                # Time alone makes somebody overdue, and a wake-up may be lost.
                with suppress(TimeoutError):
                    await asyncio.wait_for(watcher.woken.wait(), CHECKED_EVERY)
                    await asyncio.sleep(SETTLES)
                watcher.woken.clear()
                watcher.changed.clear()
                try:
                    async with self._is_looking:
                        await self._look({page.listed for page in self._pages if page.listed})
                except StorageBusy:
                    continue  # logged where it happened; the next look comes
                except Exception as error:  # whoever has the desk open goes on seeing it
                    log.exception("desk.queue_not_read", error=type(error).__name__)

    async def _look_for(self, page: Page) -> None:
        """Look at once for a page that shows what no other does; the others are told by the watch."""
        lists = {page.listed} if page.listed else set()
        async with self._is_looking:
            if self._counts is None or not lists <= self._lists.keys():
                with suppress(StorageBusy):
                    await self._look(lists)

    async def _look(self, lists: set[Listed]) -> None:
        """Look at the database, and wake the pages for which something has changed."""
        sessions = {page.who.session for page in self._pages}
        look = partial(_read, lists=lists, sessions=sessions, policy=self._desk.policy)
        counts, found, roles = await self._desk.storage.read(look)
        has_changed = counts != self._counts
        self._counts = counts
        changed = set()
        for listed, these in found.items():
            html = list_part(self._desk, these, listed)
            if self._lists.get(listed) != html:
                self._lists[listed] = html
                changed.add(listed)
        for page in self._pages:
            if page.who.session in sessions:
                page.is_over = roles.get(page.who.session) != page.who.role
            if has_changed or page.is_over or page.listed in changed:
                page.woken.set()


def board_of(request: Request, desk: Desk) -> Board:
    """Return the board of this process: made for the first page that is opened."""
    state = request.app.state
    if not hasattr(state, "desk_board") or state.desk_board_of is not desk:
        state.desk_board, state.desk_board_of = Board(desk), desk
    return cast(Board, state.desk_board)


def counts_part(desk: Desk, who: SignedIn, counts: Counts, view: View | None) -> str:
    part = desk.part(
        "queue_tabs.html", who, counts=counts, numbers=counts.of(who.name), due=counts.due_of(who.name), view=view
    )
    return _in_one_line(part)


def list_part(desk: Desk, these: list[Entry], listed: Listed) -> str:
    """Return a list as everybody sees it who looks at it."""
    part = desk.part("queue_list.html", None, entries=these, view=listed.view, limit=listed.limit, query="")
    return _in_one_line(part)


def _in_one_line(part: str) -> str:
    """Return a part of a page without its line ends: each would be a line of the stream, on every desk."""
    return " ".join(line for line in map(str.strip, part.splitlines()) if line)


def _read(
    session: Session, lists: set[Listed], sessions: set[str], policy: Policy
) -> tuple[Counts, dict[Listed, list[Entry]], dict[str, str]]:
    """Return what is to be shown, and the roles of those who are still signed in to see it."""
    found = {listed: entries(session, listed.view, listed.name, policy, listed.limit + 1) for listed in lists}
    return count_all(session, policy), found, roles_of(session, sessions)
