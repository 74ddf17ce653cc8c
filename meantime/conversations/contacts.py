"""Whom we can write to outside the website, from which address of ours, and the ledger of what they agreed to.

Opting out counts for one pair of our number and theirs, as the networks count it. The ledger is only added to; what
counts now stands in the contact itself, so that whoever is about to send reads it under the contact's own lock.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from meantime.db import Base, UtcTime, now

OPTED_OUT, OPTED_IN, CONSENTED = "opted_out", "opted_in", "consented"


class Contact(Base):
    """One address of a customer, seen from one of ours. The row is also the claim under which is sent to it."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "ours", "theirs"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    ours: Mapped[str] = mapped_column(String(320))
    """The number, or the e-mail address, that we write from."""
    theirs: Mapped[str] = mapped_column(String(320))
    """A number in E.164, or an e-mail address."""
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """Since then nothing is sent here."""
    claimed_until: Mapped[datetime | None] = mapped_column(UtcTime)
    fence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class ContactEvent(Base):
    """What a contact agreed to or took back, with who says so and when."""

    __tablename__ = "contact_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str]
    """In words, for who has to show it one day."""
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


def contact_of(session: Session, channel: str, ours: str, theirs: str) -> Contact:
    """Return the contact of this pair of addresses; it is made when it is new. It is not locked."""
    statement = select(Contact).where(Contact.channel == channel, Contact.ours == ours, Contact.theirs == theirs)
    found = session.scalars(statement).one_or_none()
    if found is not None:
        return found
    # Two messages of a new sender may arrive at two gateways at once.
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {"channel": channel, "ours": ours, "theirs": theirs, "fence": 0, "created_at": now()}
    session.execute(dialect.insert(Contact).values(**values).on_conflict_do_nothing())
    return session.scalars(statement).one()


def lock_contact(session: Session, contact_id: int) -> Contact:
    """Return the contact, locked until the transaction ends. Who needs a conversation's lock too takes that first."""
    # key_share: rows that refer to the contact may be added meanwhile.
    lock = {"key_share": True}
    return session.get_one(Contact, contact_id, with_for_update=lock, populate_existing=True)


def opt_out(session: Session, contact: Contact, source: str) -> bool:
    """Note that nothing more may be sent to a locked contact; return whether that is new."""
    if contact.opted_out_at is not None:
        return False
    contact.opted_out_at = now()
    session.add(ContactEvent(contact_id=contact.id, kind=OPTED_OUT, source=source))
    return True


def opt_in(session: Session, contact: Contact, source: str) -> bool:
    """Note that a locked contact may be written to again; return whether that is new. No consent to notices."""
    if contact.opted_out_at is None:
        return False
    contact.opted_out_at = None
    session.add(ContactEvent(contact_id=contact.id, kind=OPTED_IN, source=source))
    return True


def consent(session: Session, contact: Contact, source: str) -> None:
    """Note that a contact wants to be written to of our own accord. Writing to us is no such thing."""
    session.add(ContactEvent(contact_id=contact.id, kind=CONSENTED, source=source))


def has_consented(session: Session, contact: Contact) -> bool:
    """Return whether notices may be sent: agreed to, and not opted out since."""
    newest = session.scalar(
        select(ContactEvent.kind)
        .where(ContactEvent.contact_id == contact.id, ContactEvent.kind.in_((CONSENTED, OPTED_OUT)))
        .order_by(ContactEvent.id.desc())
        .limit(1)
    )
    return newest == CONSENTED and contact.opted_out_at is None
