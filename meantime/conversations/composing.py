"""Somebody is writing: passed on to whoever shows the conversation, at every gateway, and never stored.

What is lost on the way does no harm, the next stroke says it again; so nothing is kept, repeated or waited for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

CHANNEL = "meantime_composing"
LONGEST_NAME = 100
"""A notification has room for 8,000 bytes."""


@dataclass(frozen=True, slots=True)
class Composing:
    """``author`` writes in a conversation; ``name`` is what the customer knows a member of staff by."""

    conversation_id: str
    author: str
    name: str = ""


def notify(session: Session, sender: str, news: Sequence[Composing]) -> None:
    """Tell the other gateways. ``sender`` is how this one knows its own notifications again."""
    for one in news:
        payload = json.dumps([sender, one.conversation_id, one.author, one.name[:LONGEST_NAME]])
        session.execute(select(func.pg_notify(CHANNEL, payload)))


def notified(payload: str) -> tuple[str, Composing]:
    """Return who sent a notification, and what it says."""
    sender, conversation_id, author, name = json.loads(payload)
    return sender, Composing(conversation_id, author, name)
