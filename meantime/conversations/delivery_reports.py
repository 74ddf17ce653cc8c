"""What the provider reports of a message it was given: reports come late, doubled and out of order."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import lock_contact, opt_out
from meantime.conversations.inbox import lock_conversation
from meantime.conversations.outbox import DELIVERED, FAILED, SENT, UNDELIVERED, Delivery
from meantime.conversations.tables import Conversation
from meantime.conversations.wake import announce
from meantime.db import now

_HOW_FAR = {SENT: 1, FAILED: 2, UNDELIVERED: 2, DELIVERED: 3}
"""A state is only ever followed by one that knows more, and its code with it. That it arrived is the last word."""
_NO_NEWS_ABOUT = frozenset({"superseded"})
OPTED_OUT_CODE = "21610"
"""Twilio: the customer has opted out at the network."""


def take_report(
    session: Session, state: str | None, provider_id: str, *, delivery_id: int | None, code: str = ""
) -> None:
    """Note what became of a delivery; ``state`` is None where the report says only that it was taken.

    The delivery is found by its own id first: a report may be faster than the transaction that keeps the
    provider's. A report about something we did not send changes nothing.
    """
    conversation_id = session.scalar(select(Delivery.conversation_id).where(_is(provider_id, delivery_id)))
    if conversation_id is None:
        return
    conversation = lock_conversation(session, conversation_id)
    delivery = session.scalars(
        select(Delivery).where(_is(provider_id, delivery_id)).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    if delivery.provider_id not in (None, provider_id):
        return  # of an earlier try, which was not the one that counts
    delivery.provider_id = provider_id
    delivery.reported_at = now()
    if code == OPTED_OUT_CODE:
        opt_out(session, lock_contact(session, delivery.contact_id), "the network reports: opted out there")
    found = state or SENT
    if _HOW_FAR[found] > _HOW_FAR.get(delivery.state, 0) and delivery.state not in _NO_NEWS_ABOUT:
        delivery.state, delivery.error_code = found, code or None
        delivery.sent_at = delivery.sent_at or now()
        if found == DELIVERED:
            _arrived(session, conversation, delivery)
        elif found in (FAILED, UNDELIVERED):
            did_not_arrive(session, conversation)
    elif found == delivery.state and code:
        delivery.error_code = code


def did_not_arrive(session: Session, conversation: Conversation) -> None:
    """Mark a locked conversation for staff: words of ours have not reached the customer."""
    conversation.undelivered_at = now()
    announce(session, conversation)


def _arrived(session: Session, conversation: Conversation, delivery: Delivery) -> None:
    """A customer who was reached after that is not marked any more."""
    if conversation.undelivered_at is not None and delivery.created_at > conversation.undelivered_at:
        conversation.undelivered_at = None
        announce(session, conversation)


def _is(provider_id: str, delivery_id: int | None) -> ColumnElement[bool]:
    return Delivery.id == delivery_id if delivery_id is not None else Delivery.provider_id == provider_id
