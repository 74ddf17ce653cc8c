"""Typed words that are about a rating: "4 stars" in place of the option, and the word that was asked for after it."""

from __future__ import annotations

import re

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from meantime.conversations.gateway_words import NO_WORD, RATING_WORD, rates
from meantime.conversations.tables import CUSTOMER, Conversation, Message, Option

_STARS = re.compile(
    r"(?:(?:i(?:'d| would)? )?(?:give|rate|say)(?: (?:it|you|that))? )?(?:a )?([1-5])"
    r"(?: ?(?:/|out of|of) ?5)?(?: ?stars?)?",
    re.IGNORECASE,
)


def rating_typed(session: Session, conversation: Conversation, text: str) -> str | None:
    """Return the payload that ``text`` stands for where the newest message of ours is about a rating, else None."""
    if conversation.closed_at is None:
        return None
    newest = (
        select(Message.id)
        .where(Message.conversation_id == conversation.id, Message.author != CUSTOMER)
        .order_by(Message.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    of_newest = (Option.message_id == newest, Option.expired_at.is_(None))
    if session.scalar(select(exists().where(*of_newest, Option.payload == NO_WORD))):
        return RATING_WORD
    stars = _STARS.fullmatch(text.strip().rstrip(".! ").replace("’", "'"))
    if stars and session.scalar(select(exists().where(*of_newest, Option.payload == rates(int(stars[1]))))):
        return rates(int(stars[1]))
    return None
