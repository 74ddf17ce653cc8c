"""Somebody has taken over after a hand-off and has written nothing yet: for the customer, that is still waiting."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from meantime.conversations.tables import AGENT, Conversation


def awaits_first_words(conversation: Conversation) -> bool:
    return (
        conversation.owner == AGENT and conversation.handed_off_because != "" and conversation.first_answered_at is None
    )


def who_awaits_first_words() -> ColumnElement[bool]:
    """Return the same as a condition on conversations."""
    return and_(
        Conversation.owner == AGENT, Conversation.handed_off_because != "", Conversation.first_answered_at.is_(None)
    )
