"""Who changes an order: its owner in a turn of their conversation, or a member of staff in their place.

The rules of a change are the same for both. What differs is what has to hold before it: an owner has proven to be one,
and their turn has not been revoked; a colleague is signed in at the desk, and has nothing to prove.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.ledger import require_turn
from meantime.shop.identity import Asker, may_change
from meantime.shop.tables import Order

LONGEST_PLACE = 64
"""What the column of a proposal's conversation holds."""


class NotYours(Exception):
    """Whoever asks has not proven to own this order."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff at the desk. ``key`` stands for what they pressed: under the same key a change happens once.
    ``at_conversation`` is the one they were in, for whoever has to tell its customer later."""

    name: str
    key: str = ""
    at_conversation: str | None = None

    @property
    def place(self) -> str:
        """Where their proposals belong: to this colleague, as a customer's belong to a conversation."""
        place = signature_of(self.name)
        if len(place) <= LONGEST_PLACE:
            return place
        return f"staff:{hashlib.sha256(place.encode()).hexdigest()[:48]}"


type Actor = Asker | Colleague


def signature_of(name: str) -> str:
    """Return how a member of staff stands in the audit and in what the shop's system hears."""
    return f"staff:{name}"


def signature(actor: Actor, order: Order) -> str:
    """Return who is said to have changed ``order``. A customer is the order's, whoever's telephone it was."""
    return signature_of(actor.name) if isinstance(actor, Colleague) else f"customer:{order.customer_id}"


def place_of(actor: Actor) -> str:
    """Return where the proposals of ``actor`` belong; nobody else can take them up."""
    return actor.place if isinstance(actor, Colleague) else actor.conversation_id


def conversation_of(actor: Actor) -> str | None:
    """Return the conversation in which this was asked for, if there is one."""
    return actor.at_conversation if isinstance(actor, Colleague) else actor.conversation_id


def key_part(actor: Actor) -> str:
    """Return what makes a change of ``actor`` happen once: the message, or what was pressed."""
    return f"desk-{actor.key}" if isinstance(actor, Colleague) else actor.message_id


def require_hold(session: Session, actor: Actor) -> None:
    """Raise TurnRevoked when a customer's turn does not hold any more."""
    if not isinstance(actor, Colleague):
        require_turn(session, actor.message_id)


def require_right(session: Session, actor: Actor, number: str) -> None:
    """Raise NotYours unless ``actor`` may change order ``number``. To staff an order that is not there is nobody's."""
    if isinstance(actor, Colleague):
        may = session.scalar(select(Order.number).where(Order.number == number)) is not None
    else:
        may = may_change(session, actor, number)
    if not may:
        raise NotYours(number)
