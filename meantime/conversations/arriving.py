"""What a customer's words do to a conversation by arriving: somebody waits again, and nothing stays put away."""

from __future__ import annotations

from sqlalchemy.orm import Session

from meantime.conversations.gateway_words import NEEDS_NO_ANSWER, is_about_rating
from meantime.conversations.options import expire_options
from meantime.conversations.tables import AGENT, QUEUE, SMS, Conversation, Message
from meantime.db import now


def note_words(session: Session, conversation: Conversation, message: Message) -> None:
    """Note on a locked conversation that the customer has said ``message``. A rating alone opens nothing again."""
    if message.payload in NEEDS_NO_ANSWER:
        return
    conversation.snoozed_until = None
    if conversation.owner in (QUEUE, AGENT) and conversation.awaits_since is None:
        conversation.awaits_since = now()
    if conversation.closed_at is not None and not is_about_rating(message.payload):
        open_again(conversation)
        conversation.handed_off_because = conversation.handed_off_kind = conversation.summary = ""
        conversation.hand_back_note, conversation.hand_back_order = "", None
        if conversation.channel == SMS:
            expire_options(session, conversation.id)  # "good" is no rating any more once they talk of something else


def open_again(conversation: Conversation) -> None:
    """Take back that a locked conversation was closed."""
    conversation.closed_at = None
    conversation.closed_by = conversation.closed_because = ""
