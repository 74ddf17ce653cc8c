"""Storing messages: a customer's words exactly once, everything else as it is said. Seqs have no gaps."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.arriving import note_words
from meantime.conversations.options import Offer, live_option, offer, option_typed
from meantime.conversations.outbox import enqueue, supersede_held
from meantime.conversations.rating_typed import rating_typed
from meantime.conversations.tables import CUSTOMER, SMS, Conversation, Message, new_id
from meantime.conversations.typed import is_empty
from meantime.conversations.wake import announce
from meantime.db import now
from meantime.wording.numbered import pages

LONGEST_TEXT = 4_000


class UnknownConversation(Exception):
    """There is no such conversation (any more)."""


class Refused(Exception):
    """Words that are not taken. ``code`` is what the customer's side is told."""

    code = ""


class Empty(Refused):
    """Nothing that could be read."""

    code = "bad_frame"


class TooLong(Refused):
    code = "too_long"


class TooFast(Refused):
    code = "too_fast"


class IdReused(Refused):
    """The id belongs to a message that says something else."""

    code = "id_reused"


class OptionGone(Refused):
    """An option that has ended, or that another conversation was offered."""

    code = "option_gone"


@dataclass(frozen=True, slots=True)
class Said:
    """Typed words, under an id of the customer's side."""

    client_id: str
    text: str
    token_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Chose:
    """An option chosen by its id."""

    client_id: str
    option_id: str
    token_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A picture with words; ``offer`` is the place of its option among the offers of the message."""

    title: str
    subtitle: str = ""
    image_url: str = ""
    offer: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A message of ours before it is stored."""

    text: str
    offers: tuple[Offer, ...] = ()
    cards: tuple[Card, ...] = ()
    asks: str | None = None
    proposal_id: str | None = None


def lock_conversation(session: Session, conversation_id: str) -> Conversation:
    """Return the conversation, locked until the transaction ends: nobody else numbers or claims meanwhile."""
    conversation = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None:
        raise UnknownConversation(conversation_id)
    return conversation


def store(session: Session, conversation: Conversation, word: Said | Chose) -> tuple[Message, bool]:
    """Store what the customer said or chose; return the message and whether it is new. Raises Refused."""
    stored = session.scalars(
        select(Message).where(Message.conversation_id == conversation.id, Message.client_id == word.client_id)
    ).one_or_none()
    if stored is not None:
        if not _is_same(stored, word):
            raise IdReused(word.client_id)
        return stored, False
    message = Message(
        id=new_id(), conversation_id=conversation.id, client_id=word.client_id, token_hash=word.token_hash
    )
    if isinstance(word, Said):
        message.text = readable(word.text)
        meant = option_typed(session, conversation, message.text)
        message.payload = meant.payload if meant else rating_typed(session, conversation, message.text)
    else:
        option = live_option(session, conversation.id, word.option_id)
        if option is None:
            raise OptionGone(word.option_id)
        message.text, message.option_id, message.payload = option.title, option.id, option.payload
    _append(session, conversation, message, CUSTOMER)
    note_words(session, conversation, message)
    return message, True


def append_customers(session: Session, conversation: Conversation, message: Message, text: str) -> None:
    """Add a message of the customer's that is no plain word of theirs: the gateway knows what it means."""
    message.text = storable(text)
    _append(session, conversation, message, CUSTOMER)
    note_words(session, conversation, message)


def post(
    session: Session,
    conversation: Conversation,
    author: str,
    words: Words,
    *,
    name: str = "",
    lasting: bool = False,
    is_farewell: bool = False,
) -> Message:
    """Add a message of ours to a locked conversation. By SMS it is also put into the outbox, page by page; what has
    not been asked for of an older one is dropped. ``is_farewell``: see outbox.Delivery."""
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        name=name,
        text=storable(words.text),
        asks=words.asks,
        proposal_id=words.proposal_id,
        handled_at=now(),
    )
    option_ids = offer(session, message, words.offers, lasting=lasting)
    message.cards = [
        {
            "title": card.title,
            "subtitle": card.subtitle,
            "image_url": card.image_url,
            "option": None if card.offer is None else option_ids[card.offer],
        }
        for card in words.cards
    ]
    _append(session, conversation, message, author)
    if conversation.channel == SMS and conversation.contact_id is not None:
        supersede_held(session, conversation.id)
        texts = pages(words.text, [offered.title for offered in words.offers])
        enqueue(session, conversation.contact_id, message, texts, channel=SMS, is_farewell=is_farewell)
    return message


def readable(text: str) -> str:
    """Return ``text`` as it is stored. Raises Empty when nobody could see a word of it, TooLong."""
    if len(text) > LONGEST_TEXT:
        raise TooLong(str(len(text)))
    text = storable(text)
    if is_empty(text):
        raise Empty
    return text


def _append(session: Session, conversation: Conversation, message: Message, author: str) -> None:
    conversation.last_seq += 1
    conversation.last_message_at = now()
    conversation.erased_at = None
    message.seq = conversation.last_seq
    message.author = author
    session.add(message)
    announce(session, conversation)


def _is_same(stored: Message, word: Said | Chose) -> bool:
    if stored.author != CUSTOMER:
        return False
    if isinstance(word, Chose):
        return stored.option_id == word.option_id
    return stored.option_id is None and stored.text == storable(word.text)


def storable(text: str) -> str:
    """Take out the two things no database takes: NUL, and half of a character (a cut emoji)."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "")
