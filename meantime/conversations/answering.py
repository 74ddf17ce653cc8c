"""An agent answers. A customer who is no longer there gets it by e-mail or text message, unless they have seen it.

It waits for a minute first: whoever still looks at the page has read it by then (``seen``). By e-mail what an agent
says in several goes is put together into one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact, contact_of, lock_contact
from meantime.conversations.inbox import IdReused, Words, lock_conversation, post, readable
from meantime.conversations.links import Links
from meantime.conversations.notes import note_once
from meantime.conversations.outbox import SUPERSEDED, WAITING, Delivery, enqueue
from meantime.conversations.owner import NotTaken
from meantime.conversations.reachable import address_of_ours, vouched_for
from meantime.conversations.tables import AGENT, CUSTOMER, SMS, Conversation, Message
from meantime.db import now
from meantime.settings import settings
from meantime.wording import away as say
from meantime.wording.presence import EMAIL

FOLLOWS_AFTER = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=5)
"""However much more the agent says."""

type EmailOf = Callable[[Session, str, str | None, datetime], str | None]
"""The shop's own e-mail address of who has proven to be a customer: conversation, the customer its JWT named, when."""


class OptedOut(Exception):
    """The customer wants no text messages, and there is no other way known to reach them."""


def answer(
    session: Session,
    conversation_id: str,
    agent_name: str,
    text: str,
    email_of: EmailOf,
    client_id: str | None = None,
) -> Message:
    """Say ``text`` to the customer for ``agent_name``, whose conversation it is. Under the same ``client_id`` it is
    said once, however often it is sent. Raises NotTaken, OptedOut, inbox.Refused and inbox.UnknownConversation."""
    conversation = lock_conversation(session, conversation_id)
    words = readable(text)
    if client_id is not None and (said := _said(session, conversation_id, agent_name, words, client_id)):
        return said
    if conversation.owner != AGENT or conversation.agent_name != agent_name:
        raise NotTaken(conversation_id)
    if not _can_arrive(session, conversation, email_of):
        raise OptedOut(conversation_id)
    message = post(session, conversation, AGENT, Words(words), name=agent_name)
    message.client_id = client_id
    conversation.awaits_since = None
    if conversation.first_answered_at is None and conversation.handed_off_because:
        conversation.first_answered_at = now()
    if conversation.channel != SMS:  # there it has been sent by being said
        _send_after(session, conversation, message, email_of)
    return message


def is_said(session: Session, conversation_id: str, client_id: str) -> bool:
    """Return whether something was said under this id already."""
    return session.scalar(_under(conversation_id, client_id)) is not None


def known_email(session: Session, conversation: Conversation, email_of: EmailOf) -> str | None:
    """Return the shop's own address of who has proven to be a customer, when they wrote last."""
    wrote_at = session.scalar(
        select(func.max(Message.at)).where(Message.conversation_id == conversation.id, Message.author == CUSTOMER)
    )
    at = wrote_at or now()
    customer_id = conversation.customer_id if vouched_for(conversation, at) else None
    return email_of(session, conversation.id, customer_id, at)


def mail(session: Session, message: Message, to: Contact, words: str, not_before: datetime | None = None) -> Delivery:
    """Have ``words`` of ``message`` sent by e-mail."""
    enqueue(session, to.id, message, [words], channel=EMAIL, not_before=not_before)
    session.flush()
    return session.scalars(select(Delivery).where(Delivery.message_id == message.id, Delivery.channel == EMAIL)).one()


def _said(session: Session, conversation_id: str, agent_name: str, words: str, client_id: str) -> Message | None:
    """Return what was said before under this id. Raises IdReused where that was something else."""
    said = session.scalars(_under(conversation_id, client_id)).one_or_none()
    if said is not None and (said.author, said.name, said.text) != (AGENT, agent_name, words):
        raise IdReused(client_id)
    return said


def _under(conversation_id: str, client_id: str) -> Select[Message]:
    return select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)


def _can_arrive(session: Session, conversation: Conversation, email_of: EmailOf) -> bool:
    """Return whether an answer can reach a customer who texts: on their phone, else in their mailbox."""
    if conversation.channel != SMS or conversation.contact_id is None:
        return True
    if lock_contact(session, conversation.contact_id).opted_out_at is None:
        return True
    return settings().sends_mail and known_email(session, conversation, email_of) is not None


def _send_after(session: Session, conversation: Conversation, message: Message, email_of: EmailOf) -> None:
    contact = _contact(session, conversation, email_of)
    if contact is None:
        return
    if not follows(contact.channel):
        if conversation.contact_id is not None:  # they asked for it; of the shop's own address they know nothing
            note_once(session, conversation, say.by_hand(contact.channel))
        return
    lock_contact(session, contact.id)
    if contact.channel == EMAIL:
        _mail_together(session, contact, message)
    else:
        url = Links.of(settings()).to(conversation.id)
        page = say.text_message(message.name, settings().shop_name, message.text, url)
        enqueue(session, contact.id, message, [page], channel=SMS, not_before=now() + FOLLOWS_AFTER)


def follows(channel: str) -> bool:
    """Return whether an answer follows who has left the page by ``channel``: whether sending is set up here."""
    return settings().sends_mail if channel == EMAIL else settings().texts_first


def _contact(session: Session, conversation: Conversation, email_of: EmailOf) -> Contact | None:
    """Return the contact they gave, else the e-mail address the shop has for them; from what we write from now."""
    if conversation.contact_id is None:
        email = known_email(session, conversation, email_of)
        return contact_of(session, EMAIL, address_of_ours(settings(), EMAIL), email) if email else None
    given = session.get_one(Contact, conversation.contact_id)
    return contact_of(session, given.channel, address_of_ours(settings(), given.channel), given.theirs)


def _mail_together(session: Session, contact: Contact, message: Message) -> None:
    """Put what nobody has begun to send before the new words, so that one mail says it all."""
    waiting = session.scalars(
        select(Delivery)
        .where(
            Delivery.contact_id == contact.id,
            Delivery.conversation_id == message.conversation_id,
            Delivery.state == WAITING,
            Delivery.attempts == 0,
        )
        .order_by(Delivery.id)
        .with_for_update()
    ).all()
    for earlier in waiting:
        earlier.state = SUPERSEDED
    words = "\n\n".join([*(earlier.text for earlier in waiting), message.text])
    first_at = min((earlier.created_at for earlier in waiting), default=now())
    together = mail(session, message, contact, words, min(now() + FOLLOWS_AFTER, first_at + LONGEST_WAIT))
    together.created_at = first_at
