"""Carrying a wish to its end: find the order, then show it or list what would be cancelled."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from actions.asked import Asked, Memory, Wish
from actions.base import Answer, database, transaction
from actions.finding import StillOpen, find_order
from meantime.settings import settings
from meantime.shop.calendar import business_days_after, today
from meantime.shop.cancellations import NothingToCancel, propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.lines import views, whole_order
from meantime.shop.naming import meant, units_meant
from meantime.shop.policy import Policy
from meantime.wording import cancel, status
from meantime.wording.replies import Reply

STATUS, CANCEL = "order_status", "cancel_order"
CHOOSING = "choosing"


def grant(asked: Asked, wish: Wish) -> Answer:
    """Answer ``wish``, or ask for what is missing and remember it."""
    with transaction(asked) as session:
        found = find_order(session, asked, wish)
        if isinstance(found, StillOpen):
            topic = CHOOSING if found.reply.asks == "choice" else None
            return Answer(found.reply, Memory(wish, found.claims, asked.memory.order, topic))
        order = found.order
        if wish.intent == STATUS:
            reply = status.order_status(order.number, order.payment_status, views(session, order, policy=asked.policy))
            return Answer(reply, Memory(order=order.number))
        number = order.number
    with database().writing() as session:
        reply = list_cancellation(session, asked.asker, number, wish, asked.policy)
    choosing = reply.asks == "choice"
    return Answer(reply, Memory(wish if choosing else None, order=number, topic=CHOOSING if choosing else None))


def list_cancellation(session: Session, asker: Asker, number: str, wish: Wish, policy: Policy) -> Reply:
    """Propose to cancel what ``wish`` names of the order, or all of it; or say why that cannot be."""
    order = whole_order(session, number)
    lines = views(session, order, policy=policy)
    if wish.chooses_part and any(line.is_cancellable for line in lines):
        return cancel.which_lines(number, lines)
    wanted: tuple[int, ...] | None = wish.lines or None
    if not wanted:
        named = meant(wish.words, lines)
        if named.is_ambiguous and any(line.is_cancellable for line in named.things):
            return cancel.which_lines(number, named.things)
        wanted = tuple(line.line for line in named.things) or None
    units = wish.units or units_meant(wish.words)
    only = wanted or tuple(line.line for line in lines)
    quantities = {line: units if len(only) == 1 else None for line in only}
    try:
        cancellation = propose_cancel(session, asker, number, quantities, policy)
    except NothingToCancel:
        return cancel.not_possible(number, lines, wanted)
    return cancel.proposed(cancellation, lines, refund_by(policy), asked_for_all=wanted is None)


def refund_by(policy: Policy) -> date:
    """Return the last day a refund decided now arrives."""
    return business_days_after(today(), policy.cancelling.refund_business_days, settings().shop_country)
