"""Putting a conversation away until a time: it comes back then, or as soon as the customer writes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.inbox import lock_conversation
from meantime.conversations.notes import note
from meantime.conversations.owner import NotTaken, require_own
from meantime.conversations.tables import BOT, Conversation
from meantime.conversations.wake import announce
from meantime.db import now
from meantime.wording import desk as say

LONGEST = timedelta(days=60)


class NotATime(Exception):
    """A time that has passed, or is too far away."""


def snooze(session: Session, conversation_id: str, by: str, until: datetime, of: str | None = None) -> bool:
    """Put the conversation away for ``by``; return False where it is away until then already. A lead may do so with
    that of somebody else, ``of`` whom it is as they see it. Raises NotATime, owner.AlreadyTaken when another one has
    it, and owner.NotTaken when no person is to answer it."""
    conversation = lock_conversation(session, conversation_id)
    require_own(conversation, by, of)
    if conversation.owner == BOT:
        raise NotTaken(conversation_id)
    if not now() < until <= now() + LONGEST:
        raise NotATime(until.isoformat())
    if conversation.snoozed_until == until:
        return False
    conversation.snoozed_until = until
    note(session, conversation, say.snoozed(by, until))
    return True


def unsnooze(session: Session, conversation_id: str, by: str) -> bool:
    """Bring the conversation back for ``by`` before its time; return False where it is not away."""
    conversation = lock_conversation(session, conversation_id)
    if conversation.snoozed_until is None:
        return False
    conversation.snoozed_until = None
    note(session, conversation, say.brought_back(by))
    return True


def due_to_wake(session: Session, most: int) -> list[str]:
    """Return conversations whose time has come, the longest due first."""
    due = select(Conversation.id).where(Conversation.snoozed_until <= now())
    return list(session.scalars(due.order_by(Conversation.snoozed_until).limit(most)))


def wake_snoozed(session: Session, conversation_id: str) -> bool:
    """Bring back a conversation whose time has come; return False where it has been brought back, or put away anew,
    meanwhile."""
    conversation = lock_conversation(session, conversation_id)
    if conversation.snoozed_until is None or conversation.snoozed_until > now():
        return False
    conversation.snoozed_until = None
    announce(session, conversation)
    note(session, conversation, say.WOKEN)
    return True
