"""A customer has seen an agent's answer on the page: it need not be sent after them any more."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from meantime.conversations.inbox import lock_conversation
from meantime.conversations.outbox import WAITING, Delivery, supersede_unsent
from meantime.conversations.tables import SMS, Message


def is_awaited(session: Session, conversation_id: str, seq: int) -> bool:
    """Return whether something would be sent of what was said up to ``seq``."""
    waiting = exists().where(*_waiting(conversation_id, seq))
    return bool(session.scalar(select(waiting)))


def note_seen(session: Session, conversation_id: str, seq: int) -> None:
    """Drop what waits to be sent of the messages up to ``seq``. Raises UnknownConversation."""
    conversation = lock_conversation(session, conversation_id)
    if conversation.channel == SMS:
        return
    for message_id in session.scalars(select(Delivery.message_id).where(*_waiting(conversation_id, seq)).distinct()):
        supersede_unsent(session, message_id)


def _waiting(conversation_id: str, seq: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Delivery.conversation_id == conversation_id,
        Delivery.state == WAITING,
        Delivery.attempts == 0,
        Delivery.message_id == Message.id,
        Message.seq <= seq,
    )
