"""What was said last and still stands: a list that waits for a yes is shown once more where a word cannot be the
answer to it, and nothing takes its place that says no more than that all has been read."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.conversations.inbox import Card, Words, post
from meantime.conversations.options import Offer
from meantime.conversations.outbox import add_page, supersede_unsent
from meantime.conversations.showing import was_shown
from meantime.conversations.tables import BOT, CUSTOMER, SMS, Conversation, Message, Option
from meantime.conversations.typed import says_more, says_yes
from meantime.wording import texting as say
from meantime.wording.numbered import chosen

FEW_WORDS = 8
"""A yes in more words than these may ask for something else, too: the assistant hears it."""


def newest_of_ours(session: Session, conversation_id: str) -> Message | None:
    """Return the last message that is not the customer's."""
    return session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.author != CUSTOMER)
        .order_by(Message.seq.desc())
        .limit(1)
    ).one_or_none()


def shows_again(session: Session, conversation: Conversation, message: Message) -> bool:
    """Show the list that waits for a yes once more, and return True, where ``message`` is an answer to it that was
    written before the phone had shown it, or asks on the website for more of it."""
    newest = newest_of_ours(session, conversation.id)
    if newest is None or newest.proposal_id is None or message.payload is not None:
        return False
    if conversation.channel != SMS:
        if not says_more(message.text) or newest.seq > message.seq:
            return False
        _post_again(session, conversation, newest, newest.text)
        return True
    if was_shown(session, newest, message.at) or not _answers(session, newest, message.text):
        return False
    supersede_unsent(session, newest.id)
    _post_again(session, conversation, newest, say.shown_again(newest.text))
    return True


def all_is_read(session: Session, conversation: Conversation) -> None:
    """Say by text that there is no more to read. What was asked and listed last stands."""
    newest = newest_of_ours(session, conversation.id)
    if newest is None or conversation.contact_id is None:
        return
    stands = newest.proposal_id or newest.asks or _options_of(session, newest)
    page = say.ALL_READ_AND_ASKED if stands else say.ALL_READ
    add_page(session, conversation.contact_id, newest, page, channel=SMS)


def _answers(session: Session, proposal: Message, text: str) -> bool:
    is_number = chosen(text, len(_options_of(session, proposal))) is not None
    return is_number or (says_yes(text) and "?" not in text and len(text.split()) <= FEW_WORDS)


def _post_again(session: Session, conversation: Conversation, shown: Message, text: str) -> None:
    options = _options_of(session, shown)
    places = {option.id: place for place, option in enumerate(options)}
    offers = tuple(Offer(option.title, option.payload, option.role, option.on_card) for option in options)
    cards = tuple(
        Card(card["title"], card["subtitle"], card["image_url"], places.get(card["option"] or ""))
        for card in shown.cards
    )
    post(session, conversation, BOT, Words(text, offers, cards, shown.asks, shown.proposal_id), name=shown.name)


def _options_of(session: Session, message: Message) -> list[Option]:
    return list(session.scalars(select(Option).where(Option.message_id == message.id).order_by(Option.position)))
