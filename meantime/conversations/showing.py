"""What a customer's phone has shown when they text: a number or a yes can mean nothing that came later.

A page has been shown once the provider has it, and not where it was reported lost. A website shows at once whatever is
stored; only conversations by text are asked about here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.outbox import DELIVERED, SENT, Delivery
from meantime.conversations.tables import SMS, Message
from meantime.wording.numbered import numbers_on

SHOWN = (SENT, DELIVERED)


def numbers_shown(session: Session, message_id: str) -> frozenset[int]:
    """Return the numbers of the options of a message of ours that the phone has shown by now."""
    shown = select(Delivery.text).where(
        Delivery.message_id == message_id, Delivery.channel == SMS, Delivery.state.in_(SHOWN)
    )
    return frozenset(number for page in session.scalars(shown) for number in numbers_on(page))


def was_shown(session: Session, message: Message, at: datetime) -> bool:
    """Return whether a message of ours had been shown at ``at``, to its end."""
    pages = session.execute(
        select(Delivery.state, Delivery.sent_at).where(Delivery.message_id == message.id, Delivery.channel == SMS)
    ).all()
    return bool(pages) and all(
        page.state in SHOWN and page.sent_at is not None and page.sent_at <= at for page in pages
    )
