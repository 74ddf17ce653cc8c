"""Where else a customer is spoken of: conversations of nobody known in which their address was typed, and single
sentences in conversations of others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import phonenumbers
from sqlalchemy import ColumnElement, String, cast, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from meantime.conversations.notes import Note
from meantime.conversations.outbox import Delivery
from meantime.conversations.ratings import Rating
from meantime.conversations.tables import CUSTOMER, Conversation, Message, Option
from meantime.privacy.forgetting import ERASED
from meantime.shop.tables import Change, Customer, Proof, StaffPromise

WORDS: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[str]], ...] = (
    (Message.id, Message.text),
    (Option.id, Option.title),
    (Delivery.id, Delivery.text),
    (Note.id, Note.text),
    (Rating.id, Rating.word),
    (StaffPromise.id, StaffPromise.what),
    (Change.id, Change.reason),
    (Conversation.id, Conversation.summary),
    (Conversation.id, Conversation.handed_off_because),
    (Conversation.id, Conversation.hand_back_note),
    (Conversation.id, Conversation.closed_because),
)
"""Every column in which people write what they like, with the key of its table."""
HIDDEN: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any], Any], ...] = (
    (Conversation.id, Conversation.state, None),
    (Message.id, Message.cards, []),
    (Message.id, Message.payload, None),
    (Option.id, Option.payload, ""),
)
"""Columns that repeat what was written, and what stands there when they have to be emptied."""
FEWEST_NAMES = 2
"""A first name alone is many people's."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What a customer is known by. ``addresses`` are theirs alone; ``names`` may be somebody else's too."""

    addresses: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, session: Session, customer: Customer) -> Traces:
        """Return what ``customer`` is known by and no other customer of the shop is."""
        addresses = {
            value
            for column, value in (
                (Customer.email_key, customer.email_key),
                (Customer.phone_key, customer.phone_key),
                (Customer.street, customer.street),
            )
            if value and not _has_another(session, customer, column, value)
        }
        if customer.phone_key in addresses:
            addresses |= _spellings(customer.phone_key) | ({customer.phone} - {""})
        is_name = len(customer.name.split()) >= FEWEST_NAMES
        is_own = is_name and not _has_another(session, customer, Customer.name, customer.name)
        return cls(tuple(sorted(addresses)), (customer.name,) if is_own else ())

    def __bool__(self) -> bool:
        return bool(self.addresses or self.names)

    def in_column(self, column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """Return whether one of them may be in a column: a word that only ends like one is let through."""
        return or_(*(column.icontains(trace, autoescape=True) for trace in (*self.addresses, *self.names)))

    def are_in(self, text: str) -> bool:
        """Return whether one of them stands in ``text``, as a word of its own."""
        return any(
            re.search(rf"(?<!\w){re.escape(trace)}(?!\w)", text, re.IGNORECASE)
            for trace in (*self.addresses, *self.names)
        )


def nobodys_conversations(session: Session, traces: Traces) -> list[str]:
    """Return the conversations in which nobody has proven who they are, and in which an address of this customer
    was typed: who else would."""
    if not traces.addresses:
        return []
    is_proven = exists().where(Proof.conversation_id == Conversation.id)
    found = session.execute(
        select(Conversation.id, Message.text)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Conversation.customer_id.is_(None), ~is_proven, Message.author == CUSTOMER)
        .where(traces.in_column(Message.text))
        .order_by(Conversation.created_at, Conversation.id)
    )
    only_addresses = Traces(traces.addresses, ())
    return list(dict.fromkeys(row.id for row in found if only_addresses.are_in(row.text)))


def forget_mentions(session: Session, traces: Traces) -> None:
    """Take out each sentence anywhere that names the customer."""
    if not traces:
        return
    for key, column in WORDS:
        _replace(session, traces, key, column, ERASED)
    for key, column, empty in HIDDEN:
        _replace(session, traces, key, column, empty)


def _replace(
    session: Session, traces: Traces, key: InstrumentedAttribute[Any], column: InstrumentedAttribute[Any], value: Any
) -> None:
    as_text = cast(column, String)
    rows = session.execute(select(key, as_text).where(traces.in_column(as_text)))
    named = [row[0] for row in rows if traces.are_in(row[1])]
    for each in named:
        session.execute(update(key.class_).where(key == each).values({column: value}))


def _has_another(session: Session, customer: Customer, column: InstrumentedAttribute[str], value: str) -> bool:
    others = select(Customer.id).where(column == value, Customer.id != customer.id)
    return session.scalar(others.limit(1)) is not None


def _spellings(phone_key: str) -> set[str]:
    """Return the ways in which people write a number."""
    try:
        number = phonenumbers.parse(phone_key)
    except phonenumbers.NumberParseException:
        return {phone_key}
    formats = phonenumbers.PhoneNumberFormat
    written = {
        phonenumbers.format_number(number, form) for form in (formats.E164, formats.NATIONAL, formats.INTERNATIONAL)
    }
    national = phonenumbers.format_number(number, formats.NATIONAL)
    groups = re.findall(r"\d+", national)
    return written | set(_joined(groups)) | {phone_key.removeprefix("+")}


def _joined(groups: Iterable[str]) -> Iterable[str]:
    groups = list(groups)
    return (separator.join(groups) for separator in ("", "-", ".", " "))
