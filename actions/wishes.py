"""Carrying a wish to its end: find the order it is about, then tell or list what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from actions import cancelling, giving, splitting, standing, swapping, telling
from actions.asked import Asked, Wish
from actions.base import Answer, database, transaction
from actions.collecting import COLLECTED, collect
from actions.finding import StillOpen, find_order
from actions.intents import (
    AVAILABILITY,
    CANCEL,
    CHOOSING,
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


def grant(asked: Asked, wish: Wish) -> Answer:
    """Answer ``wish``, or ask for what is missing and remember it."""
    if wish.intent in WITHOUT_ORDER:
        return WITHOUT_ORDER[wish.intent](asked, wish)
    with transaction(asked) as session:
        found = find_order(session, asked, wish)
        if isinstance(found, StillOpen):
            topic = CHOOSING if found.reply.asks == "choice" else None
            return Answer(found.reply, replace(asked.memory, wish=wish, claims=found.claims, topic=topic))
        if wish.intent in TELLING:
            return TELLING[wish.intent](session, asked, wish, found.order)
        number = found.order.number
    with database().writing() as session:
        return DOING[wish.intent](session, asked, wish, number)


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
