"""Where the answer goes once a customer has left: asked at most twice, kept as their contact, never said back."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

from sqlalchemy.orm import Session

from meantime.conversations.contacts import ContactEvent, contact_of, lock_contact, opt_in
from meantime.conversations.given import Given, Unreadable, given_in
from meantime.conversations.tables import SMS, Conversation
from meantime.settings import Settings, settings
from meantime.wording import gateway as say
from meantime.wording.presence import CONTACT, EMAIL, PHONE, AnswerTo, is_somebody_there, wanted

ASKED, ASKED_AGAIN = 1, 2
GIVEN = "given"
"""In the ledger: an address or number, for the answer and for nothing else."""
CONTACT_KINDS = frozenset({CONTACT, EMAIL, PHONE})


def answer_to(conversation: Conversation) -> AnswerTo:
    """Return what this conversation itself tells of where an answer reaches the customer."""
    if conversation.channel == SMS:
        return AnswerTo.THIS_NUMBER
    if conversation.contact_id is not None:
        return AnswerTo.GIVEN
    return AnswerTo.ASKED if conversation.contact_asks else AnswerTo.UNKNOWN


def vouched_for(conversation: Conversation, at: datetime) -> bool:
    """Return whether the shop itself said who this is, and stood by it at ``at``."""
    expires = conversation.customer_proof_expires_at
    return conversation.customer_id is not None and expires is not None and expires > at


def note_question(conversation: Conversation, asks: str | None) -> None:
    """Remember that the customer was asked, if that is what a hand-off ``asks``."""
    if asks in CONTACT_KINDS:
        conversation.contact_asks = max(conversation.contact_asks, ASKED)


def take_contact(session: Session, conversation: Conversation, text: str) -> str | None:
    """Keep the address or number in ``text`` as the contact of a locked conversation that was asked for one, or that
    waits while nobody is there, or for too long. Return what is said to that; None where there is nothing of the
    kind in it, or it was asked for often enough."""
    is_wanted = conversation.contact_asks or conversation.told_late_at is not None or not is_somebody_there()
    if conversation.channel == SMS or not is_wanted:
        return None
    found = given_in(text, wanted(), settings().shop_country)
    match found:
        case Given():
            contact = contact_of(session, found.channel, address_of_ours(settings(), found.channel), found.theirs)
            conversation.contact_id = contact.id
            if found.channel == EMAIL:  # a number that has opted out has done so at the network
                opt_in(session, lock_contact(session, contact.id), "typed in the chat, for the answer")
            session.add(ContactEvent(contact_id=contact.id, kind=GIVEN, source="typed in the chat, for the answer"))
            return say.contact_kept(found.channel)
        case Unreadable() if conversation.contact_id is None:
            conversation.contact_asks += conversation.contact_asks < ASKED_AGAIN
            return say.UNREADABLE[found.what]
    return None


def address_of_ours(settings: Settings, channel: str) -> str:
    """Return what we write from by ``channel``; "" where that is not set up."""
    return parseaddr(settings.mail_from)[1] if channel == EMAIL else settings.twilio_from
