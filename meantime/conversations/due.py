"""Tells the courier of this process that something waits to be sent, as soon as its transaction has committed.

Whoever misses it (another gateway, a process that died) finds the row by looking into the outbox.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, event
from sqlalchemy.orm import Session

from meantime.db import Database

_DUE = "meantime_due"
_couriers: WeakKeyDictionary[Pool, Callable[[int], None]] = WeakKeyDictionary()


def when_due(database: Database, pick_up: Callable[[int], None]) -> None:
    """Have ``pick_up`` called, from any thread, with each contact something waits for."""
    _couriers[database.engine.pool] = pick_up


def announce_due(session: Session, contact_id: int) -> None:
    """Have the courier look at the contact once this transaction has committed."""
    session.info.setdefault(_DUE, set()).add(contact_id)


@event.listens_for(Session, "after_commit")
def _tell_courier(session: Session) -> None:
    contacts = session.info.pop(_DUE, None)
    pick_up = _couriers.get(session.get_bind().engine.pool) if contacts else None
    if pick_up is not None:
        for contact_id in contacts:
            pick_up(contact_id)
