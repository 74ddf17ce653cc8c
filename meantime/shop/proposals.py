"""A change listed to a customer and waiting for an explicit yes: what cancelling, swapping and splitting share.

A proposal is stored when it is listed, and taken up under its lock by a yes in the same conversation, while it has
not expired. What it lists is checked again then; each kind of change does that for itself.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.acting import Actor, NotYours, key_part, place_of, require_right
from meantime.shop.audit import LineQuantity
from meantime.shop.policy import Policy
from meantime.shop.tables import Order, Proposal

__all__ = [
    "ChangedMeanwhile",
    "NotYours",
    "ProposalGone",
    "key_of",
    "locked_order",
    "new_proposal_id",
    "open_order",
    "store_proposal",
    "take_up",
]

LONGEST_KEY = 200
"""What the column of a key holds."""


class ProposalGone(Exception):
    """The proposal has expired, has been answered, or is of another conversation or another colleague."""


class ChangedMeanwhile(Exception):
    """The order is no longer what was listed: a new list has to be agreed to."""

    def __init__(self, order_number: str, lines: list[int]) -> None:
        super().__init__(order_number)
        self.order_number, self.lines = order_number, lines


def new_proposal_id() -> str:
    return secrets.token_urlsafe(16)


def store_proposal(
    session: Session,
    actor: Actor,
    kind: str,
    order: Order,
    lines: Sequence[LineQuantity],
    policy: Policy,
    *,
    proposal_id: str,
    amount_minor: int | None = None,
    details: dict[str, Any] | None = None,
) -> Proposal:
    """Store what has been listed to ``actor``. It can be taken up for as long as the policy says."""
    proposal = Proposal(
        id=proposal_id,
        conversation_id=place_of(actor),
        kind=kind,
        order_number=order.number,
        lines=[asdict(line) for line in lines],
        amount_minor=amount_minor,
        currency=order.currency,
        order_version=order.version,
        details=details or {},
        expires_at=now() + timedelta(minutes=policy.cancelling.proposal_minutes),
    )
    session.add(proposal)
    session.flush()
    return proposal


def take_up(session: Session, actor: Actor, proposal_id: str, kind: str) -> Proposal:
    """Return a proposal of this kind and this conversation, locked. Raises ProposalGone when there is none.

    Whether it is still open is for ``open_order`` to say, inside ``ledger.once``: a yes that is asked again is
    answered from what was stored, long after the proposal was settled.
    """
    proposal = session.scalars(select(Proposal).where(Proposal.id == proposal_id).with_for_update()).one_or_none()
    if proposal is None or proposal.conversation_id != place_of(actor) or proposal.kind != kind:
        raise ProposalGone(proposal_id)
    return proposal


def open_order(session: Session, actor: Actor, proposal: Proposal) -> Order:
    """Return the order of a proposal that can still be agreed to, locked and as it is now.

    Raises ProposalGone, NotYours.
    """
    if proposal.accepted_at is not None or proposal.expires_at <= now():
        raise ProposalGone(proposal.id)
    require_right(session, actor, proposal.order_number)
    return locked_order(session, proposal.order_number)


def locked_order(session: Session, number: str) -> Order:
    """Return an order as it is now; others who would change it wait for the end of this transaction."""
    query = select(Order).where(Order.number == number).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def key_of(actor: Actor, proposal: Proposal, what: str = "") -> str:
    """Return the key under which taking up ``proposal`` happens once: message, kind, order, lines and ``what``."""
    lines = ",".join(f"{line['line']}x{line['quantity']}" for line in proposal.lines)
    named = ":".join(filter(None, (proposal.order_number, lines, what)))
    key = f"{key_part(actor)}:{proposal.kind}:{named}"
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key_part(actor)}:{proposal.kind}:{hashlib.sha256(named.encode()).hexdigest()}"
