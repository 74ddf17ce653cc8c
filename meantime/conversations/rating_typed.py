"""Typed words that are about a rating: "4 stars" in place of the option, and the word that follows it.

Who has just rated and types on most often says why ("you were too slow"): that is for the team, and not a complaint
that begins everything again. What clearly asks for something is left to the assistant.
"""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from meantime.conversations.gateway_words import ADD_WORD, NO_WORD, RATING_WORD, rates
from meantime.conversations.tables import CUSTOMER, Conversation, Message, Option
from meantime.db import now

_STARS = re.compile(
    r"(?:(?:i(?:'d| would)? )?(?:give|rate|say)(?: (?:it|you|that))? )?(?:a )?([1-5])"
    r"(?: ?(?:/|out of|of) ?5)?(?: ?stars?)?",
    re.IGNORECASE,
)
SAYS_WHY_WITHIN = timedelta(minutes=30)
MOST_WORDS = 60
_NO = re.compile(r"(?:no|nope|nah|not now|nothing)(?:,? (?:thanks|thank you|thx|more|else))*", re.IGNORECASE)
_ASKS = re.compile(
    r"[?\uff1f]|\d{4,}"
    r"|^\W*(?:where|when|what|which|who|how|why|can|could|would|will|do|does|is|are|help|please|i (?:need|want)"
    r"|(?:a |an )?(?:real |live )?(?:person|human|agent))\b"
    r"|\b(?:orders?|ordered|cancel\w*|refund\w*|returns?|returned|returning|exchange|swap|deliver\w*|track\w*"
    r"|lawyer|sue|court|charge ?back|still|broken|damaged|missing|help me|need (?:a|an|to|my|help))\b"
    r"|\b(?:talk|speak|call|connect|put|get|need|want)\b.*\b(?:person|human|agent|some(?:body|one))\b"
    r"|\b(?:person|human|agent),? (?:please|now)\b",
    re.IGNORECASE | re.DOTALL,
)
"""What asks for something, or may: better a thanks too few than a need that nobody reads."""


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
    has_just_rated = (Option.payload == ADD_WORD, Message.id == Option.message_id, Message.at > now() - SAYS_WHY_WITHIN)
    if session.scalar(select(exists().where(*of_newest, *has_just_rated))):
        if _NO.fullmatch(text.strip().rstrip(".! ")):
            return NO_WORD
        return RATING_WORD if _says_why(text) else None
    stars = _STARS.fullmatch(text.strip().rstrip(".! ").replace("’", "'"))
    if stars and session.scalar(select(exists().where(*of_newest, Option.payload == rates(int(stars[1]))))):
        return rates(int(stars[1]))
    return None


def _says_why(text: str) -> bool:
    """Return whether ``text`` can be a word on how it was, and nothing that somebody waits to be answered."""
    letters = sum(character.isalpha() for character in text)
    return letters > 1 and len(text.split()) <= MOST_WORDS and _ASKS.search(text.replace("\u2019", "'")) is None
