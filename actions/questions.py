"""Questions that are about no order: what can be had, and what the shop's rules are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.asked import Asked, Wish
from actions.asking_sums import sums_asked
from actions.base import Answer, ShopAction, database
from actions.intents import AVAILABILITY, CHOOSING, COLLECTING, PAYMENT, STATUS, SUBSTITUTE, TOLD_ITEM
from actions.pointing import points_back
from actions.proposals import on_table, show_again
from actions.saying import says_swap
from actions.wishes import grant, renewed
from meantime.shop.catalogue import FoundKind, products_named
from meantime.shop.identity import may_see
from meantime.shop.lines import views, whole_order
from meantime.shop.naming import meant
from meantime.wording import policies as say
from meantime.wording.replies import PERSON, Button, Reply


class CheckAvailability(ShopAction):
    """By the item's number or name; while something else is being chosen for a line, among what is offered for it."""

    named = "action_check_availability"

    def answer(self, asked: Asked) -> Answer:
        table = on_table(asked)
        if table is not None and not asked.about:
            return show_again(asked, table)  # "how much comes back?": the list says it
        if asked.memory.topic == TOLD_ITEM and asked.memory.said and _asks_price_of_told(asked):
            told = Reply(asked.memory.said["text"], (PERSON,), again=asked.memory.said["text"])
            return Answer(told, replace(asked.memory.settled, topic=TOLD_ITEM))
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


def _asks_price_of_told(asked: Asked) -> bool:
    """Return whether the price is asked of the item that was told of just now: "how much is it"."""
    if not sums_asked(asked.text, asked.intent) or not points_back(asked.text):
        return False
    with database().reading() as session:
        return products_named(session, asked.text).kind is FoundKind.NOTHING


def _asks_price_of_own(asked: Asked) -> bool:
    """Return whether the price is asked of something in the order that was talked of."""
    number = asked.memory.order
    if number is None or not sums_asked(asked.text, asked.intent):
        return False
    with database().reading() as session:
        if not may_see(session, asked.asker, number):
            return False
        return bool(meant(asked.text, views(session, whole_order(session, number), policy=asked.policy)).things)


def _and_ask_again(asked: Asked, told: Reply, said: Mapping[str, Any]) -> Answer:
    """Answer while something is being collected for a person, and ask for that once more."""
    buttons = tuple(Button(title, payload) for title, payload in said["buttons"])
    question = Reply(said["text"], buttons or (PERSON,), asks=said["asks"], again=said["text"])
    return Answer(replace(question.following(told), again=question.again), asked.memory)


class AskPolicy(ShopAction):
    """The shop's rules; with a list on the table, the answer and then the list again."""

    named = "action_ask_policy"

    def answer(self, asked: Asked) -> Answer:
        topic = asked.about.get("choice") or asked.policy_topic
        if asked.memory.topic == COLLECTING and asked.memory.said:
            return _and_ask_again(asked, say.answer(topic, asked.policy), asked.memory.said)
        answer = Answer(say.answer(topic, asked.policy), replace(asked.memory.settled, wish=asked.memory.wish))
        table = on_table(asked)
        if table is None or asked.about:
            return answer
        again = show_again(asked, table)
        return replace(again, reply=again.reply.following(answer.reply))
