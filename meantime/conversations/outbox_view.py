"""The outbox as the command line shows it: what waits, and what did not get through. Never to whom, never what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.conversations.outbox import FAILED, OPEN, PARKED, UNDELIVERED, Delivery

TROUBLED = (FAILED, PARKED, UNDELIVERED)
MOST = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery, without anything private."""

    id: int
    channel: str
    state: str
    code: str
    attempts: int
    since: datetime
    next_try: datetime | None
    conversation_id: str


def counts(session: Session) -> dict[tuple[str, str], int]:
    """Return how many deliveries there are, by channel and state."""
    rows = session.execute(
        select(Delivery.channel, Delivery.state, func.count()).group_by(Delivery.channel, Delivery.state)
    )
    return {(channel, state): count for channel, state, count in rows}


def rows(session: Session) -> list[Row]:
    """Return what waits, and what a person may have to see to: the newest first, MOST of them."""
    found = session.scalars(
        select(Delivery).where(Delivery.state.in_((*OPEN, *TROUBLED))).order_by(Delivery.id.desc()).limit(MOST)
    )
    return [
        Row(d.id, d.channel, d.state, d.error_code or "", d.attempts, d.created_at, d.retry_at, d.conversation_id)
        for d in found
    ]
