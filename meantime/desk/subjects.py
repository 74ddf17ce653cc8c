"""What an entry of the audit is about and who made it: in words, with the page that shows more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.tables import Conversation
from meantime.desk.accounts import key_of
from meantime.desk.tables import Staff
from meantime.shop.tables import Customer, Order, Product

PAGES: Mapping[str, str] = {
    "order": "/desk/look-up/orders/{}",
    "customer": "/desk/look-up/customers/{}",
    "conversation": "/desk/conversations/{}",
    "staff": "/desk/staff/{}",
    "reply": "/desk/replies/{}",
}
KINDS: Mapping[str, str] = {
    "order": "Order",
    "customer": "Customer",
    "conversation": "Conversation",
    "staff": "Account of",
    "reply": "Reply",
    "product": "Product",
    "stock": "Stock of",
    "inbound": "Delivery to us",
    "shipment": "Parcel",
    "refund": "Refund",
    "feed": "Import of",
    "key": "Key",
    "queue": "The queue,",
}
ALONE: Mapping[str, str] = {
    "audit": "The audit",
    "conversations": "The conversations",
    "promises": "The promises",
    "ratings": "The ratings",
}
WHO: Mapping[str, str] = {
    "cli": "The command line",
    "demo": "The demo shop",
    "source": "The shop's system",
    "nobody": "Nobody signed in",
    "meantime": "Meantime itself",
}
SHORT = 12
"""So many characters of a conversation's id are enough to tell it from another."""


@dataclass(frozen=True, slots=True)
class Subject:
    """``href`` is "" where no page shows it."""

    words: str
    href: str = ""


def page_of(kind: str, id_: str) -> str:
    """Return the address of the page that shows a thing, "" where there is none."""
    return PAGES[kind].format(quote(id_, safe="")) if kind in PAGES and id_ else ""


def subject_in_words(subject: str, staff: Mapping[int, str]) -> Subject:
    """Return what an entry is about. ``staff`` are the accounts' names by id."""
    kind, colon, id_ = subject.partition(":")
    if not colon:
        return Subject(ALONE.get(subject, subject.replace("_", " ").capitalize()))
    shown = id_
    if kind == "staff" and id_.isdecimal():
        shown = staff.get(int(id_), id_)
    elif kind == "conversation":
        shown = id_[:SHORT]
    label = KINDS.get(kind, kind.replace("_", " ").capitalize())
    return Subject(f"{label} {shown}", page_of(kind, id_))


def who_in_words(who: str) -> Subject:
    """Return who made an entry."""
    kind, colon, id_ = who.partition(":")
    if kind == "staff" and colon:
        return Subject(id_)
    if colon and kind in ("customer", "conversation"):
        return Subject(
            f"The customer, {id_[:SHORT]}" if kind == "conversation" else f"Customer {id_}", page_of(kind, id_)
        )
    if colon and kind == "key":
        return Subject(f"The shop's system, key {id_}")
    return Subject(WHO.get(who, who))


def names_of_staff(session: Session) -> dict[int, str]:
    """Return the names of all accounts by id, as a lead may know them."""
    return dict(session.execute(select(Staff.id, Staff.name).order_by(Staff.name_key)).all())


def meant_subject(session: Session, typed: str) -> str | None:
    """Return what somebody means who types a number, an id or a name, as the audit writes it; None for nothing."""
    typed = typed.strip()
    kind, colon, _ = typed.partition(":")
    if not typed or (colon and (kind in KINDS)) or typed in ALONE:
        return typed or None
    for candidate in dict.fromkeys((typed, typed.upper(), typed.lower())):
        for kind, column in (
            ("order", Order.number),
            ("customer", Customer.id),
            ("conversation", Conversation.id),
            ("product", Product.sku),
        ):
            if session.scalar(select(column).where(column == candidate)) is not None:
                return f"{kind}:{candidate}"
    account = session.scalar(select(Staff.id).where(Staff.name_key == key_of(typed)))
    return f"staff:{account}" if account is not None else f"order:{typed}"


def meant_who(typed: str, names: Iterable[str]) -> str | None:
    """Return who somebody means, as the audit writes it; None for anybody."""
    typed = " ".join(typed.split())
    if not typed or ":" in typed or typed in WHO:
        return typed or None
    by_words = {words.casefold(): who for who, words in WHO.items()}
    if typed.casefold() in by_words:
        return by_words[typed.casefold()]
    return next((f"staff:{name}" for name in names if key_of(name) == key_of(typed)), f"staff:{typed}")
