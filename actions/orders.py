"""Order status, cancelling, and the answers to what was asked on the way there."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.asked import Asked, Wish
from actions.base import Answer, ShopAction
from actions.proposals import answer_proposal
from actions.wishes import CANCEL, STATUS, grant

PART = "part"
CANCELS = re.compile(r"\bcancel(l?ing|ation)?\b", re.IGNORECASE)
NEGATES = re.compile(r"\b(not|never|without|no)\b|n'?t\b", re.IGNORECASE)


def says_cancel(text: str) -> bool:
    """Return whether somebody speaks of cancelling in so many words, in a message that is mostly about which order
    or thing. Being wrong costs a question: nothing is cancelled without a yes."""
    return bool(CANCELS.search(text)) and not NEGATES.search(text)


class OrderStatus(ShopAction):
    named = "action_order_status"

    def answer(self, asked: Asked) -> Answer:
        if says_cancel(asked.text):
            return grant(asked, wish_to_cancel(asked))
        return grant(asked, Wish(STATUS, asked.text))


class CancelOrder(ShopAction):
    """A wish to cancel; with a proposal on the table, "yes, cancel it" is the answer to that."""

    named = "action_cancel_order"

    def answer(self, asked: Asked) -> Answer:
        return answer_proposal(asked) or grant(asked, wish_to_cancel(asked))


class Inform(ShopAction):
    """An order number, a postcode, a thing: whatever was asked for, or the start of asking for the status."""

    named = "action_inform"

    def answer(self, asked: Asked) -> Answer:
        return answer_proposal(asked) or carry_on(asked)


def carry_on(asked: Asked) -> Answer:
    """Go on with the open wish, now that more is known."""
    wish = asked.memory.wish or Wish(STATUS)
    if says_cancel(asked.text):
        wish = replace(wish, intent=CANCEL)
    wish = replace(wish, chooses_part=False)
    if lines := _lines(asked):
        wish = replace(wish, lines=lines)
    return grant(asked, wish.with_words(asked.text))


def wish_to_cancel(asked: Asked) -> Wish:
    """Return what is to be cancelled. Words said while looking for the order still count."""
    open_wish = asked.memory.wish
    words = open_wish.words if open_wish and open_wish.intent == CANCEL else ""
    wish = Wish(CANCEL, words, lines=_lines(asked), chooses_part=asked.about.get("choice") == PART)
    return wish.with_words(asked.text)


def _lines(asked: Asked) -> tuple[int, ...]:
    return tuple(int(n) for n in asked.about.get("lines", "").split(",") if n.isdecimal())
