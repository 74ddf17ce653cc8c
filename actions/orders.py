"""Order status, cancelling, and the answers to what was asked on the way there."""

from __future__ import annotations

from dataclasses import replace

from actions.asked import Asked, Wish
from actions.base import Answer, ShopAction
from actions.wishes import CANCEL, STATUS, grant

PART = "part"


class OrderStatus(ShopAction):
    named = "action_order_status"

    def answer(self, asked: Asked) -> Answer:
        return grant(asked, Wish(STATUS, asked.text))


class Inform(ShopAction):
    """An order number, a postcode, a thing: whatever was asked for, or the start of asking for the status."""

    named = "action_inform"

    def answer(self, asked: Asked) -> Answer:
        if asked.shown_proposal and asked.text:
            return grant(asked, Wish(CANCEL, asked.text))  # "just the blanket": a narrower list
        return carry_on(asked)


def carry_on(asked: Asked) -> Answer:
    """Go on with the open wish, now that more is known."""
    wish = asked.memory.wish or Wish(STATUS)
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
