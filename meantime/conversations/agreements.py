"""What an answer means for what a contact agreed to: wanting to be told, or to be left in peace."""

from __future__ import annotations

from sqlalchemy.orm import Session

from meantime.conversations.contacts import consent, lock_contact, opt_out
from meantime.conversations.tables import SMS, Conversation

WANTS_NOTICES, LEAVES = "wants_notices", "leaves"


def takes_leave(session: Session, conversation: Conversation, wish: str | None) -> bool:
    """Note ``wish`` in the ledger of the conversation's contact, where it has one. Return whether the customer has
    left by SMS, so that one more text, which says so, is the last."""
    if wish is None or conversation.contact_id is None:
        return False
    contact = lock_contact(session, conversation.contact_id)
    if wish == WANTS_NOTICES:
        consent(session, contact, f"asked in a conversation by {conversation.channel} to be told about an order")
        return False
    return (
        wish == LEAVES
        and opt_out(session, contact, "asked in own words for no more messages")
        and (conversation.channel == SMS)
    )
