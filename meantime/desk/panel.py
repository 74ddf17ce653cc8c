"""What stands beside a conversation: who it is, their orders, what reached them, and what they were promised.

It is put together from the rooms in a fixed number of statements. What a colleague has looked up besides is asked for
one by one, and each look is in the audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.answering import follows
from meantime.conversations.contacts import Contact
from meantime.conversations.inbox import UnknownConversation
from meantime.conversations.outbox import SUPERSEDED, Delivery
from meantime.conversations.tables import SMS, Conversation
from meantime.db import now
from meantime.desk.change_rights import why_not
from meantime.desk.heading import order_talked_about
from meantime.desk.own_promises import may_settle
from meantime.desk.seen import is_noted, note_look, note_search
from meantime.desk.sessions import SignedIn
from meantime.shop.lines import LineState
from meantime.shop.look_up import FoundCustomer, FoundOrder, find_customers, find_orders
from meantime.shop.panels import CustomerPanel, PanelOrder, customer_panel, orders_of_customer, orders_told
from meantime.shop.policy import Policy
from meantime.shop.tables import Customer, Proof

MOST_SENT = 10
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """What went to the customer's phone or mailbox: where to, when, and what became of it."""

    channel: str
    state: str
    error_code: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Panel:
    """All of it. ``open_order`` is the order talked about, as far as it is theirs; ``only_named`` one that was named,
    and nobody has proven to own: it is not shown until a colleague asks for it. ``is_noted``: the audit has it
    already that this colleague looks at it."""

    conversation: Conversation
    shop: CustomerPanel
    sent: tuple[Sent, ...]
    open_order: str | None
    only_named: str | None
    is_noted: bool
    left: Left | None
    why_not_change: str
    """Why the orders cannot be changed by who looks; "" where they can."""
    may_settle: frozenset[int]
    """The promises that who looks may say to be kept, or withdraw."""

    @property
    def signed_in_until(self) -> datetime | None:
        """Until when the shop vouches for the customer; None where it never has."""
        return self.conversation.customer_proof_expires_at if self.conversation.customer_id else None

    @property
    def is_signed_in(self) -> bool:
        return self.signed_in_until is not None and self.signed_in_until > now()


@dataclass(frozen=True, slots=True)
class Left:
    """Where a customer wants the answer once they have gone, and whether it follows them there by itself."""

    channel: str
    theirs: str
    is_sent: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search for a customer or an order has found."""

    customers: tuple[FoundCustomer, ...]
    orders: tuple[FoundOrder, ...]


@dataclass(frozen=True, slots=True)
class SeenCustomer:
    """A customer that was looked up, some of their orders (``newer`` ones are skipped, ``older`` ones left out), and
    the conversations that are theirs."""

    customer: Customer
    orders: tuple[PanelOrder, ...]
    newer: int
    older: int
    conversations: tuple[Conversation, ...]

    @property
    def shown_until(self) -> int:
        """How many to skip for those that are left out."""
        return self.newer + len(self.orders)


@dataclass(frozen=True, slots=True)
class SeenOrder:
    """An order that was looked up, whose it is, and the conversations about it."""

    customer: Customer
    order: PanelOrder
    conversations: tuple[Conversation, ...]


def panel_of(session: Session, who: SignedIn, conversation_id: str, policy: Policy) -> Panel:
    """Return what stands beside a conversation. Raises UnknownConversation."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise UnknownConversation(conversation_id)
    vouched_for = [conversation.customer_id] if conversation.customer_id else []
    shop = customer_panel(session, conversation_id, vouched_for, (), policy)
    named = order_talked_about(session, conversation, policy)
    return Panel(
        conversation=conversation,
        shop=shop,
        sent=_sent(session, conversation_id),
        open_order=_open_order(named, shop),
        only_named=named if named not in {order.number for order in shop.orders} else None,
        is_noted=is_noted(session, who, f"conversation:{conversation_id}"),
        left=_left(session, conversation),
        why_not_change=why_not(conversation, who),
        may_settle=frozenset(made.id for made in shop.promises if may_settle(conversation, who, made)),
    )


def note_panel(session: Session, who: SignedIn, conversation_id: str) -> None:
    note_look(session, who, f"conversation:{conversation_id}")


def find(session: Session, who: SignedIn, text: str) -> Found:
    """Return customers and orders by anything that names them. That somebody searched is in the audit, not for whom."""
    found = Found(
        tuple(find_customers(session, text, MOST_FOUND)),
        tuple(find_orders(session, text, MOST_FOUND)),
    )
    if text.strip():
        note_search(session, who, len(found.customers) + len(found.orders))
    return found


def look_at_order(session: Session, who: SignedIn, number: str, policy: Policy) -> SeenOrder | None:
    """Return an order for a colleague who has looked it up, or None where there is none."""
    told = orders_told(session, [number], policy)
    if not told:
        return None
    note_look(session, who, f"order:{number}")
    order = told[0]
    customer = session.get_one(Customer, order.customer_id)
    return SeenOrder(customer, order, _conversations(session, order.customer_id, [number]))


def look_at_customer(
    session: Session, who: SignedIn, customer_id: str, policy: Policy, skip: int = 0
) -> SeenCustomer | None:
    """Return a customer for a colleague who has looked them up, with the orders after those to ``skip``, or None where
    there is none."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        return None
    note_look(session, who, f"customer:{customer_id}")
    orders, count = orders_of_customer(session, customer_id, policy, skip=skip)
    numbers = [order.number for order in orders]
    older = max(0, count - skip - len(orders))
    return SeenCustomer(customer, orders, skip, older, _conversations(session, customer_id, numbers))


def _sent(session: Session, conversation_id: str) -> tuple[Sent, ...]:
    rows = session.execute(
        select(Delivery.channel, Delivery.state, Delivery.error_code, Delivery.created_at)
        .where(Delivery.conversation_id == conversation_id, Delivery.state != SUPERSEDED)
        .order_by(Delivery.id.desc())
        .limit(MOST_SENT)
    )
    return tuple(Sent(*row) for row in rows)


def _left(session: Session, conversation: Conversation) -> Left | None:
    if conversation.channel == SMS or conversation.contact_id is None:
        return None
    contact = session.get_one(Contact, conversation.contact_id)
    return Left(contact.channel, contact.theirs, follows(contact.channel))


def _open_order(named: str | None, shop: CustomerPanel) -> str | None:
    """Return the order to show open: the one named last, else the one proven last, else what waits."""
    shown = [order.number for order in shop.orders]
    proven = [proof.order_number for proof in reversed(shop.proofs)]
    waits = [order.number for order in shop.orders if _waits(order)]
    return next((number for number in (named, *proven, *waits, *shown) if number in shown), None)


def _waits(order: PanelOrder) -> bool:
    return any(line.view.state is LineState.BACKORDERED for line in order.lines)


def _conversations(session: Session, customer_id: str, numbers: Sequence[str]) -> tuple[Conversation, ...]:
    """Return the newest conversations in which this customer, or one of these orders, was proven or vouched for."""
    proven = select(Proof.conversation_id).where((Proof.customer_id == customer_id) | Proof.order_number.in_(numbers))
    theirs = (Conversation.customer_id == customer_id) | Conversation.id.in_(proven)
    newest = select(Conversation).where(theirs).order_by(Conversation.last_message_at.desc().nulls_last())
    return tuple(session.scalars(newest.limit(MOST_FOUND)))
