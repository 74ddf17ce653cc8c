"""What staff should know of a conversation and the customer is not told. Only added to; never holds an address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from meantime.conversations.tables import Conversation
from meantime.conversations.wake import announce
from meantime.db import Base, UtcTime, now


class Note(Base):
    """One sentence for staff."""

    __tablename__ = "conversation_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    text: Mapped[str]
    author: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """Of a note written by a member of staff: their name."""
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


def note_once(session: Session, conversation: Conversation, text: str) -> None:
    """Leave a note that need not be read a second time."""
    same = exists().where(Note.conversation_id == conversation.id, Note.text == text)
    if not session.scalar(select(same)):
        note(session, conversation, text)


def note(session: Session, conversation: Conversation, text: str) -> None:
    """Leave a note on a locked conversation."""
    session.add(Note(conversation_id=conversation.id, text=text))
    announce(session, conversation)
