"""The tables of the inbox: conversations, their messages, and the options that may be chosen."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meantime.conversations import contacts  # noqa: F401  conversations refer to them
from meantime.db import Base, Json, UtcTime, now

BOT, QUEUE, AGENT = "bot", "queue", "agent"
"""Who answers a conversation. The bot and an agent are authors of messages too."""
CUSTOMER, SYSTEM = "customer", "system"
SMS = "sms"
"""The channel that shows options as numbers."""
CONFIRM, DECLINE, CHOICE, HUMAN = "confirm", "decline", "choice", "human"
"""What choosing an option means, so that a channel can show it."""
HAS_PICTURES = "media <> '[]'"


def new_id() -> str:
    return uuid.uuid4().hex


FORGOTTEN = "erased"
"""Why a conversation is closed that nothing is left of."""


class Conversation(Base):
    """One customer's talk over one channel. The row is also the lock under which its messages are numbered."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_owner", "owner", "queued_at"),
        Index("ix_conversations_agent_name", "agent_name", "owner"),
        Index("ix_conversations_last_message_at", "last_message_at"),
        Index(
            "ix_conversations_awaits",
            "awaits_since",
            sqlite_where=text("awaits_since is not null"),
            postgresql_where=text("awaits_since is not null"),
        ),
        Index(
            "ix_conversations_first_answered",
            "first_answered_at",
            sqlite_where=text("first_answered_at is not null"),
            postgresql_where=text("first_answered_at is not null"),
        ),
        Index(
            "ix_conversations_snoozed",
            "snoozed_until",
            sqlite_where=text("snoozed_until is not null"),
            postgresql_where=text("snoozed_until is not null"),
        ),
        Index(
            "ix_conversations_undelivered",
            "undelivered_at",
            sqlite_where=text("undelivered_at is not null"),
            postgresql_where=text("undelivered_at is not null"),
        ),
        Index(
            "ix_conversations_closed",
            "closed_at",
            sqlite_where=text("closed_at is not null"),
            postgresql_where=text("closed_at is not null"),
        ),
        Index(
            "ix_conversations_to_erase",
            "created_at",
            sqlite_where=text("erased_at is null"),
            postgresql_where=text("erased_at is null"),
        ),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(20))
    customer_id: Mapped[str | None] = mapped_column(String(100), index=True)
    customer_proof_expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """Until then the shop's identity JWT vouches for ``customer_id``, on the devices that have shown one."""
    address_hash: Mapped[str] = mapped_column(String(64), default="")
    owner: Mapped[str] = mapped_column(String(10), default=BOT)
    agent_name: Mapped[str] = mapped_column(default="")
    handed_off_because: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="", server_default="")
    """For the person who takes over: which order, and what is wanted."""
    queued_at: Mapped[datetime | None] = mapped_column(UtcTime)
    queue_acknowledged: Mapped[bool] = mapped_column(default=False)
    state: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What Rasa has to know of the conversation; only Rasa reads it."""
    last_seq: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    """Grows with everything a channel may want to show."""
    claimed_until: Mapped[datetime | None] = mapped_column(UtcTime)
    fence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    last_message_at: Mapped[datetime | None] = mapped_column(UtcTime)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    """By SMS who writes; on the website where the answer goes once the customer has left."""
    contact_asks: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the customer was asked where the answer may go."""
    undelivered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """Since then words of ours have not reached the customer: for staff to see."""
    handed_off_kind: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Why a person is to answer, as one of ``reasons``; ``handed_off_because`` says it in words."""
    handed_off_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When it was last handed off. Never cleared: how long customers wait is counted from it."""
    summed_up_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When ``summary`` was written: it tells what was so then."""
    awaits_since: Mapped[datetime | None] = mapped_column(UtcTime)
    """Since then the customer waits for a person's answer: since the hand-off, or since their first words after the
    last answer. What the first-response target is measured from."""
    first_answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When a person first answered after the newest hand-off."""
    told_late_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When the customer was told that nobody has answered within the target."""
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """A person has closed it; the customer's next words open it again."""
    closed_by: Mapped[str] = mapped_column(default="", server_default="")
    closed_because: Mapped[str] = mapped_column(default="", server_default="")
    hand_back_note: Mapped[str] = mapped_column(default="", server_default="")
    """What the person who handed it back wants the assistant to know."""
    hand_back_order: Mapped[str | None] = mapped_column(String(100))
    """The order the person talked about, for the assistant to go on with."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """Since then nothing is left of what was said; words that come after it count anew."""

    @property
    def is_forgotten(self) -> bool:
        """Whether nothing is left of it: nobody can be reached in it. A note that is written later changes nothing in
        that, and has ``erased_at`` emptied, to be forgotten in its turn."""
        return self.closed_because == FORGOTTEN


class Message(Base):
    """Words in a conversation. A customer's message is handled when nothing has to be done with it any more."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq", name="uq_messages_seq"),
        UniqueConstraint("conversation_id", "client_id", name="uq_messages_client_id"),
        Index(
            "ix_messages_unhandled",
            "conversation_id",
            "seq",
            sqlite_where=text("handled_at is null"),
            postgresql_where=text("handled_at is null"),
        ),
        Index("ix_messages_pictures", "at", sqlite_where=text(HAS_PICTURES), postgresql_where=text(HAS_PICTURES)),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True, default=new_id)
    """Made here; changes of the shop are keyed by it."""
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    client_id: Mapped[str | None] = mapped_column(String(64))
    token_hash: Mapped[str | None] = mapped_column(String(64))
    """Of a customer's words on the website: the device they were written on, by its key."""
    author: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    option_id: Mapped[str | None] = mapped_column(String(64))
    """The option that was chosen by its id."""
    payload: Mapped[str | None]
    """What the chosen option stands for. Never made from typed words."""
    asks: Mapped[str | None] = mapped_column(String(20))
    cards: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    media: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list, server_default="[]")
    """Pictures a customer sent: {url, type}, for a member of staff to open. Never fetched here."""
    proposal_id: Mapped[str | None] = mapped_column(String(64))
    intent: Mapped[str | None] = mapped_column(String(100))
    confidence: Mapped[float | None]
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    handled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    told_to_wait_at: Mapped[datetime | None] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(default=0)
    """Failed answers so far."""
    retry_at: Mapped[datetime | None] = mapped_column(UtcTime)

    options: Mapped[list[Option]] = relationship(order_by="Option.position", lazy="raise")


class Option(Base):
    """Something a customer may choose instead of typing. Opaque outside; the payload never leaves the server."""

    __tablename__ = "options"
    __table_args__ = (
        Index(
            "ix_options_live",
            "conversation_id",
            sqlite_where=text("expired_at is null"),
            postgresql_where=text("expired_at is null"),
        ),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    role: Mapped[str] = mapped_column(String(10), default=CHOICE)
    payload: Mapped[str]
    on_card: Mapped[bool] = mapped_column(default=False)
    """Shown by a card only, not in the list below the message."""
    lasting: Mapped[bool] = mapped_column(default=False)
    """A notice's option: it outlives later messages, until what it offers changes."""
    expired_at: Mapped[datetime | None] = mapped_column(UtcTime)
