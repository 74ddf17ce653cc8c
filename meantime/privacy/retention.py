"""Nothing personal is kept for longer than the policy says (``retention:``), whether or not anybody asks.

The audit is kept for good: its rows cannot be taken out, and nothing personal is in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, text, update
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact
from meantime.conversations.tables import HAS_PICTURES, Conversation, Message
from meantime.ledger import Key, Turn
from meantime.privacy.batches import Look, Sweep, any_row, delete_some
from meantime.privacy.forgetting import forget_contact, forget_conversation, is_needed
from meantime.shop.policy import Retention
from meantime.shop.standing_wishes import WishKind
from meantime.shop.tables import Guess, Proof, Proposal, StandingWish

MOST = 50
"""Conversations in one transaction."""
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of thing that becomes too old: a look that takes no lock, and a sweep to be called until it says that
    no more is left."""

    name: str
    has_some: Look
    sweep: Sweep


def duties(retention: Retention, at: datetime) -> Iterator[Duty]:
    """Yield what has to be taken out ``at`` this moment."""
    if (days := retention.conversations_days) is not None:
        before = at - timedelta(days=days)
        yield Duty(
            "conversations",
            partial(any_row, table=Conversation, which=_is_old(before)),
            partial(forget_old_conversations, before=before),
        )
        for table, which in _used_up(before):
            yield Duty(
                table.__tablename__,
                partial(any_row, table=table, which=which),
                partial(delete_some, table=table, which=which, most=MOST_ROWS),
            )
    if (days := retention.pictures_days) is not None:
        before = at - timedelta(days=days)
        yield Duty(
            "pictures",
            partial(any_row, table=Message, which=_has_old_pictures(before)),
            partial(forget_old_pictures, before=before),
        )


def forget_old_conversations(session: Session, before: datetime, most: int = MOST) -> bool:
    """Take the person out of conversations in which nothing was said since ``before``; return whether there may be
    more. An address goes with the last conversation of it, unless it has opted out: that must be remembered."""
    old = select(Conversation.id).where(_is_old(before)).order_by(Conversation.created_at).limit(most)
    ids = sorted(session.scalars(old))
    contact_ids = set()
    for conversation_id in ids:
        conversation = session.get_one(Conversation, conversation_id, with_for_update=True, populate_existing=True)
        # Another gateway may have done it meanwhile, or the customer may have come back.
        if conversation.erased_at is not None or (conversation.last_message_at or conversation.created_at) >= before:
            continue
        forget_conversation(session, conversation_id)
        contact_ids.add(conversation.contact_id)
    session.flush()
    for contact_id in sorted(filter(None, contact_ids)):
        if not is_needed(session, session.get_one(Contact, contact_id)):
            forget_contact(session, contact_id)
    return len(ids) == most


def forget_old_pictures(session: Session, before: datetime, most: int = MOST_ROWS) -> bool:
    """Take out the links to pictures that were sent before; return whether there may be more."""
    ids = list(session.scalars(select(Message.id).where(_has_old_pictures(before)).limit(most)))
    session.execute(update(Message).where(Message.id.in_(ids)).values(media=[]))
    return len(ids) == most


def _is_old(before: datetime) -> ColumnElement[bool]:
    silent = or_(Conversation.last_message_at.is_(None), Conversation.last_message_at < before)
    return and_(Conversation.erased_at.is_(None), Conversation.created_at < before, silent)


def _has_old_pictures(before: datetime) -> ColumnElement[bool]:
    return and_(text(HAS_PICTURES), Message.at < before)


def _used_up(before: datetime) -> Iterator[tuple[type[Any], ColumnElement[bool]]]:
    """Yield the tables whose rows are of no use after a while. What proves that somebody who wants no messages is
    this customer is of use for good."""
    leaves_in_peace = select(StandingWish.conversation_id).where(StandingWish.kind == WishKind.STOP_ALL.value)
    yield Proof, and_(Proof.expires_at < before, Proof.conversation_id.not_in(leaves_in_peace))
    yield Guess, Guess.at < before
    yield Proposal, Proposal.expires_at < before
    yield Turn, Turn.started_at < before
    yield Key, Key.at < before
