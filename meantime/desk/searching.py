"""Finding conversations: by whose they are, the order they are about, and what was said in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from meantime.conversations.contacts import Contact
from meantime.conversations.tables import Conversation, Message
from meantime.desk.board import Entry, shown
from meantime.desk.views import Moment
from meantime.shop.audit import record
from meantime.shop.identity import SHOWN
from meantime.shop.policy import Policy
from meantime.shop.tables import Customer, Order, Proof

MOST = 50
MOST_TERMS = 6
LONGEST = 200
FEWEST_CHARACTERS = 2
FEWEST_DIGITS = 5
ESCAPE = "\\"
_OF_NUMBERS = frozenset("0123456789 ()+-./")

type Text = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


def search(session: Session, words: str, policy: Policy) -> list[Entry]:
    """Return the newest conversations in which every one of ``words`` is found: in the customer's name, e-mail, phone
    or id, in an order number, or in a message. A telephone number is looked for as a whole, however it is spaced."""
    terms = terms_of(words)
    if not terms:
        return []
    moment = Moment(policy)
    chosen = moment.conversations().where(*(_holds(term) for term in terms))
    newest = chosen.order_by(
        func.coalesce(Conversation.last_message_at, Conversation.created_at).desc(), Conversation.id
    )
    return shown(session, newest.limit(MOST), moment, policy)


def note_search(session: Session, who: str, found: int) -> None:
    """Put a search into the audit: that there was one, not for whom."""
    record(session, who, "search", "conversations", None, {"found": found})


def terms_of(words: str) -> list[str]:
    """Return what is looked for: each word by itself; a telephone number is one."""
    words = " ".join(words[:LONGEST].split())
    if _digits(words):
        return [words]
    return [term for term in words.split(" ") if len(term) >= FEWEST_CHARACTERS][:MOST_TERMS]


def _holds(term: str) -> ColumnElement[bool]:
    digits = _digits(term)
    customers = select(Customer.id).where(
        or_(
            Customer.id == term,
            _has(Customer.name, term),
            _has(Customer.email_key, term),
            *([_has(Customer.phone_key, digits)] if digits else []),
        )
    )
    orders = select(Order.number).where(Order.customer_id.in_(customers))
    proven = select(Proof.conversation_id).where(
        Proof.how != SHOWN,
        or_(Proof.customer_id.in_(customers), Proof.order_number.in_(orders), _has(Proof.order_number, term)),
    )
    contacts = select(Contact.id).where(_has(Contact.theirs, digits or term))
    said = select(Message.conversation_id).where(_has(Message.text, term))
    return or_(
        Conversation.customer_id.in_(customers),
        Conversation.contact_id.in_(contacts),
        Conversation.id.in_(proven),
        Conversation.id.in_(said),
        _has(Conversation.summary, term),
        _has(Conversation.hand_back_order, term),
    )


def _has(column: Text, term: str) -> ColumnElement[bool]:
    """Return that ``term`` is in ``column``, in capitals or not."""
    pattern = f"%{_escaped(term)}%"
    if term.isascii():
        return column.ilike(pattern, escape=ESCAPE)
    # SQLite knows the capitals of ASCII only.
    written: dict[str, Any] = dict.fromkeys((pattern, pattern.lower(), pattern.upper(), f"%{_escaped(term).title()}%"))
    return or_(*(column.ilike(each, escape=ESCAPE) for each in written))


def _escaped(term: str) -> str:
    for special in (ESCAPE, "%", "_"):
        term = term.replace(special, ESCAPE + special)
    return term


def _digits(words: str) -> str:
    """Return the digits of what may be a telephone number, as they stand in its international form; "" of others."""
    digits = "".join(filter(str.isdigit, words)) if set(words) <= _OF_NUMBERS else ""
    return digits.lstrip("0") if len(digits) >= FEWEST_DIGITS else ""
