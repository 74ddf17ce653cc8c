"""Who may change a customer's order from within a conversation: whoever answers that customer, or a lead.

Two who change one order for one customer undo each other's word. On the pages of the look-up there is no conversation
that somebody could have.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from meantime.conversations.inbox import UnknownConversation, lock_conversation
from meantime.conversations.tables import AGENT, BOT, Conversation
from meantime.desk.sessions import SignedIn


class NotYourConversation(Exception):
    """Somebody else answers this customer; the message says who, in words for who wanted to change something."""


def why_not(conversation: Conversation, who: SignedIn) -> str:
    """Return why ``who`` may change nothing from this conversation, or "" where they may."""
    if who.is_lead or (conversation.owner == AGENT and conversation.agent_name == who.name):
        return ""
    if conversation.owner == AGENT:
        name = conversation.agent_name
        return f"{name} answers this customer. Only {name}, or a lead, can change their order here."
    if conversation.owner == BOT:
        return "Take over first: the assistant still answers this customer."
    return "Take over first: nobody answers this customer yet."


def why_not_in(session: Session, conversation_id: str, who: SignedIn) -> str:
    """Return the same of a conversation by its id. Raises UnknownConversation."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise UnknownConversation(conversation_id)
    return why_not(conversation, who)


def require_own(session: Session, conversation_id: str | None, who: SignedIn) -> None:
    """Keep the conversation with ``who`` until what they change is done. None: a page of the look-up.

    Raises UnknownConversation, NotYourConversation.
    """
    if conversation_id is None:
        return
    if words := why_not(lock_conversation(session, conversation_id), who):
        raise NotYourConversation(words)
