"""Changes that the shop's own system has refused, or has said nothing about: what a person has to see to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.outcomes import CHANGE_REFUSED, PENDING, REFUSED
from meantime.shop.tables import Change, Event

SOON_ENOUGH = timedelta(minutes=30)
"""A change that is pending for longer is shown at the desk."""


def unsettled_changes(session: Session, older_than: timedelta = SOON_ENOUGH, most: int = 200) -> Sequence[Change]:
    """Return what the shop has not answered for so long, the oldest first."""
    pending = select(Change).where(Change.state == PENDING, Change.at <= now() - older_than)
    return session.scalars(pending.order_by(Change.id).limit(most)).all()


def refused_changes(session: Session, since: datetime | None = None, most: int = 200) -> Sequence[Change]:
    """Return what the shop has refused, the newest first."""
    refused = select(Change).where(Change.state == REFUSED)
    if since is not None:
        refused = refused.where(Change.decided_at >= since)
    return session.scalars(refused.order_by(Change.id.desc()).limit(most)).all()


def refusals_to_tell(session: Session, most: int) -> Sequence[int]:
    """Return the ids of events of refused changes that nobody has acted on, the oldest first."""
    undecided = select(Event.id).where(Event.kind == CHANGE_REFUSED, Event.decided_at.is_(None))
    return session.scalars(undecided.order_by(Event.id).limit(most)).all()


def take_refusal(session: Session, event_id: int) -> Event | None:
    """Return a refusal that this transaction alone acts on, or None when another one has."""
    event = session.get(Event, event_id, with_for_update=True, populate_existing=True)
    if event is None or event.decided_at is not None:
        return None
    event.decided_at = now()
    return event
