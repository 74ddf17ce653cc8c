"""Where an answer reaches a customer who has left: the e-mail address the shop has for who has proven to be theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.shop.tables import Customer, Order, Proof


def email_of(session: Session, conversation_id: str, customer_id: str | None, at: datetime) -> str | None:
    """Return the address of the customer whose proof held in this conversation at ``at``; of several customers the
    one that was proven last. ``customer_id`` is the one the shop's own JWT vouches for.

    Only ever an address of the shop's own data: whoever guessed their way in is not the one who gets the mail.
    """
    customer_id = customer_id or _proven(session, conversation_id, at)
    customer = session.get(Customer, customer_id) if customer_id else None
    return (customer.email or None) if customer else None


def _proven(session: Session, conversation_id: str, at: datetime) -> str | None:
    proof = session.scalars(
        select(Proof)
        .where(Proof.conversation_id == conversation_id, Proof.expires_at > at)
        .order_by(Proof.id.desc())
        .limit(1)
    ).one_or_none()
    if proof is None:
        return None
    order = session.get(Order, proof.order_number) if proof.order_number else None
    return proof.customer_id or (order.customer_id if order else None)
