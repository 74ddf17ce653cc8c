"""Answers that only look: where an order is, and what happened to its money."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from actions.asked import Asked, Wish
from actions.asking_sums import sums_asked
from actions.base import Answer
from actions.intents import PAYMENT
from meantime.shop.calendar import today as shop_today
from meantime.shop.deadlines import deadline_in
from meantime.shop.lines import views
from meantime.shop.naming import meant
from meantime.shop.order_sums import order_sums
from meantime.shop.payments import payment_facts
from meantime.shop.sought import sought_in_shop
from meantime.shop.tables import Order
from meantime.shop.waits import waits_of
from meantime.wording import lateness as say_lateness
from meantime.wording import payment as say_payment
from meantime.wording import status as say_status
from meantime.wording import sums as say_sums
from meantime.wording.cancel import names_of

WHOLE = "whole"
WANTS_REFUND = re.compile(
    r"\brefund (?:me|my|it|this|the)\b"
    r"|\b(?:want|need|like|get|give me|have) (?:a |my |the )?(?:full )?(?:refund|money)\b",
    re.IGNORECASE,
)


WHY = re.compile(r"\bwhy\b|\bhow come\b|\breasons?\b|\bhold(?:s|ing)? (?:it |this )?up\b", re.IGNORECASE)


def status(session: Session, asked: Asked, wish: Wish, order: Order) -> Answer:
    """Tell the lines that were asked for, or all of them."""
    lines = views(session, order, policy=asked.policy)
    named = () if wish.choice == WHOLE else meant(wish.words, lines).things
    reply = say_status.order_status(order.number, order.payment_status, lines, named)
    today = shop_today()
    if WHY.search(wish.words):
        reply = say_lateness.why(reply, named or lines, lines, waits_of(order, today))
    elif deadline := deadline_in(wish.words, today):
        reply = say_lateness.in_time(reply, named or lines, lines, deadline)
    elif not named and (noun := sought_in_shop(session, wish.words)):
        reply = say_status.not_in_order(order.number, noun, reply)
    return Answer(reply, asked.memory.about(order.number, (line.line for line in named)))


def payment(session: Session, asked: Asked, wish: Wish, order: Order) -> Answer:
    """Tell the sum that was asked for; else whether the card was charged, and what goes back when."""
    if parts := sums_asked(wish.words, PAYMENT, of_order=True):
        return _sums(session, asked, wish, order, set(parts))
    facts = payment_facts(session, order.number, asked.policy)
    reply = say_payment.answer(order.number, facts)
    if WANTS_REFUND.search(wish.words) and not facts.refunds and facts.is_charged:
        reply = say_payment.how_to_get_it_back(reply, order.number, views(session, order, policy=asked.policy))
    return Answer(reply, asked.memory.about(order.number, asked.memory.lines))


def _sums(session: Session, asked: Asked, wish: Wish, order: Order, parts: set[str]) -> Answer:
    lines = views(session, order, policy=asked.policy)
    named = [line.line for line in meant(wish.words, lines).things]
    if named and parts <= {say_sums.ITEM, say_sums.TOTAL}:
        parts = {say_sums.ITEM}  # "the total for the lamps" is what they cost
    elif say_sums.ITEM in parts:
        parts = {say_sums.TOTAL}
    facts = payment_facts(session, order.number, asked.policy)
    reply = say_sums.answer(order_sums(session, order), facts, parts, names_of(lines), named)
    return Answer(reply, asked.memory.about(order.number, named or asked.memory.lines))
