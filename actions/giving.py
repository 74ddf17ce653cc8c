"""Something for the trouble: what the shop's rule gives, once an order."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from actions.asked import Asked, Wish
from actions.base import Answer
from actions.intents import ASKED_GOODWILL
from meantime.shop.goodwill import give_goodwill
from meantime.wording import goodwill as say


def goodwill(session: Session, asked: Asked, wish: Wish, number: str) -> Answer:
    """Give what the rule gives, and say so; or say why it gives nothing."""
    given = give_goodwill(session, asked.asker, number, asked.policy)
    memory = replace(asked.memory.about(number, asked.memory.lines), topic=ASKED_GOODWILL)
    return Answer(say.answered(number, given), memory)
