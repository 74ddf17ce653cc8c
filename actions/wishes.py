"""Carrying a wish to its end: find the order it is about, then tell or list what was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from actions import cancelling, giving, splitting, standing, swapping, telling
from actions.asked import Asked, Wish
from actions.base import Answer, database, transaction
from actions.collecting import collect
from actions.finding import StillOpen, find_order
from actions.intents import (
    AVAILABILITY,
    CANCEL,
    CHOOSING,
    COLLECTED,
    GOODWILL,
    KEEP_WAITING,
    NOTIFY,
    PAYMENT,
    SPLIT,
    STATUS,
    STOP,
    SUBSTITUTE,
)
from actions.stocking import tell_availability
from meantime.shop.tables import Order
from meantime.wording.identify import one_at_a_time, or_a_person

TELLING: dict[str, Callable[[Session, Asked, Wish, Order], Answer]] = {
    STATUS: telling.status,
    PAYMENT: telling.payment,
}
"""What only looks: answered in the transaction that found the order."""
DOING: dict[str, Callable[[Session, Asked, Wish, str], Answer]] = {
    CANCEL: cancelling.cancel,
    SUBSTITUTE: swapping.swap,
    SPLIT: splitting.split,
    GOODWILL: giving.goodwill,
    KEEP_WAITING: standing.keep_waiting,
    NOTIFY: standing.notify,
    STOP: standing.stop,
}
"""What writes: a list to agree to, a note, or what the shop's rule gives."""
WITHOUT_ORDER: dict[str, Callable[[Asked, Wish], Answer]] = {
    AVAILABILITY: tell_availability,
    **dict.fromkeys(COLLECTED, collect),
}
"""What can be answered without knowing whose order it is."""

SEVERAL = re.compile(r"\b(?:both|all|two|three|each|every)\b", re.IGNORECASE)
MOST_REPEATS = 2


def grant(asked: Asked, wish: Wish) -> Answer:
    """Answer ``wish``, or ask for what is missing and remember it."""
    if wish.intent in WITHOUT_ORDER:
        return WITHOUT_ORDER[wish.intent](asked, wish)
    with transaction(asked) as session:
        found = find_order(session, asked, wish)
        if isinstance(found, StillOpen):
            if found.reply.asks == "choice":
                return _ask_which_order(asked, wish, found)
            return Answer(found.reply, replace(asked.memory, wish=wish, claims=found.claims, topic=None))
        if wish.intent in TELLING:
            return TELLING[wish.intent](session, asked, wish, found.order)
        number = found.order.number
    with database().writing() as session:
        return DOING[wish.intent](session, asked, wish, number)


def _ask_which_order(asked: Asked, wish: Wish, found: StillOpen) -> Answer:
    """Let the customer choose; who has been asked that twice and could not say is offered a person."""
    reply = found.reply
    is_asked_again = asked.memory.topic == CHOOSING and asked.memory.wish is not None and not asked.memory.order
    wish = replace(wish, questions=wish.questions + 1 if is_asked_again else 0)
    if SEVERAL.search(asked.text):
        reply = one_at_a_time(reply)
    if wish.questions >= MOST_REPEATS:
        reply = or_a_person(reply)
    return Answer(reply, replace(asked.memory, wish=wish, claims=found.claims, topic=CHOOSING))


def renewed(asked: Asked, intent: str) -> Wish:
    """Return what is wanted now. Words said for it while looking for the order still count, and so does the line
    that something else is being chosen for."""
    before = asked.memory.wish if asked.memory.wish and asked.memory.wish.intent == intent else Wish(intent)
    chosen = lines_of(asked) or (before.lines if intent == SUBSTITUTE else ())
    wish = replace(before, lines=chosen, choice=asked.about.get("choice", ""), sku=asked.about.get("sku", ""))
    return wish.with_words(asked.text)


def lines_of(asked: Asked) -> tuple[int, ...]:
    """Return the lines a chosen option is about."""
    return tuple(int(n) for n in asked.about.get("lines", "").split(",") if n.isdecimal())
