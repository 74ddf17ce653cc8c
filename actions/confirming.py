"""Yes and no. A yes confirms only the proposal that stood in the last message before it."""

from __future__ import annotations

from actions.asked import Asked, Memory
from actions.base import Answer, ShopAction
from actions.orders import carry_on
from actions.proposals import answer_proposal
from actions.small import OFFERED_PERSON, hand_off
from meantime.wording import small


class Affirm(ShopAction):
    named = "action_affirm"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked):
            return answer
        if asked.clues or asked.memory.wish:
            return carry_on(asked)
        if asked.memory.topic == OFFERED_PERSON:
            return hand_off(asked)
        return Answer(small.nothing_to_confirm(), Memory(order=asked.memory.order))


class Deny(ShopAction):
    named = "action_deny"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked, says_no=True):
            return answer
        if asked.clues:
            return carry_on(asked)
        return Answer(small.all_right(), Memory(order=asked.memory.order))
