"""Waiting on, wanting to be told, wanting no more messages."""

from __future__ import annotations

from dataclasses import replace

from actions.asked import Asked, Wish
from actions.base import Answer, ShopAction
from actions.intents import KEEP_WAITING, NOTIFY, STATUS, STOP, STOPPING
from actions.proposals import answer_proposal
from actions.saying import CANCELS, asks_where
from actions.standing import means_everything, stop_all
from actions.wishes import grant, renewed
from meantime.shop.reach import is_refused
from meantime.wording import notices as say


class KeepWaiting(ShopAction):
    """Noted with the order that is known; nobody is asked to prove anything for waiting."""

    named = "action_keep_waiting"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked, says_no=True):
            return answer
        if asked.about.get("order") or asked.memory.order or asked.clues:
            asks_too = is_refused(asked.text) and asks_where(asked.text)
            answer = grant(asked, Wish(STATUS if asks_too else KEEP_WAITING, asked.text))
        else:
            answer = Answer(say.waits_without_order(), asked.memory.settled)
        # "Please don't cancel it" fears for the order first.
        return replace(answer, reply=say.nothing_cancelled(answer.reply)) if CANCELS.search(asked.text) else answer


class NotifyMe(ShopAction):
    named = "action_notify_me"

    def answer(self, asked: Asked) -> Answer:
        return grant(asked, renewed(asked, NOTIFY))


class StopUpdates(ShopAction):
    """With a list on the table, "stop" means no."""

    named = "action_stop_updates"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked, says_no=True):
            return answer
        if means_everything(asked):
            return stop_all(asked)
        names_one = asked.about or asked.clues or asked.memory.wish
        if not names_one and not asked.memory.order:
            return Answer(say.stop_what(None), replace(asked.memory, topic=STOPPING))
        return grant(asked, renewed(asked, STOP))
