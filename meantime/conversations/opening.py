"""Opening a conversation, or coming back to one: by its token, or as the customer whose it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from meantime.conversations.identity import Identity
from meantime.conversations.tables import Conversation, new_id
from meantime.conversations.tokens import ConversationToken, conversation_of, give_token, prove
from meantime.db import now

KnownCustomer = Callable[[Session, str], bool]
"""Whether the shop has a customer of this id."""

ProvenCustomers = Callable[[Session, str], set[str]]
"""The customers whose orders somebody has proven to be theirs in the conversation of this id, whenever that was."""

LONGEST_SILENCE = timedelta(days=30)
"""What lies longer ago is no talk to go on with: a customer who comes without a token begins anew."""
COUNTED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation and a key to it."""

    conversation_id: str
    token: str


class TooMany(Exception):
    """This address was given as many tokens as one may have; ``wait_seconds`` until it is given another."""

    def __init__(self, wait_seconds: float) -> None:
        super().__init__()
        self.wait_seconds = wait_seconds


def open_conversation(
    session: Session,
    *,
    channel: str,
    address_hash: str,
    identity: Identity | None,
    token: str | None,
    known_customer: KnownCustomer,
    proven_customers: ProvenCustomers,
    resume: bool = False,
    most_an_hour: int | None = None,
) -> Opened:
    """Return the conversation of ``token``; without a token that opens one, a new one or, to ``resume``, the
    customer's own newest. The token of one customer, signed in or proven otherwise, with the identity of another opens
    a new one, which shows nothing of either. Raises TooMany when that would take more than ``most_an_hour`` new
    tokens for one address."""
    found = conversation_of(session, token) if token else None
    changes_hands = False
    if found is not None and identity is not None and _is_of_another(session, found, identity, proven_customers):
        changes_hands, found = True, None
    known = identity if identity and known_customer(session, identity.customer_id) else None
    newest = _newest_of(session, known.customer_id, channel) if known and resume and not changes_hands else None
    if found is not None and token is not None and not _hides(found, newest):
        conversation = found
    else:
        if most_an_hour is not None:
            _count(session, address_hash, most_an_hour)
        conversation = newest or _new(session, channel)
        token = give_token(session, conversation, address_hash)
    if known is not None:
        conversation.customer_id = known.customer_id
        conversation.customer_proof_expires_at = _later(conversation.customer_proof_expires_at, known.expires_at)
        prove(session, token, known.expires_at)
    conversation.address_hash = address_hash
    return Opened(conversation.id, token)


def note_address(session: Session, conversation_id: str, address_hash: str) -> None:
    """Remember where the customer writes from now: guesses are counted by it."""
    session.execute(update(Conversation).where(Conversation.id == conversation_id).values(address_hash=address_hash))


def _newest_of(session: Session, customer_id: str, channel: str) -> Conversation | None:
    """Return the customer's conversation in which something was said last, if that is not too long ago."""
    return session.scalars(
        select(Conversation)
        .where(
            Conversation.customer_id == customer_id,
            Conversation.channel == channel,
            func.coalesce(Conversation.last_message_at, Conversation.created_at) > now() - LONGEST_SILENCE,
        )
        .order_by(
            Conversation.last_message_at.is_(None),
            Conversation.last_message_at.desc(),
            Conversation.created_at.desc(),
        )
        .limit(1)
    ).one_or_none()


def _new(session: Session, channel: str) -> Conversation:
    conversation = Conversation(id=new_id(), channel=channel)
    session.add(conversation)
    return conversation


def _count(session: Session, address_hash: str, most: int) -> None:
    """Tokens are counted as the rows they are, so that the limit is one over all gateways, and outlives a restart.
    Two requests at the same moment may both be the last that is let in; that does no harm."""
    since = now() - COUNTED
    given, first = session.execute(
        select(func.count(), func.min(ConversationToken.created_at)).where(
            ConversationToken.address_hash == address_hash, ConversationToken.created_at > since
        )
    ).one()
    if given >= most:
        raise TooMany(_seconds_between(since, first))


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def _seconds_between(earlier: datetime, later: datetime) -> float:
    return (later - earlier).total_seconds()


def _hides(found: Conversation, newest: Conversation | None) -> bool:
    """Return whether a conversation in which nothing was said yet would keep a customer from their history."""
    return found.last_seq == 0 and newest is not None and newest.last_seq > 0


def _is_of_another(
    session: Session, conversation: Conversation, identity: Identity, proven_customers: ProvenCustomers
) -> bool:
    """A conversation without a customer becomes its first one's, unless somebody else has shown in it who they are;
    it never changes hands after that."""
    if conversation.customer_id is not None:
        return conversation.customer_id != identity.customer_id
    proven = proven_customers(session, conversation.id)
    return bool(proven) and identity.customer_id not in proven
