"""Tells whoever shows a conversation that something in it is new.

Any transaction says ``announce``; once it has committed, the sockets of this process are woken, and through
NOTIFY those of every other gateway on PostgreSQL. A wake-up may be lost or doubled: it carries nothing, the
reader looks into the database. Whoever misses one is found by the poll, which compares revisions.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, event, func, select
from sqlalchemy.orm import Session

from meantime.conversations.tables import Conversation
from meantime.db import Database

CHANNEL = "meantime_conversations"
_ANNOUNCED = "meantime_announced"


class Listener:
    """One reader of one conversation."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.is_stale = False
        """There is something to read."""
        self.bot_is_typing = False
        self.revision = -1
        """The newest revision it has read."""

    def wake(self) -> None:
        self.is_stale = True
        self.woken.set()


class Hub:
    """The readers of this process. Made inside the event loop that they run in."""

    def __init__(self, database: Database) -> None:
        self._loop = asyncio.get_running_loop()
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        _hubs[database.engine.pool] = self

    @contextmanager
    def listening(self, conversation_id: str) -> Iterator[Listener]:
        listener = Listener()
        self._listeners[conversation_id].add(listener)
        try:
            yield listener
        finally:
            listeners = self._listeners[conversation_id]
            listeners.discard(listener)
            if not listeners:
                del self._listeners[conversation_id]

    def wake(self, conversation_id: str) -> None:
        for listener in self._listeners.get(conversation_id, ()):
            listener.wake()

    def wake_from_thread(self, conversation_id: str) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.wake, conversation_id)

    def wake_all(self) -> None:
        for conversation_id in list(self._listeners):
            self.wake(conversation_id)

    def bot_starts_typing(self, conversation_id: str) -> None:
        for listener in self._listeners.get(conversation_id, ()):
            listener.bot_is_typing = True
            listener.woken.set()

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
