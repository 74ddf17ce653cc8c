"""The keys to a conversation. Each device has its own, so that one can be taken away without the others.

The database keeps hashes only: whoever reads it can open nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from meantime.conversations.inbox import lock_conversation
from meantime.conversations.tables import Conversation
from meantime.conversations.wake import announce
from meantime.db import Base, UtcTime, now


class ConversationToken(Base):
    """One device's key to one conversation, until it is revoked."""

    __tablename__ = "conversation_tokens"
    __table_args__ = (Index("ix_conversation_tokens_address", "address_hash", "created_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    address_hash: Mapped[str] = mapped_column(String(64), default="")
    """Where it was asked for: how many an address was given is counted by it."""
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    proof_expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """Until then the shop's identity JWT, shown on this device, vouches for who writes on it."""


def give_token(session: Session, conversation: Conversation, address_hash: str) -> str:
    """Make one more key to ``conversation`` and return it. The others stay good."""
    token = secrets.token_urlsafe(32)
    session.flush()  # the conversation may be as new as its key
    session.add(
        ConversationToken(token_hash=hash_token(token), conversation_id=conversation.id, address_hash=address_hash)
    )
    return token


def prove(session: Session, token: str, expires_at: datetime) -> None:
    """Have what is written with ``token`` count as the customer's own until ``expires_at``. Other devices prove
    themselves: one that was left behind signed out does not profit."""
    session.flush()
    session.execute(
        update(ConversationToken)
        .where(ConversationToken.token_hash == hash_token(token))
        .values(proof_expires_at=expires_at),
        execution_options={"synchronize_session": False},
    )


def is_proven(session: Session, token_hash: str) -> bool:
    """Return whether the device of this token has shown who uses it, and that still holds."""
    token = session.get(ConversationToken, token_hash, populate_existing=True)
    return (
        token is not None
        and token.revoked_at is None
        and token.proof_expires_at is not None
        and token.proof_expires_at > now()
    )


def conversation_of(session: Session, token: str) -> Conversation | None:
    """Return the conversation that ``token`` opens."""
    return session.scalars(
        select(Conversation)
        .join(ConversationToken, ConversationToken.conversation_id == Conversation.id)
        .where(ConversationToken.token_hash == hash_token(token), ConversationToken.revoked_at.is_(None))
    ).one_or_none()


def forget(session: Session, token: str) -> None:
    """Have ``token`` open nothing any more. Whoever shows the conversation is woken and looks whether this was
    theirs; an unknown token is forgotten already."""
    conversation = conversation_of(session, token)
    if conversation is None:
        return
    conversation = lock_conversation(session, conversation.id)
    revoked = session.execute(
        update(ConversationToken)
        .where(ConversationToken.token_hash == hash_token(token), ConversationToken.revoked_at.is_(None))
        .values(revoked_at=now())
        .returning(ConversationToken.token_hash),
        execution_options={"synchronize_session": False},
    )
    if revoked.all():
        announce(session, conversation)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
