"""Listing what would be cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from actions.agreeing import on_condition
from actions.asked import Asked, Wish
from actions.base import Answer
from actions.intents import CANCEL, CHOOSING
from actions.pointing import WHOLE, meant_of_objects, points_back
from meantime.settings import settings
from meantime.shop.calendar import business_days_after, today
from meantime.shop.cancellations import NothingToCancel, propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.lines import LineView, views, whole_order
from meantime.shop.naming import meant, units_meant
from meantime.shop.policy import Policy
from meantime.shop.strangers import objects_in, spared_in
from meantime.wording import cancel as say
from meantime.wording.replies import Reply

PART = "part"


def cancel(session: Session, asked: Asked, wish: Wish, number: str) -> Answer:
    """List what ``wish`` names of the order for a yes, or say why that cannot be."""
    names_it = any(not thing.is_vague for thing in objects_in(asked.text))
    if not wish.lines and asked.memory.order == number and points_back(asked.text) and not names_it:
        wish = replace(wish, lines=asked.memory.lines)
    wish = replace(wish, words=wish.words or asked.text)
    reply = list_cancellation(session, asked.asker, number, wish, asked.policy)
    if reply.proposal and on_condition(asked.text):
        reply = say.only_now(reply)
    memory = asked.memory.about(number, wish.lines)
    if reply.asks == "choice":
        # What was not found there must not stand in the way of what is named next.
        memory = replace(memory, wish=replace(wish, words="", questions=1), topic=CHOOSING)
    return Answer(reply, memory)


def list_cancellation(session: Session, asker: Asker, number: str, wish: Wish, policy: Policy) -> Reply:
    """Propose to cancel what ``wish`` names of the order, or all of it; or say why that cannot be."""
    order = whole_order(session, number)
    lines = views(session, order, policy=policy)
    if wish.choice == PART and any(line.is_cancellable for line in lines):
        return say.which_lines(number, lines)
    wanted: tuple[int, ...] | None = wish.lines or None
    if not wanted:
        named = meant_of_objects(wish.words, lines)
        if named.is_ambiguous and any(line.is_cancellable for line in named.things):
            return say.which_lines(number, named.things)
        wanted = _without_spared(wish.words, tuple(line.line for line in named.things), lines) or None
        if wanted is None and (question := _which(number, wish, lines)):
            return question
    units = wish.units or units_meant(wish.words)
    only = wanted or tuple(line.line for line in lines)
    quantities = {line: units if len(only) == 1 else None for line in only}
    try:
        cancellation = propose_cancel(session, asker, number, quantities, policy)
    except NothingToCancel:
        return say.not_possible(number, lines, wanted)
    return say.proposed(cancellation, lines, refund_by(policy), asked_for_all=wanted is None)


def _without_spared(words: str, named: tuple[int, ...], lines: Sequence[LineView]) -> tuple[int, ...]:
    """Leave out what is to stay; where nothing else is named, the rest of the order is meant."""
    spared = {line.line for phrase in spared_in(words) for line in meant(phrase, lines).things}
    if not spared:
        return named
    left = tuple(number for number in named if number not in spared)
    return left or tuple(line.line for line in lines if line.is_cancellable and line.line not in spared)


def _which(number: str, wish: Wish, lines: Sequence[LineView]) -> Reply | None:
    """Ask what is meant where words name one thing and none is found: nobody who does so means all there is."""
    open_lines = [line for line in lines if line.is_cancellable]
    if not open_lines:
        return None
    objects = list(objects_in(wish.words))
    if any(not thing.is_vague for thing in objects):
        return say.not_in_order(number, lines)
    was_asked = wish.questions and not wish.choice and not WHOLE.search(wish.words)
    return say.which_lines(number, lines) if len(open_lines) > 1 and (objects or was_asked) else None


def relist(session: Session, asked: Asked, number: str, listed: dict[int, int]) -> Reply:
    """List the same once more, as it stands now."""
    lines = tuple(sorted(listed))
    wish = Wish(CANCEL, lines=lines, units=listed[lines[0]] if len(lines) == 1 else None)
    return list_cancellation(session, asked.asker, number, wish, asked.policy)


def refund_by(policy: Policy) -> date:
    """Return the last day a refund decided now arrives."""
    return business_days_after(today(), policy.cancelling.refund_business_days, settings().shop_country)
