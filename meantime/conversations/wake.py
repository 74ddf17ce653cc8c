"""Tells whoever shows a conversation that something in it is new.

Any transaction says ``announce``; once it has committed, the sockets of this process are woken, and through
NOTIFY those of every other gateway on PostgreSQL. A wake-up may be lost or doubled: it carries nothing, the
reader looks into the database. Whoever misses one is found by the poll, which compares revisions.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, event, func, select
from sqlalchemy.orm import Session

from meantime.conversations.composing import Composing
from meantime.conversations.pace import Pace
from meantime.conversations.tables import BOT, Conversation, new_id
from meantime.db import Database

CHANNEL = "meantime_conversations"
_ANNOUNCED = "meantime_announced"
MOST_TO_PASS_ON = 100


class Listener:
    """One reader of one conversation. ``shows_typing_of`` are the authors whose writing it wants to know of;
    ``is_staff`` where it is no customer's, so that who looks on takes nobody's place."""

    def __init__(self, shows_typing_of: Collection[str] = (), *, is_staff: bool = False) -> None:
        self.woken = asyncio.Event()
        self.is_stale = False
        """There is something to read."""
        self.shows_typing_of = frozenset(shows_typing_of)
        self.is_staff = is_staff
        self.typing: dict[str, str] = {}
        """Who writes and has not been shown yet: author → name."""
        self.waits = False
        """The conversation it shows waits for a person."""
        self.ahead: int | None = None
        """How many waited before it when somebody last counted."""
        self.revision = -1
        """The newest revision it has read."""

    def wake(self) -> None:
        self.is_stale = True
        self.woken.set()


class Watcher:
    """Somebody who wants to know of every conversation that changes: the staff's queue."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.changed: set[str] = set()

    def tell(self, conversation_id: str) -> None:
        self.changed.add(conversation_id)
        self.woken.set()


class Hub:
    """The readers of this process. Made inside the event loop that they run in; only ``wake_from_thread`` may be
    called from elsewhere."""

    def __init__(self, database: Database, pace: Pace) -> None:
        self.id = new_id()
        self._loop = asyncio.get_running_loop()
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._watchers: set[Watcher] = set()
        self._typing_every = pace.typing_every
        self._just_typed: set[tuple[str, str, str]] = set()
        self._is_alone = database.is_sqlite
        self.to_pass_on: asyncio.Queue[Composing] = asyncio.Queue(MOST_TO_PASS_ON)
        """What the other gateways, if there are any, have to hear of who is writing."""
        _hubs[database.engine.pool] = self

    @contextmanager
    def listening(
        self, conversation_id: str, shows_typing_of: Collection[str] = (), *, is_staff: bool = False
    ) -> Iterator[Listener]:
        listener = Listener(shows_typing_of, is_staff=is_staff)
        self._listeners[conversation_id].add(listener)
        try:
            yield listener
        finally:
            listeners = self._listeners[conversation_id]
            listeners.discard(listener)
            if not listeners:
                del self._listeners[conversation_id]

    @contextmanager
    def watching(self) -> Iterator[Watcher]:
        """Hear of every conversation that changes, here or at another gateway."""
        watcher = Watcher()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def wake(self, conversation_id: str) -> None:
        for listener in self._listeners.get(conversation_id, ()):
            listener.wake()
        self.tell_watchers(conversation_id)

    def tell_watchers(self, conversation_id: str) -> None:
        for watcher in self._watchers:
            watcher.tell(conversation_id)

    def wake_from_thread(self, conversation_id: str) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.wake, conversation_id)

    def wake_all(self) -> None:
        for conversation_id in list(self._listeners):
            self.wake(conversation_id)

    def bot_starts_typing(self, conversation_id: str) -> None:
        self.show_typing(Composing(conversation_id, BOT))

    def types(self, conversation_id: str, author: str, name: str = "") -> None:
        """Somebody writes: the customer, or ``name`` of the staff. However often this is called, it is passed on
        once in a while only."""
        key = (conversation_id, author, name)
        if key in self._just_typed:
            return
        self._just_typed.add(key)
        self._loop.call_later(self._typing_every, self._just_typed.discard, key)
        composing = Composing(conversation_id, author, name)
        self.show_typing(composing)
        if not self._is_alone and not self.to_pass_on.full():
            self.to_pass_on.put_nowait(composing)

    def show_typing(self, composing: Composing) -> None:
        for listener in self._listeners.get(composing.conversation_id, ()):
            if composing.author in listener.shows_typing_of:
                listener.typing[composing.author] = composing.name
                listener.woken.set()

    @property
    def waiting(self) -> list[str]:
        """The conversations that wait for a person while somebody reads them."""
        return [i for i, listeners in self._listeners.items() if any(listener.waits for listener in listeners)]

    def count_ahead(self, ahead: Mapping[str, int | None]) -> None:
        """Wake every reader that has moved up in the queue."""
        for conversation_id, count in ahead.items():
            for listener in self._listeners.get(conversation_id, ()):
                if listener.waits and listener.ahead != count:
                    listener.ahead = count
                    listener.woken.set()

    def how_many_read(self, conversation_id: str) -> int:
        """Return how many customers' sides show the conversation."""
        return sum(not listener.is_staff for listener in self._listeners.get(conversation_id, ()))

    @property
    def conversations(self) -> list[str]:
        """The conversations that somebody reads."""
        return list(self._listeners)

    def compare(self, revisions: Mapping[str, int]) -> None:
        """Wake every reader that is not at the revision given."""
        for conversation_id, revision in revisions.items():
            for listener in self._listeners.get(conversation_id, ()):
                if listener.revision != revision:
                    listener.wake()


_hubs: WeakKeyDictionary[Pool, Hub] = WeakKeyDictionary()


def announce(session: Session, conversation: Conversation) -> None:
    """Have the readers of ``conversation`` woken as soon as this transaction has committed."""
    conversation.revision += 1
    session.info.setdefault(_ANNOUNCED, {})[conversation.id] = conversation


@event.listens_for(Session, "before_commit")
def _notify_other_gateways(session: Session) -> None:
    announced = session.info.get(_ANNOUNCED)
    if announced and session.get_bind().dialect.name == "postgresql":
        for conversation in announced.values():
            news = f"{conversation.id} {conversation.revision}"
            session.execute(select(func.pg_notify(CHANNEL, news)))


@event.listens_for(Session, "after_commit")
def _wake_readers(session: Session) -> None:
    announced = session.info.pop(_ANNOUNCED, None)
    hub = _hubs.get(session.get_bind().engine.pool) if announced else None
    if hub is not None:
        for conversation_id in announced:
            hub.wake_from_thread(conversation_id)


def revisions(session: Session, conversation_ids: list[str]) -> dict[str, int]:
    """Return how far each of the conversations is."""
    rows = session.execute(select(Conversation.id, Conversation.revision).where(Conversation.id.in_(conversation_ids)))
    return {row.id: row.revision for row in rows}
