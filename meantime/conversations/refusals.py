"""A change that was promised in a conversation and that the shop could not make: its customer hears, and a person
takes it from there."""

from __future__ import annotations

from sqlalchemy.orm import Session

from meantime.conversations.inbox import UnknownConversation, Words, lock_conversation, post
from meantime.conversations.notes import note
from meantime.conversations.queue import WAYS_OUT, give_up
from meantime.conversations.reasons import Reason
from meantime.conversations.tables import BOT, QUEUE, SYSTEM


def tell_refused(session: Session, conversation_id: str, reason: str, words: str, for_staff: str) -> bool:
    """Tell the customer of a conversation, leave ``for_staff`` as a note, and put it before a person, unless one has
    it or it waits for one. Return whether there is such a conversation still."""
    try:
        conversation = lock_conversation(session, conversation_id)
    except UnknownConversation:
        return False
    if conversation.is_forgotten:
        return False  # nobody can be reached there any more, and their words are not to come back
    if conversation.owner == BOT:
        give_up(session, conversation, reason, words, Reason.REFUSED)
    else:
        conversation.snoozed_until = None
        post(session, conversation, SYSTEM, Words(words, WAYS_OUT if conversation.owner == QUEUE else ()))
    note(session, conversation, for_staff)
    return True
