"""What staff should know of a conversation and the customer is not told. Only added to.

What we note ourselves never holds an address; what a member of staff writes is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from meantime.conversations.inbox import lock_conversation, readable
from meantime.conversations.tables import Conversation
from meantime.conversations.wake import announce
from meantime.db import Base, UtcTime, now

CLICKED_TWICE = timedelta(minutes=1)


class Note(Base):
    """One sentence for staff."""

    __tablename__ = "conversation_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    text: Mapped[str]
    author: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """Of a note written by a member of staff: their name."""
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note as staff read it; ``author`` is "" where we left it ourselves."""

    id: int
    author: str
    text: str
    at: datetime


def add_note(session: Session, conversation_id: str, author: str, text: str) -> tuple[ShownNote, bool]:
    """Leave a note for ``author``, of the staff, and return it and whether it is new: the same words twice in a row
    are a second click, and one note. Raises inbox.Empty, inbox.TooLong and inbox.UnknownConversation."""
    conversation = lock_conversation(session, conversation_id)
    note, is_new = leave_note(session, conversation, author, readable(text))
    return _shown(note), is_new


def leave_note(session: Session, conversation: Conversation, author: str, text: str) -> tuple[Note, bool]:
    """The same for a locked conversation and words that are fit to be stored."""
    newest = session.scalars(
        select(Note)
        .where(Note.conversation_id == conversation.id, Note.author == author)
        .order_by(Note.id.desc())
        .limit(1)
    ).one_or_none()
    if newest and newest.text == text and newest.at > now() - CLICKED_TWICE:
        return newest, False
    left = Note(conversation_id=conversation.id, author=author, text=text)
    _add(session, conversation, left)
    session.flush()
    return left, True


def notes_of(session: Session, conversation_id: str, after: int = 0) -> list[ShownNote]:
    """Return the notes of a conversation that came after the one with the id ``after``, oldest first."""
    found = select(Note).where(Note.conversation_id == conversation_id, Note.id > after).order_by(Note.id)
    return [_shown(note) for note in session.scalars(found)]


def note_once(session: Session, conversation: Conversation, text: str) -> None:
    """Leave a note that need not be read a second time."""
    same = exists().where(Note.conversation_id == conversation.id, Note.text == text)
    if not session.scalar(select(same)):
        note(session, conversation, text)


def note(session: Session, conversation: Conversation, text: str) -> None:
    """Leave a note on a locked conversation."""
    _add(session, conversation, Note(conversation_id=conversation.id, text=text))


def _add(session: Session, conversation: Conversation, note: Note) -> None:
    session.add(note)
    conversation.erased_at = None  # there is something to be forgotten again
    announce(session, conversation)


def _shown(note: Note) -> ShownNote:
    return ShownNote(note.id, note.author, note.text, note.at)
