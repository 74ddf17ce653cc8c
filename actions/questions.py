"""Questions that are about no order: what can be had, and what the shop's rules are."""

from __future__ import annotations

from dataclasses import replace

from actions.asked import Asked, Wish
from actions.asking_sums import sums_asked
from actions.base import Answer, ShopAction, database
from actions.intents import AVAILABILITY, CHOOSING, PAYMENT, STATUS, SUBSTITUTE
from actions.proposals import on_table, show_again
from actions.saying import says_swap
from actions.wishes import grant, renewed
from meantime.shop.identity import may_see
from meantime.shop.lines import views, whole_order
from meantime.shop.naming import meant
from meantime.wording import policies as say


class CheckAvailability(ShopAction):
    """By the item's number or name; while something else is being chosen for a line, among what is offered for it."""

    named = "action_check_availability"

    def answer(self, asked: Asked) -> Answer:
        table = on_table(asked)
        if table is not None and not asked.about:
            return show_again(asked, table)  # "how much comes back?": the list says it
        open_wish = asked.memory.wish
        if open_wish and open_wish.intent == SUBSTITUTE and asked.memory.topic == CHOOSING:
            return grant(asked, renewed(asked, SUBSTITUTE))
        if says_swap(asked.text) and (asked.clues or asked.memory.order):
            return grant(asked, renewed(asked, SUBSTITUTE))
        if _asks_price_of_own(asked):
            return grant(asked, renewed(asked, PAYMENT))
        if asked.clues:
            return grant(asked, Wish(STATUS, asked.text))
        return grant(asked, renewed(asked, AVAILABILITY))


def _asks_price_of_own(asked: Asked) -> bool:
    """Return whether the price is asked of something in the order that was talked of."""
    number = asked.memory.order
    if number is None or not sums_asked(asked.text, asked.intent):
        return False
    with database().reading() as session:
        if not may_see(session, asked.asker, number):
            return False
        return bool(meant(asked.text, views(session, whole_order(session, number), policy=asked.policy)).things)


class AskPolicy(ShopAction):
    """The shop's rules; with a list on the table, the answer and then the list again."""

    named = "action_ask_policy"

    def answer(self, asked: Asked) -> Answer:
        topic = asked.about.get("choice") or asked.policy_topic
        answer = Answer(say.answer(topic, asked.policy), replace(asked.memory.settled, wish=asked.memory.wish))
        table = on_table(asked)
        if table is None or asked.about:
            return answer
        again = show_again(asked, table)
        return replace(again, reply=again.reply.following(answer.reply))
