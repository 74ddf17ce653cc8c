"""Answers that only look: where an order is, and what happened to its money."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actions.asked import Asked, Wish
from actions.base import Answer
from meantime.shop.lines import views
from meantime.shop.naming import meant
from meantime.shop.payments import payment_facts
from meantime.shop.tables import Order
from meantime.wording import payment as say_payment
from meantime.wording import status as say_status

WHOLE = "whole"


def status(session: Session, asked: Asked, wish: Wish, order: Order) -> Answer:
    """Tell the lines that were asked for, or all of them."""
    lines = views(session, order, policy=asked.policy)
    named = () if wish.choice == WHOLE else meant(wish.words, lines).things
    reply = say_status.order_status(order.number, order.payment_status, lines, named)
    return Answer(reply, asked.memory.about(order.number, (line.line for line in named)))


def payment(session: Session, asked: Asked, wish: Wish, order: Order) -> Answer:
    """Tell whether the card was charged, and what goes back when."""
    facts = payment_facts(session, order.number, asked.policy)
    return Answer(say_payment.answer(order.number, facts), asked.memory.about(order.number, asked.memory.lines))
