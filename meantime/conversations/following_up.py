"""What did not reach a customer by text message goes by e-mail, where there is an address, and staff can see it."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from meantime.conversations.answering import EmailOf, known_email, mail
from meantime.conversations.contacts import Contact, contact_of
from meantime.conversations.inbox import lock_conversation
from meantime.conversations.notes import note
from meantime.conversations.outbox import LOST, SUPPRESSED, Delivery
from meantime.conversations.queue import HandOff, enqueue
from meantime.conversations.reachable import address_of_ours
from meantime.conversations.reasons import Reason
from meantime.conversations.tables import AGENT, BOT, Conversation, Message
from meantime.db import now
from meantime.settings import settings
from meantime.wording import away as say
from meantime.wording.presence import EMAIL

LOST_ANSWER = "an answer of ours did not arrive"


def follow_up(session: Session, delivery_id: int, email_of: EmailOf) -> None:
    """Decide what becomes of a lost delivery, once for each message."""
    conversation_id = session.get_one(Delivery, delivery_id).conversation_id
    conversation = lock_conversation(session, conversation_id)
    delivery = session.get_one(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if delivery.followed_up_at is not None or delivery.state not in LOST:
        return
    delivery.followed_up_at = now()
    message = session.get_one(Message, delivery.message_id)
    was_refused = delivery.state == SUPPRESSED
    # Who wants no text messages wants no replies of the bot elsewhere; an agent's answer is what they asked for.
    if (was_refused and message.author != AGENT) or _is_followed(session, delivery):
        return
    to = _address(session, conversation, email_of) if delivery.channel != EMAIL else None
    if to is not None:
        mail(session, message, to, message.text)
        note(session, conversation, say.followed_by_mail(delivery.error_code))
    else:
        note(session, conversation, say.opted_out() if was_refused else say.lost(delivery.channel, delivery.error_code))
        if message.author == AGENT:
            _before_staff(session, conversation)


def _before_staff(session: Session, conversation: Conversation) -> None:
    """The customer still waits for what a person has said: somebody has to find another way."""
    conversation.undelivered_at = now()
    conversation.snoozed_until = None
    if conversation.owner == BOT:
        enqueue(session, conversation, HandOff(LOST_ANSWER, kind=Reason.UNDELIVERED))
    elif conversation.awaits_since is None:
        conversation.awaits_since = now()


def _is_followed(session: Session, delivery: Delivery) -> bool:
    """Return whether another page of the same message was dealt with, or it has gone by e-mail as well. A lost mail is
    followed by nothing else, whatever it was sent in place of."""
    is_page = (Delivery.channel == delivery.channel) & Delivery.followed_up_at.is_not(None)
    others = exists().where(
        Delivery.message_id == delivery.message_id,
        Delivery.id != delivery.id,
        is_page | ((Delivery.channel == EMAIL) & (delivery.channel != EMAIL)),
    )
    return bool(session.scalar(select(others)))


def _address(session: Session, conversation: Conversation, email_of: EmailOf) -> Contact | None:
    if not settings().sends_mail:
        return None
    given = session.get(Contact, conversation.contact_id) if conversation.contact_id is not None else None
    if given is not None and given.channel == EMAIL:
        return given
    email = known_email(session, conversation, email_of)
    return contact_of(session, EMAIL, address_of_ours(settings(), EMAIL), email) if email else None
