"""Takes a customer out of all that is kept: sums, quantities, changes and the audit stay, without the person.

The customer's id stays, as the shop's own number for them: orders refer to it, the audit cannot be changed, and by it
an import knows whom not to bring back. A shop whose ids are made of names keeps the name in them.

Of a conversation in which another customer was proven as well nothing is left either: who said what for whom cannot
be told apart.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from meantime.conversations.tables import Message
from meantime.db import now
from meantime.feeds.apply import wait_for_others
from meantime.feeds.erased import without_person
from meantime.privacy.belonging import contacts_of, conversations_of, customer_of, orders_of
from meantime.privacy.forgetting import ERASED, forget_contact, forget_conversation, forget_promises
from meantime.privacy.traces import Traces, forget_mentions, nobodys_conversations
from meantime.shop.audit import record
from meantime.shop.tables import Change, Customer, Order, Shipment, SourceValue, StaffPromise

ERASE = "erase"
ENDED = frozenset({"shipped", "delivered", "cancelled"})
"""States of an order in which nothing of it has to reach the customer through us any more."""
PERSONAL = (
    *("name", "email", "email_key", "phone", "phone_key", "street", "city", "region", "postcode", "country"),
    *("loyalty_tier", "language", "timezone"),
)
"""Columns of a customer that are emptied."""


class OrdersOpen(Exception):
    """Orders of the customer are under way: without the person they could not be told of a delay any more."""

    def __init__(self, numbers: Collection[str]) -> None:
        super().__init__(", ".join(numbers))
        self.numbers = tuple(numbers)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasing takes out, or would, or (``erased_at`` without ``is_new``) has taken out before."""

    customer_id: str
    orders: int = 0
    open_orders: tuple[str, ...] = ()
    conversations: int = 0
    messages: int = 0
    contacts: int = 0
    erased_at: datetime | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class _Theirs:
    orders: list[str]
    open_orders: tuple[str, ...]
    conversations: list[str]
    contacts: list[int]
    traces: Traces


def outlook(session: Session, customer_id: str) -> Erasure:
    """Return what ``erase`` would take out now. Raises UnknownCustomer."""
    customer = customer_of(session, customer_id)
    if customer.erased_at is not None:
        return Erasure(customer_id, erased_at=customer.erased_at)
    return _counted(session, customer_id, _theirs(session, customer))


def erase(session: Session, customer_id: str, by: str, *, even_with_open_orders: bool = False) -> Erasure:
    """Take the customer out of everything, in this one transaction. A second time changes nothing and says when it
    was done. Raises UnknownCustomer, OrdersOpen."""
    wait_for_others(session)  # an import that has begun ends first: it would write the person back
    customer = customer_of(session, customer_id)
    session.refresh(customer)
    if customer.erased_at is not None:
        return Erasure(customer_id, erased_at=customer.erased_at)
    theirs = _theirs(session, customer)
    if theirs.open_orders and not even_with_open_orders:
        raise OrdersOpen(theirs.open_orders)
    erasure = _counted(session, customer_id, theirs)
    # In the order in which everybody takes locks: conversations, their turns, orders, contacts.
    for conversation_id in sorted(theirs.conversations):
        forget_conversation(session, conversation_id)
    _forget_orders(session, theirs.orders)
    for contact_id in sorted(theirs.contacts):
        forget_contact(session, contact_id)
    forget_mentions(session, theirs.traces)
    erased_at = _empty(session, customer)
    counts = {"orders": erasure.orders, "conversations": erasure.conversations, "messages": erasure.messages}
    record(session, by, ERASE, f"customer:{customer_id}", None, counts)
    session.flush()
    return replace(erasure, erased_at=erased_at, is_new=True)


def _theirs(session: Session, customer: Customer) -> _Theirs:
    traces = Traces.of(session, customer)
    belongings = conversations_of(session, customer)
    nobodys = nobodys_conversations(session, traces)
    ids = list(dict.fromkeys([*(each.conversation_id for each in belongings), *nobodys]))
    alone = [each.conversation_id for each in belongings if each.is_theirs_alone]
    orders = orders_of(session, customer)
    under_way = select(Order.number).where(Order.customer_id == customer.id, Order.status.not_in(ENDED))
    return _Theirs(
        orders=orders,
        open_orders=tuple(session.scalars(under_way.order_by(Order.placed_at, Order.number))),
        conversations=ids,
        contacts=[contact.id for contact in contacts_of(session, customer, [*alone, *nobodys])],
        traces=traces,
    )


def _counted(session: Session, customer_id: str, theirs: _Theirs) -> Erasure:
    messages = select(func.count()).select_from(Message).where(Message.conversation_id.in_(theirs.conversations))
    return Erasure(
        customer_id,
        orders=len(theirs.orders),
        open_orders=theirs.open_orders,
        conversations=len(theirs.conversations),
        messages=session.scalar(messages) or 0,
        contacts=len(theirs.contacts),
    )


def _forget_orders(session: Session, numbers: list[str]) -> None:
    """Empty what leads to a door, here and in the source's last words, so that hearing them again is no news."""
    if not numbers:
        return
    session.execute(select(Order.number).where(Order.number.in_(numbers)).order_by(Order.number).with_for_update())
    session.execute(update(Order).where(Order.number.in_(numbers)).values(ship_postcode="", version=Order.version + 1))
    references = list(session.scalars(select(Shipment.reference).where(Shipment.order_number.in_(numbers))))
    session.execute(update(Shipment).where(Shipment.reference.in_(references)).values(tracking_number=""))
    session.execute(update(Change).where(Change.order_number.in_(numbers), Change.reason != "").values(reason=ERASED))
    forget_promises(session, StaffPromise.order_number.in_(numbers))
    for kind, keys in (("orders", numbers), ("shipments", references)):
        for last_word in session.scalars(
            select(SourceValue).where(SourceValue.kind == kind, SourceValue.key.in_(keys))
        ):
            last_word.values = without_person(kind, last_word.values)


def _empty(session: Session, customer: Customer) -> datetime:
    customer.erased_at = erased_at = now()
    for name in PERSONAL:
        setattr(customer, name, "")
    customer.sms_opt_in, customer.sms_opt_in_at = False, None
    last_word = (SourceValue.kind == "customers") & (SourceValue.key == customer.id)
    session.execute(delete(SourceValue).where(last_word))
    return erased_at
