"""What an answer means for what a contact agreed to: wanting to be told, or to be left in peace."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact, consent, contact_of, lock_contact, opt_out
from meantime.conversations.tables import SMS, Conversation

WANTS_NOTICES, LEAVES = "wants_notices", "leaves"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a customer wants of our messages, and the telephone (E.164) they gave for it, if any."""

    wish: str
    number: str = ""


NOTHING_SAID = Agreement("")


def takes_leave(session: Session, conversation: Conversation, agreement: Agreement, texts_from: str = "") -> bool:
    """Note what was agreed to in the ledger. Return whether the customer has left by SMS, so that one more text,
    which says so, is the last."""
    if agreement.wish == WANTS_NOTICES:
        contact = _to_be_told(session, conversation, agreement, texts_from)
        if contact is not None:
            consent(session, contact, f"asked by {conversation.channel} to be told about an order")
        return False
    if agreement.wish != LEAVES or conversation.contact_id is None:
        return False
    opt_out(session, lock_contact(session, conversation.contact_id), "asked in own words for no more messages")
    return conversation.channel == SMS


def _to_be_told(session: Session, conversation: Conversation, agreement: Agreement, texts_from: str) -> Contact | None:
    """Return whom to tell: who texts, or the telephone that was given for it."""
    if conversation.channel == SMS:
        return session.get(Contact, conversation.contact_id)
    if agreement.number and texts_from:
        return contact_of(session, SMS, texts_from, agreement.number)
    return None
