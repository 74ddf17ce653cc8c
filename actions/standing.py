"""What a customer wishes until further notice: to wait on, to be told, or to be left in peace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from actions.asked import Asked, Wish
from actions.base import Answer, database
from actions.reaching import SMS
from meantime.shop.lines import LineState, LineView, views, whole_order
from meantime.shop.naming import meant
from meantime.shop.reach import is_refused
from meantime.shop.standing_wishes import WishKind, note
from meantime.wording import notices as say
from meantime.wording.cancel import kept as stays

EVERYTHING = re.compile(
    r"\b(all|any|every|everything|texts?|texting|sms|e-?mails?|emailing|messages|messaging|notifications?|number|unsubscribe|"
    r"lists?|alone|in peace)\b",
    re.IGNORECASE,
)
BARE_STOP = re.compile(r"\W*(?:please|pls|just|ok(?:ay)?)?\W*stop\W*(?:it|now|please|pls|thanks)?\W*", re.IGNORECASE)
ONE_ORDER = re.compile(
    r"\b(this|that|the|my|an?|one)\s+(order|item|delivery|package|parcel)\b|\babout it\b", re.IGNORECASE
)


WAITS = re.compile(
    r"\b(?:wait\w*|patien\w+|rush|hurry|hold on|take your time|delay|whenever)\b"
    r"|\b(?:keep|keeping|leave) (?:it|them|everything|(?:the|my|this|that) (?:whole )?order)\b",
    re.IGNORECASE,
)
KEEPS = re.compile(r"\bkeep\w*\b", re.IGNORECASE)


def keep_waiting(session: Session, asked: Asked, wish: Wish, number: str) -> Answer:
    """Note that the customer waits on, with the days they were told. It is a consent to wait, so it is noted only
    for who says so, and where something waits."""
    lines = views(session, whole_order(session, number), policy=asked.policy)
    waiting = [line for line in lines if line.state is LineState.BACKORDERED]
    memory = asked.memory.about(number, asked.memory.lines)
    if not _consents(wish.words, waiting):
        return Answer(stays(number), memory)
    if waiting:
        note(session, asked.asker, WishKind.KEEP_WAITING, number, asked.policy)
    return Answer(say.keeps_waiting(number, lines), memory)


def _consents(words: str, waiting: Sequence[LineView]) -> bool:
    """Return whether the words say that the customer waits. "Don't cancel" and "keep the brass ones" do not."""
    if WAITS.search(words):
        return True
    if KEEPS.search(words):
        return bool(meant(words, waiting).things)
    return not is_refused(words)


def notify(session: Session, asked: Asked, wish: Wish, number: str) -> Answer:
    """Note that the customer wants to hear of changes."""
    note(session, asked.asker, WishKind.NOTIFY, number, asked.policy)
    lines = views(session, whole_order(session, number), policy=asked.policy)
    reply = replace(say.will_be_told(number, lines), number=asked.clues.phone)
    return Answer(reply, asked.memory.about(number, asked.memory.lines))


def stop(session: Session, asked: Asked, wish: Wish, number: str) -> Answer:
    """Note that no more is to be sent about this order."""
    note(session, asked.asker, WishKind.STOP_ORDER, number, asked.policy)
    return Answer(say.stopped(number), asked.memory.about(number, asked.memory.lines))


def stop_all(asked: Asked) -> Answer:
    """Note that nothing at all is to be sent."""
    with database().writing() as session:
        note(session, asked.asker, WishKind.STOP_ALL, None, asked.policy)
    return Answer(say.stopped_all(), asked.memory.settled)


def means_everything(asked: Asked) -> bool:
    """Return whether all messages are meant, not those about one order."""
    if asked.about:
        return asked.about.get("choice") == say.ALL
    if ONE_ORDER.search(asked.text) or asked.clues.order_number:
        return False
    # A bare "stop please" by text is what the network's own word would be.
    is_bare = asked.asker.channel == SMS and bool(BARE_STOP.fullmatch(asked.text))
    return is_bare or bool(EVERYTHING.search(asked.text))
