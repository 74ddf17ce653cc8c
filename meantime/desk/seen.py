"""That a colleague has seen somebody's data is in the audit: each page they open, and once for a panel that refreshes
itself beside it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.tables import Conversation
from meantime.db import now
from meantime.desk.place import Desk
from meantime.desk.sessions import SignedIn
from meantime.shop.audit import record
from meantime.shop.staff_audit import VIEW, staff_view
from meantime.shop.tables import AuditEntry

SAME_LOOK = timedelta(minutes=15)
"""What refreshes itself within so long is one look."""


def is_noted(session: Session, who: SignedIn, subject: str) -> bool:
    """Return whether the audit has it that ``who`` looks at ``subject`` just now."""
    noted = select(AuditEntry.id).where(
        AuditEntry.subject == subject,
        AuditEntry.who == who.as_author,
        AuditEntry.what == VIEW,
        AuditEntry.at > now() - SAME_LOOK,
    )
    return session.scalar(noted.limit(1)) is not None


def note_look(session: Session, who: SignedIn, subject: str) -> None:
    """Record that ``who`` sees ``subject``, unless that is in the audit just now."""
    if not is_noted(session, who, subject):
        staff_view(session, who.name, subject)


def note_conversation(session: Session, who: SignedIn, conversation_id: str) -> None:
    """Record that ``who`` sees what was said in a conversation, by whichever of its addresses: its page, a part of it
    alone, or the words that are made for it."""
    if session.get(Conversation, conversation_id) is not None:
        note_look(session, who, f"conversation:{conversation_id}")


async def note_part(desk: Desk, who: SignedIn, conversation_id: str) -> None:
    """The same for a part of a page: mostly the page has been noted just before, and nothing is written."""
    if not await desk.storage.read(partial(is_noted, who=who, subject=f"conversation:{conversation_id}")):
        await desk.storage.write(partial(note_conversation, who=who, conversation_id=conversation_id))


def note_search(session: Session, who: SignedIn, found: int) -> None:
    """Record that ``who`` has searched for customers, and how many were shown. What was typed may name somebody."""
    record(session, who.as_author, "search", "customers", None, {"found": found})
