"""All that is kept of a customer, as one JSON document, for whoever asks the shop for it.

What is somebody else's is left out: of a conversation in which another customer was proven too, only what was said
before that is told, with ``shared`` true; notes, ratings and what the assistant remembers of it are left out then.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact, ContactEvent
from meantime.conversations.notes import Note
from meantime.conversations.outbox import Delivery
from meantime.conversations.ratings import Rating
from meantime.conversations.tables import Conversation, Message, Option
from meantime.db import now
from meantime.feeds.compare import source_key
from meantime.privacy.belonging import Belonging, contacts_of, conversations_of, customer_of, orders_of
from meantime.shop.audit import record
from meantime.shop.goodwill import GOODWILL
from meantime.shop.lines import LineView, views, whole_order
from meantime.shop.money import to_text
from meantime.shop.tables import (
    AuditEntry,
    Change,
    Customer,
    Order,
    OrderLine,
    Proof,
    Proposal,
    Shipment,
    SourceValue,
    StaffPromise,
    StandingWish,
)

FORMAT = 1
"""Grows when something in the document means something else than before; more may come without that."""
EXPORT = "export"

type Document = dict[str, Any]


def export(session: Session, customer_id: str, by: str) -> Document:
    """Return the document of a customer and note in the audit that it was given out. Raises UnknownCustomer."""
    document = customer_document(session, customer_id)
    record(session, by, EXPORT, f"customer:{customer_id}", None, None)
    return document


def customer_document(session: Session, customer_id: str) -> Document:
    """Return all that is kept of a customer as plain JSON. Raises UnknownCustomer.

    - ``customer``: what the shop says of them, ``source``: the shop's last words they come from
    - ``orders``: each with its ``lines`` (state, promised days, where the units come from), ``shipments``, ``changes``,
      ``goodwill``, ``wishes``, ``proposals`` and the ``promises`` of staff about it
    - ``conversations``: each with its ``messages``, ``notes``, ``ratings``, ``proofs`` and ``promises``
    - ``contacts``: addresses and numbers, with what was agreed to and taken back
    - ``audit``: who has seen or changed what of theirs

    Money is decimal text, times are UTC (ISO 8601).
    """
    customer = customer_of(session, customer_id)
    numbers, belongings = orders_of(session, customer), conversations_of(session, customer)
    own = [each.conversation_id for each in belongings if each.is_theirs_alone]
    return {
        "format": FORMAT,
        "made_at": plain(now()),
        "customer": columns(customer),
        "orders": [_order(session, whole_order(session, number)) for number in numbers],
        "wishes": _rows(
            session, StandingWish, StandingWish.customer_id == customer.id, StandingWish.order_number.is_(None)
        ),
        "conversations": [_conversation(session, customer, each) for each in belongings],
        "contacts": [_contact(session, contact) for contact in contacts_of(session, customer, own)],
        "source": _source(session, customer, numbers),
        "audit": _audit(session, customer, numbers, own),
    }


def plain(value: Any) -> Any:
    """Return a value as it stands in JSON."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def columns(row: Any, *, but: Collection[str] = ()) -> Document:
    """Return a row of a table by its columns."""
    return {
        attribute.key: plain(getattr(row, attribute.key))
        for attribute in row.__mapper__.column_attrs
        if attribute.key not in but
    }


def _rows(session: Session, table: Any, *which: ColumnElement[bool], but: Collection[str] = ()) -> list[Document]:
    found = session.scalars(select(table).where(*which).order_by(*table.__mapper__.primary_key))
    return [columns(row, but=but) for row in found]


def _order(session: Session, order: Order) -> Document:
    sums = {name: _money(getattr(order, f"{name}_minor"), order.currency) for name in ("shipping", "discount", "tax")}
    minor = {f"{name}_minor" for name in sums}
    shipments = (
        select(Shipment).where(Shipment.order_number == order.number).order_by(Shipment.shipped_at, Shipment.reference)
    )
    changes = [
        {**columns(change, but={"amount_minor"}), "amount": _money(change.amount_minor, change.currency)}
        for change in session.scalars(select(Change).where(Change.order_number == order.number).order_by(Change.id))
    ]
    return {
        **columns(order, but=minor),
        **sums,
        "lines": [_line(session, order, view) for view in views(session, order)],
        "shipments": [
            {**columns(parcel), "lines": {part.line: part.quantity for part in parcel.lines}}
            for parcel in session.scalars(shipments)
        ],
        "changes": [change for change in changes if change["kind"] != GOODWILL],
        "goodwill": [change for change in changes if change["kind"] == GOODWILL],
        "wishes": _rows(session, StandingWish, StandingWish.order_number == order.number),
        "proposals": _rows(session, Proposal, Proposal.order_number == order.number),
        "promises": _rows(session, StaffPromise, StaffPromise.order_number == order.number),
    }


def _line(session: Session, order: Order, view: LineView) -> Document:
    line = next(line for line in order.lines if line.line == view.line)
    return {
        "line": line.line,
        "sku": line.sku,
        "name": view.name,
        "quantity": line.quantity,
        "cancelled_quantity": line.cancelled_quantity,
        "replaces": line.replaces,
        "unit_price": _money(line.unit_price_minor, order.currency),
        "discount": _money(line.discount_minor, order.currency),
        "tax": _money(line.tax_minor, order.currency),
        "state": view.state.value,
        "promise": {"earliest": plain(view.promise.earliest), "latest": plain(view.promise.latest)}
        if view.promise
        else None,
        "allocations": [
            {
                "quantity": units.quantity,
                "warehouse": units.warehouse,
                "inbound": units.inbound_reference,
                "due_on": plain(units.inbound.due_on) if units.inbound else None,
            }
            for units in line.allocations
        ],
    }


def _conversation(session: Session, customer: Customer, belonging: Belonging) -> Document:
    id_, until = belonging.conversation_id, belonging.until
    conversation = session.get_one(Conversation, id_)
    facts = {
        "id": id_,
        "channel": conversation.channel,
        "created_at": plain(conversation.created_at),
        "shared": not belonging.is_theirs_alone,
        "messages": _messages(session, id_, until),
    }
    own = or_(
        Proof.customer_id == customer.id,
        Proof.order_number.in_(select(Order.number).where(Order.customer_id == customer.id)),
    )
    proofs = _rows(session, Proof, Proof.conversation_id == id_, own)
    if until is not None:
        return {**facts, "proofs": proofs}
    return {
        **columns(conversation, but={"fence", "claimed_until", "revision", "last_seq", "contact_asks"}),
        **facts,
        "notes": _rows(session, Note, Note.conversation_id == id_),
        "ratings": _rows(session, Rating, Rating.conversation_id == id_),
        "promises": _rows(session, StaffPromise, StaffPromise.conversation_id == id_),
        "proofs": proofs,
    }


def _messages(session: Session, conversation_id: str, until: datetime | None) -> list[Document]:
    query = select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq)
    messages = session.scalars(query if until is None else query.where(Message.at < until)).all()
    titles: dict[str, list[str]] = {}
    for option in session.scalars(
        select(Option).where(Option.conversation_id == conversation_id).order_by(Option.position)
    ):
        titles.setdefault(option.message_id, []).append(option.title)
    sent: dict[str, list[Document]] = {}
    for delivery in session.scalars(
        select(Delivery).where(Delivery.conversation_id == conversation_id).order_by(Delivery.id)
    ):
        told = {"channel": delivery.channel, "part": delivery.part, "text": delivery.text, "state": delivery.state}
        times = {"created_at": plain(delivery.created_at), "sent_at": plain(delivery.sent_at)}
        sent.setdefault(delivery.message_id, []).append(told | times)
    return [
        {
            "at": plain(message.at),
            "author": message.author,
            "name": message.name,
            "text": message.text,
            "options": titles.get(message.id, []),
            "cards": message.cards,
            "pictures": message.media,
            "understood_as": message.intent,
            "deliveries": sent.get(message.id, []),
        }
        for message in messages
    ]


def _contact(session: Session, contact: Contact) -> Document:
    events = _rows(session, ContactEvent, ContactEvent.contact_id == contact.id, but={"contact_id"})
    return {**columns(contact, but={"claimed_until", "fence"}), "events": events}


def _source(session: Session, customer: Customer, numbers: list[str]) -> list[Document]:
    references = select(Shipment.reference).where(Shipment.order_number.in_(numbers))
    lines = session.execute(select(OrderLine.order_number, OrderLine.line).where(OrderLine.order_number.in_(numbers)))
    which = or_(
        and_(SourceValue.kind == "customers", SourceValue.key == customer.id),
        and_(SourceValue.kind == "orders", SourceValue.key.in_(numbers)),
        and_(SourceValue.kind == "shipments", SourceValue.key.in_(references)),
        and_(SourceValue.kind == "order_lines", SourceValue.key.in_([source_key(tuple(line)) for line in lines])),
    )
    return _rows(session, SourceValue, which)


def _audit(session: Session, customer: Customer, numbers: list[str], conversation_ids: list[str]) -> list[Document]:
    subjects = [f"customer:{customer.id}", *(f"order:{n}" for n in numbers)]
    subjects += [f"conversation:{id_}" for id_ in conversation_ids]
    by_them = AuditEntry.who == f"customer:{customer.id}"
    return _rows(session, AuditEntry, or_(AuditEntry.subject.in_(subjects), by_them), but={"key"})


def _money(minor: int | None, currency: str) -> str | None:
    return None if minor is None else to_text(minor, currency)
