"""What goes to a person: on request, at once; changes, returns and complaints with what a person needs."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.asked import Asked
from actions.base import Answer, ShopAction
from actions.cancelling import PART
from actions.intents import ASKED_GOODWILL, CANCEL, CHANGE, COMPLAINT, RETURN
from actions.proposals import answer_proposal
from actions.reaching import outlook
from actions.saying import takes_out
from actions.summing import summary
from actions.wishes import grant, renewed
from meantime.shop.new_details import gives_new_address
from meantime.wording import passing_on as say
from meantime.wording import policies as say_policy
from meantime.wording.reasons import Reason

ASKS_HOW = re.compile(
    r"\bhow (?:do|does|can|could|would|should|to)\b(?: \w+)? (?:return|send|give|bring|exchange)\b"
    r"(?!.*\b(?:broke|damag|wrong))",
    re.IGNORECASE,
)


class TalkToPerson(ShopAction):
    named = "action_talk_to_person"

    def answer(self, asked: Asked) -> Answer:
        return hand_off(asked, Reason.GOODWILL if asked.memory.topic == ASKED_GOODWILL else Reason.ASKED)


class PassOn(ShopAction):
    """Danger, theft or a death. No intent leads here, nor to the next two (actions/base.py)."""

    named = "action_pass_on"

    def answer(self, asked: Asked) -> Answer:
        return hand_off(asked, Reason.OTHER)


class PassOnThreat(ShopAction):
    """The law, an authority or the bank."""

    named = "action_pass_on_threat"

    def answer(self, asked: Asked) -> Answer:
        return hand_off(asked, Reason.LEGAL)


class PassOnUpset(ShopAction):
    """Anger for the second time: a person, and no argument."""

    named = "action_pass_on_upset"

    def answer(self, asked: Asked) -> Answer:
        return hand_off(asked, Reason.UPSET)


class ChangeOrder(ShopAction):
    """An address, a quantity, a date: never changed here. Taking an item out is cancelling it, and can be."""

    named = "action_change_order"

    def answer(self, asked: Asked) -> Answer:
        if takes_out(asked.text) and not asked.shown_proposal:
            return grant(asked, replace(renewed(asked, CANCEL), choice=PART))
        # An address is no answer to a list, and must not be lost by it.
        about_list = None if gives_new_address(asked.text) else answer_proposal(asked)
        return about_list or grant(asked, renewed(asked, CHANGE))


class ReturnOrDamage(ShopAction):
    """What has happened goes to a person; how one sends something back is the shop's rule."""

    named = "action_return_or_damage"

    def answer(self, asked: Asked) -> Answer:
        if ASKS_HOW.search(asked.text) and not asked.memory.wish:
            return Answer(say_policy.how_to_return(asked.policy), asked.memory.settled)
        return grant(asked, renewed(asked, RETURN))


class Complaint(ShopAction):
    named = "action_complaint"

    def answer(self, asked: Asked) -> Answer:
        return answer_proposal(asked) or grant(asked, renewed(asked, COMPLAINT))


def hand_off(asked: Asked, kind: Reason = Reason.ASKED) -> Answer:
    """Put the conversation before a person, with what is known of the order that was talked of."""
    reply = say.handing_off_at_once(outlook(asked), summary(asked), kind, open_list=bool(asked.shown_proposal))
    return Answer(reply, asked.memory.settled)
