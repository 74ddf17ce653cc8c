"""What became of words of ours that went out to a phone or a mailbox, as staff see it beside each message."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.outbox import (
    DELIVERED,
    FAILED,
    HELD,
    PARKED,
    SENDING,
    SENT,
    SUPERSEDED,
    SUPPRESSED,
    UNDELIVERED,
    UNKNOWN,
    WAITING,
    Delivery,
)
from meantime.wording import desk as say

_WORST_FIRST = (
    *(FAILED, UNDELIVERED, PARKED, SUPPRESSED),
    *(UNKNOWN, SENDING, WAITING, SENT, DELIVERED, HELD, SUPERSEDED),
)
"""Of several pages the one tells most that did not get through, or has the longest way to go."""


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """One message over one channel. ``words`` and ``error`` are for staff to read."""

    channel: str
    state: str
    words: str
    error: str = ""


def deliveries_of(session: Session, message_ids: Collection[str]) -> dict[str, tuple[DeliveryState, ...]]:
    """Return message → what became of it, one for each channel it went out by, the latest channel last. Messages that
    only stand on the page are left out."""
    if not message_ids:
        return {}
    rows = session.execute(
        select(Delivery.message_id, Delivery.channel, Delivery.state, Delivery.error_code)
        .where(Delivery.message_id.in_(message_ids))
        .order_by(Delivery.id)
    )
    worst: dict[str, dict[str, DeliveryState]] = {}
    for row in rows:
        channels = worst.setdefault(row.message_id, {})
        known = channels.get(row.channel)
        if known is None or _WORST_FIRST.index(row.state) < _WORST_FIRST.index(known.state):
            channels[row.channel] = DeliveryState(
                row.channel, row.state, say.delivery_state(row.state), say.delivery_error(row.error_code)
            )
    return {message_id: tuple(channels.values()) for message_id, channels in worst.items()}
