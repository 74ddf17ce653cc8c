"""The outbox: what goes to a customer's phone or mailbox, stored in the transaction that decides it is said.

A row is one text message, or one e-mail. It is sent later and by whoever comes first (``sending``); what became of
it is told by the provider later still (``delivery_reports``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from meantime.conversations.contacts import Contact
from meantime.conversations.due import announce_due
from meantime.conversations.tables import Message
from meantime.db import Base, UtcTime, now

HELD, WAITING, SENDING, SENT, DELIVERED = "held", "waiting", "sending", "sent", "delivered"
UNDELIVERED, FAILED, UNKNOWN, PARKED = "undelivered", "failed", "unknown", "parked"
SUPPRESSED, SUPERSEDED = "suppressed", "superseded"

OPEN = (WAITING, SENDING, UNKNOWN)
"""States in which something has to be done yet."""
LOST = (UNDELIVERED, FAILED, PARKED, SUPPRESSED)
"""States in which words of ours have not reached the customer."""
_IS_LOST = "state in ('undelivered', 'failed', 'parked', 'suppressed') and followed_up_at is null"


class Delivery(Base):
    """One page of a message on its way to one contact.

    - held: a later page, until the customer asks for it; waiting: to be sent; superseded: overtaken by newer words
    - sending: somebody is at it, or died at it; unknown: the provider may have taken it
    - sent: the provider has it; delivered; undelivered: it did not arrive; failed: the provider refused it
    - parked: given up after many tries; suppressed: the contact has opted out
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("message_id", "channel", "part"),
        Index(
            "ix_deliveries_open",
            "contact_id",
            "id",
            sqlite_where=text("state in ('waiting', 'sending', 'unknown')"),
            postgresql_where=text("state in ('waiting', 'sending', 'unknown')"),
        ),
        Index("ix_deliveries_conversation", "conversation_id", "state"),
        Index(
            "ix_deliveries_lost",
            "id",
            sqlite_where=text(_IS_LOST),
            postgresql_where=text(_IS_LOST),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"))
    channel: Mapped[str] = mapped_column(String(20))
    part: Mapped[int] = mapped_column(default=1)
    """The page, from 1."""
    text: Mapped[str]
    state: Mapped[str] = mapped_column(String(12))
    is_farewell: Mapped[bool] = mapped_column(default=False)
    """Says that the contact has opted out: the only thing that is sent after that."""
    provider_id: Mapped[str | None] = mapped_column(String(64), index=True)
    error_code: Mapped[str | None] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(UtcTime)
    retry_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    reported_at: Mapped[datetime | None] = mapped_column(UtcTime)
    followed_up_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """Something else was tried, or need not be, after this was lost."""


def enqueue(
    session: Session,
    contact_id: int,
    message: Message,
    pages: Sequence[str],
    *,
    channel: str,
    not_before: datetime | None = None,
    is_farewell: bool = False,
) -> None:
    """Have ``message`` sent: its first page as soon as may be, each later one when the customer asks for it."""
    session.flush()  # the message comes first: the rows refer to it
    session.add_all(
        Delivery(
            contact_id=contact_id,
            conversation_id=message.conversation_id,
            message_id=message.id,
            channel=channel,
            part=part,
            text=page,
            state=WAITING if part == 1 else HELD,
            not_before=not_before,
            is_farewell=is_farewell,
        )
        for part, page in enumerate(pages, 1)
    )
    announce_due(session, contact_id)


def has_more(session: Session, conversation_id: str) -> bool:
    """Return whether a page is held back that the customer may ask for."""
    held = exists().where(Delivery.conversation_id == conversation_id, Delivery.state == HELD)
    return bool(session.scalar(select(held)))


def send_more(session: Session, conversation_id: str) -> bool:
    """Have the next held page sent; return whether there was one. The conversation is locked."""
    following = session.scalars(
        select(Delivery)
        .where(Delivery.conversation_id == conversation_id, Delivery.state == HELD)
        .order_by(Delivery.id)
        .limit(1)
    ).one_or_none()
    if following is None:
        return False
    following.state = WAITING
    announce_due(session, following.contact_id)
    return True


def add_page(session: Session, contact_id: int, message: Message, page: str, *, channel: str) -> None:
    """Have one more page of a message sent that has been said already: the message stays the newest."""
    last = select(func.max(Delivery.part)).where(Delivery.message_id == message.id, Delivery.channel == channel)
    session.add(
        Delivery(
            contact_id=contact_id,
            conversation_id=message.conversation_id,
            message_id=message.id,
            channel=channel,
            part=(session.scalar(last) or 0) + 1,
            text=page,
            state=WAITING,
        )
    )
    announce_due(session, contact_id)


def supersede_held(session: Session, conversation_id: str) -> None:
    """Drop the pages that nobody has asked for: there is something newer to read."""
    _supersede(session, Delivery.conversation_id == conversation_id, Delivery.state == HELD)


def supersede_unsent(session: Session, message_id: str) -> None:
    """Drop what has not been sent of one message: the customer has read it elsewhere meanwhile."""
    _supersede(session, Delivery.message_id == message_id, Delivery.state.in_((HELD, WAITING)))


def lost(session: Session, most: int) -> list[Delivery]:
    """Return deliveries that have not reached their customer, and that nobody has followed up, oldest first: the
    hook for whoever knows another way. Mark each one ``followed_up_at`` in the transaction that decides on it."""
    return list(
        session.scalars(
            select(Delivery).where(is_any_of(LOST), Delivery.followed_up_at.is_(None)).order_by(Delivery.id).limit(most)
        )
    )


def retry(session: Session, delivery_id: int) -> bool:
    """Put back what was refused, parked or did not arrive; return whether there was such a thing. What the provider
    may have taken is looked for first."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.state not in (PARKED, FAILED, UNDELIVERED):
        return False
    was_lost_on_the_way = delivery.state == PARKED and delivery.first_tried_at is not None
    if not was_lost_on_the_way:
        delivery.first_tried_at = None  # refused, or not delivered: no earlier try counts
    delivery.state = UNKNOWN if was_lost_on_the_way else WAITING
    delivery.attempts = 0
    delivery.provider_id = delivery.error_code = delivery.retry_at = delivery.sent_at = delivery.reported_at = None
    delivery.created_at = now()
    announce_due(session, delivery.contact_id)
    return True


def is_any_of(states: Collection[str], which: type[Delivery] = Delivery) -> ColumnElement[bool]:
    """Return the condition in the words of the index for it: where the states come as parameters, SQLite reads every
    delivery there ever was."""
    return which.state.in_(bindparam("states", states, expanding=True, literal_execute=True, unique=True))


def contact_for(session: Session, delivery: Delivery) -> Contact:
    """Return whom ``delivery`` goes to."""
    return session.get_one(Contact, delivery.contact_id)


def _supersede(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(
        update(Delivery).where(*which).values(state=SUPERSEDED),
        execution_options={"synchronize_session": "fetch"},
    )
