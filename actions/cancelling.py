"""Listing what would be cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from actions.asked import Asked, Wish
from actions.base import Answer
from actions.intents import CANCEL, CHOOSING
from actions.pointing import points_back
from meantime.settings import settings
from meantime.shop.calendar import business_days_after, today
from meantime.shop.cancellations import NothingToCancel, propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.lines import views, whole_order
from meantime.shop.naming import meant, units_meant
from meantime.shop.policy import Policy
from meantime.wording import cancel as say
from meantime.wording.replies import Reply

PART = "part"


def cancel(session: Session, asked: Asked, wish: Wish, number: str) -> Answer:
    """List what ``wish`` names of the order for a yes, or say why that cannot be."""
    if not wish.lines and asked.memory.order == number and points_back(asked.text):
        wish = replace(wish, lines=asked.memory.lines)
    reply = list_cancellation(session, asked.asker, number, wish, asked.policy)
    memory = asked.memory.about(number, wish.lines)
    if reply.asks == "choice":
        memory = replace(memory, wish=wish, topic=CHOOSING)
    return Answer(reply, memory)


def list_cancellation(session: Session, asker: Asker, number: str, wish: Wish, policy: Policy) -> Reply:
    """Propose to cancel what ``wish`` names of the order, or all of it; or say why that cannot be."""
    order = whole_order(session, number)
    lines = views(session, order, policy=policy)
    if wish.choice == PART and any(line.is_cancellable for line in lines):
        return say.which_lines(number, lines)
    wanted: tuple[int, ...] | None = wish.lines or None
    if not wanted:
        named = meant(wish.words, lines)
        if named.is_ambiguous and any(line.is_cancellable for line in named.things):
            return say.which_lines(number, named.things)
        wanted = tuple(line.line for line in named.things) or None
    units = wish.units or units_meant(wish.words)
    only = wanted or tuple(line.line for line in lines)
    quantities = {line: units if len(only) == 1 else None for line in only}
    try:
        cancellation = propose_cancel(session, asker, number, quantities, policy)
    except NothingToCancel:
        return say.not_possible(number, lines, wanted)
    return say.proposed(cancellation, lines, refund_by(policy), asked_for_all=wanted is None)


def relist(session: Session, asked: Asked, number: str, listed: dict[int, int]) -> Reply:
    """List the same once more, as it stands now."""
    lines = tuple(sorted(listed))
    wish = Wish(CANCEL, lines=lines, units=listed[lines[0]] if len(lines) == 1 else None)
    return list_cancellation(session, asked.asker, number, wish, asked.policy)


def refund_by(policy: Policy) -> date:
    """Return the last day a refund decided now arrives."""
    return business_days_after(today(), policy.cancelling.refund_business_days, settings().shop_country)
