"""What is whose: the conversations, addresses and orders of one customer, and where somebody else's begin.

A conversation is a customer's when the shop's sign-in vouched for them in it, when they have proven in it who they are
or that an order is theirs, when something was listed or noted in it for an order of theirs, and when it was texted
from their own telephone. Where somebody else was proven in it too, it is ``until`` then that it is theirs alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact
from meantime.conversations.given import Given, given_in
from meantime.conversations.outbox import Delivery
from meantime.conversations.tables import CUSTOMER, SMS, Conversation, Message
from meantime.settings import settings
from meantime.shop.clues import email_key
from meantime.shop.tables import Customer, Order, Proof, Proposal, StandingWish
from meantime.wording.presence import EMAIL, PHONE


class UnknownCustomer(LookupError):
    """There is no customer of this id."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """A conversation of a customer. ``until`` is None while nobody else was proven in it; else what was said before
    is theirs, and of what was said after nobody can tell."""

    conversation_id: str
    until: datetime | None

    @property
    def is_theirs_alone(self) -> bool:
        return self.until is None


def customer_of(session: Session, customer_id: str) -> Customer:
    """Return the customer. Raises UnknownCustomer."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise UnknownCustomer(customer_id)
    return customer


def orders_of(session: Session, customer: Customer) -> list[str]:
    """Return the numbers of their orders, in the order they were placed."""
    query = select(Order.number).where(Order.customer_id == customer.id).order_by(Order.placed_at, Order.number)
    return list(session.scalars(query))


def conversations_of(session: Session, customer: Customer) -> list[Belonging]:
    """Return their conversations, oldest first."""
    own_orders = select(Order.number).where(Order.customer_id == customer.id)
    by_id: list[Select[str]] = [
        select(Proof.conversation_id).where(or_(Proof.customer_id == customer.id, Proof.order_number.in_(own_orders))),
        select(StandingWish.conversation_id).where(StandingWish.customer_id == customer.id),
        select(Proposal.conversation_id).where(Proposal.order_number.in_(own_orders)),
    ]
    if customer.phone_key and not _others_have(session, customer, SMS, customer.phone_key):
        by_id.append(
            select(Conversation.id)
            .join(Contact, Contact.id == Conversation.contact_id)
            .where(Conversation.channel == SMS, Contact.theirs == customer.phone_key)
        )
    found = session.scalars(
        select(Conversation.id)
        .where(or_(Conversation.customer_id == customer.id, *(Conversation.id.in_(query) for query in by_id)))
        .order_by(Conversation.created_at, Conversation.id)
    )
    same = _same_person(session, customer)
    return [Belonging(id_, _others_since(session, id_, same)) for id_ in found]


def contacts_of(session: Session, customer: Customer, conversation_ids: Collection[str]) -> list[Contact]:
    """Return the addresses and numbers that are theirs: the shop's own, what was typed in these conversations (theirs
    alone), and where these went on. One that another customer of the shop has too is that one's."""
    found = set(session.scalars(select(Contact.id).where(_is_own(customer))))
    ids = list(conversation_ids)
    of_conversations = select(Conversation.contact_id).where(Conversation.id.in_(ids))
    found.update(id_ for id_ in session.scalars(of_conversations) if id_ is not None)
    found.update(session.scalars(select(Delivery.contact_id).where(Delivery.conversation_id.in_(ids))))
    for theirs in _typed(session, ids):
        query = select(Contact.id).where(Contact.channel == theirs.channel, Contact.theirs == theirs.theirs)
        found.update(session.scalars(query))
    contacts = session.scalars(select(Contact).where(Contact.id.in_(found)).order_by(Contact.id))
    return [c for c in contacts if not _others_have(session, customer, c.channel, c.theirs)]


def _is_own(customer: Customer) -> ColumnElement[bool]:
    mails, phones = customer.email.lower(), customer.phone_key
    return or_(
        and_(literal(bool(mails)), Contact.channel == EMAIL, func.lower(Contact.theirs) == mails),
        and_(literal(bool(phones)), Contact.channel == SMS, Contact.theirs == phones),
    )


def _others_have(session: Session, customer: Customer, channel: str, theirs: str) -> bool:
    column, key = (Customer.email_key, email_key(theirs)) if channel == EMAIL else (Customer.phone_key, theirs)
    others = select(Customer.id).where(column == key, Customer.id != customer.id)
    return bool(key) and session.scalar(others.limit(1)) is not None


def _same_person(session: Session, customer: Customer) -> set[str]:
    """Return the ids under which the shop knows this person: several accounts may have one e-mail address."""
    if not customer.email_key:
        return {customer.id}
    return {customer.id, *session.scalars(select(Customer.id).where(Customer.email_key == customer.email_key))}


def _others_since(session: Session, conversation_id: str, same: Collection[str]) -> datetime | None:
    """Return from when on words of the conversation may be about somebody else: from the customer's message that
    proved it."""
    conversation = session.get_one(Conversation, conversation_id)
    if conversation.customer_id is not None and conversation.customer_id not in same:
        return conversation.created_at
    owner = func.coalesce(Proof.customer_id, Order.customer_id)
    proven_at = session.scalar(
        select(func.min(Proof.given_at))
        .outerjoin(Order, Order.number == Proof.order_number)
        .where(Proof.conversation_id == conversation_id, owner.not_in(same))
    )
    if proven_at is None:
        return None
    first = select(func.min(Proof.given_at)).where(Proof.conversation_id == conversation_id)
    if conversation.customer_id is None and session.scalar(first) == proven_at:
        return conversation.created_at  # somebody else was there first
    told_at = select(func.max(Message.at)).where(
        Message.conversation_id == conversation_id, Message.author == CUSTOMER, Message.at <= proven_at
    )
    return session.scalar(told_at) or conversation.created_at


def _typed(session: Session, conversation_ids: Collection[str]) -> set[Given]:
    """Return the addresses and numbers that the customers of these conversations have typed."""
    texts = session.scalars(
        select(Message.text).where(Message.conversation_id.in_(conversation_ids), Message.author == CUSTOMER)
    )
    found = (given_in(text, kind, settings().shop_country) for text in texts for kind in (EMAIL, PHONE))
    return {given for given in found if isinstance(given, Given)}
