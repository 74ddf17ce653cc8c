"""Asking for a rating once a person has closed a conversation, and taking the answer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from meantime.conversations.contacts import Contact
from meantime.conversations.gateway_words import ADD_WORD, NO_WORD, NOT_RATED, RATE_AGAIN, RATING_WORD, rates, stars_of
from meantime.conversations.inbox import Words, post
from meantime.conversations.options import ASKS_CHOICE, Offer
from meantime.conversations.ratings import Rating
from meantime.conversations.tables import AGENT, BOT, SMS, Conversation, Message
from meantime.db import now
from meantime.wording import closing as say
from meantime.wording.gateway import ASSISTANT

NOT_AGAIN_WITHIN = timedelta(days=7)
MAY_CHANGE_WITHIN = timedelta(hours=1)
LONGEST_WORD = 2_000
STARS = range(1, 6)


def may_ask(session: Session, conversation: Conversation) -> bool:
    """Return whether a locked conversation that is being closed may be followed by the question: a person has had it,
    the answer can reach us, and the same customer has not been asked lately."""
    if conversation.contact_id is not None and conversation.channel == SMS:
        contact = session.get_one(Contact, conversation.contact_id, populate_existing=True)
        if contact.opted_out_at is not None:
            return False
    if not (conversation.owner == AGENT or _a_person_wrote(session, conversation)):
        return False
    same = [Rating.conversation_id == conversation.id]
    if conversation.contact_id is not None:
        same.append(Conversation.contact_id == conversation.contact_id)
    if conversation.customer_id is not None:
        same.append(Conversation.customer_id == conversation.customer_id)
    lately = select(Rating.id).join(Conversation, Conversation.id == Rating.conversation_id)
    lately = lately.where(or_(*same), Rating.asked_at > now() - NOT_AGAIN_WITHIN).limit(1)
    return session.scalar(lately) is None


def question(session: Session, conversation: Conversation, agent_name: str) -> Words:
    """Note that the customer is asked, and return what they read: that it is closed, and the question."""
    session.add(Rating(conversation_id=conversation.id, agent_name=agent_name))
    return Words(
        say.closed_and_asked(agent_name, by_text=conversation.channel == SMS), _offers(conversation), asks=ASKS_CHOICE
    )


def take_rating(session: Session, conversation: Conversation, message: Message) -> None:
    """Do what a message about a rating means. Once a person is to answer, it is stored without a word."""
    rating = newest_rating(session, conversation.id, lock=True)
    if rating is None:
        return
    words = _taken(rating, conversation, message)
    if conversation.owner == BOT:
        post(session, conversation, BOT, words, name=ASSISTANT)


def newest_rating(session: Session, conversation_id: str, *, lock: bool = False) -> Rating | None:
    """Return the last question for a rating in this conversation, answered or not."""
    newest = select(Rating).where(Rating.conversation_id == conversation_id).order_by(Rating.id.desc()).limit(1)
    return session.scalars(newest.with_for_update() if lock else newest).one_or_none()


def _taken(rating: Rating, conversation: Conversation, message: Message) -> Words:
    by_text = conversation.channel == SMS
    if message.payload == RATING_WORD:
        rating.word = message.text[:LONGEST_WORD]
        return Words(say.WORD_KEPT, (Offer(say.SOMETHING_ELSE, NOT_RATED),))
    if message.payload == NOT_RATED:
        return Words(say.WHAT_ELSE)
    if message.payload == ADD_WORD:
        return Words(say.WORD, (Offer(say.NO_WORD, NO_WORD),), asks="text")
    if message.payload == NO_WORD:
        return Words(say.NO_WORD_GIVEN)
    if rating.rated_at is not None and rating.rated_at < now() - MAY_CHANGE_WITHIN:
        return Words(say.STANDS)
    stars = stars_of(message.payload)
    if stars is None:
        return Words(say.asked_again(by_text=by_text), _offers(conversation), asks=ASKS_CHOICE)
    rating.stars, rating.rated_at = stars, rating.rated_at or now()
    return Words(say.rated(stars), (Offer(say.ADD_WORD, ADD_WORD), Offer(say.RATE_AGAIN, RATE_AGAIN)))


def _offers(conversation: Conversation) -> tuple[Offer, ...]:
    by_text = conversation.channel == SMS
    return tuple(Offer(say.rating(stars, by_text=by_text), rates(stars)) for stars in STARS)


def _a_person_wrote(session: Session, conversation: Conversation) -> bool:
    """Return whether an agent has said something since the customer was asked last."""
    asked = select(func.max(Rating.asked_at)).where(Rating.conversation_id == conversation.id).scalar_subquery()
    wrote = select(Message.id).where(
        Message.conversation_id == conversation.id,
        Message.author == AGENT,
        or_(asked.is_(None), Message.at > asked),
    )
    return session.scalar(wrote.limit(1)) is not None
