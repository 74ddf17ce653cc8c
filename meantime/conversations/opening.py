"""Opening a conversation, or coming back to one. The token is the only key to it; the database keeps its hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from meantime.conversations.identity import Identity
from meantime.conversations.tables import Conversation, new_id

KnownCustomer = Callable[[Session, str], bool]
"""Whether the shop has a customer of this id."""


@dataclass(frozen=True, slots=True)
class Opened:
    conversation_id: str
    token: str


def open_conversation(
    session: Session,
    *,
    channel: str,
    address_hash: str,
    identity: Identity | None,
    token: str | None,
    known_customer: KnownCustomer,
) -> Opened:
    """Return the conversation of ``token``, or a new one where there is none or it is somebody else's."""
    conversation = conversation_of(session, token) if token else None
    known = identity if identity and known_customer(session, identity.customer_id) else None
    if conversation is None or token is None or _is_of_another(conversation, identity):
        token = secrets.token_urlsafe(32)
        conversation = Conversation(id=new_id(), token_hash=hash_token(token), channel=channel)
        session.add(conversation)
    if known is not None:
        conversation.customer_id = known.customer_id
        conversation.customer_proof_expires_at = known.expires_at
    conversation.address_hash = address_hash
    return Opened(conversation.id, token)


def conversation_of(session: Session, token: str) -> Conversation | None:
    """Return the conversation that ``token`` opens."""
    return session.scalars(select(Conversation).where(Conversation.token_hash == hash_token(token))).one_or_none()


def note_address(session: Session, conversation_id: str, address_hash: str) -> None:
    """Remember where the customer writes from now: guesses are counted by it."""
    session.execute(update(Conversation).where(Conversation.id == conversation_id).values(address_hash=address_hash))


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _is_of_another(conversation: Conversation, identity: Identity | None) -> bool:
    """A conversation without a customer becomes its first one's; it never changes hands after that."""
    return (
        identity is not None
        and conversation.customer_id is not None
        and conversation.customer_id != identity.customer_id
    )
