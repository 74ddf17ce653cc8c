"""Yes, no, and "that is wrong". A yes confirms only the proposal that stood in the last message before it."""

from __future__ import annotations

from dataclasses import replace

from actions.asked import Asked
from actions.base import Answer, ShopAction, database
from actions.intents import OFFERED_PERSON, SUBSTITUTE
from actions.orders import carry_on
from actions.passing_on import hand_off
from actions.proposals import answer_proposal, on_table, show_again
from actions.swapping import describes_item
from meantime.shop.clues import Clues
from meantime.shop.identity import example_number
from meantime.wording import identify, small


class Affirm(ShopAction):
    named = "action_affirm"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked):
            return answer
        if asked.clues or asked.memory.wish:
            return carry_on(asked)
        if asked.memory.topic == OFFERED_PERSON:
            return hand_off(asked)
        return Answer(small.nothing_to_confirm(), asked.memory.settled)


class Deny(ShopAction):
    """No to a list; without one, to whatever was asked: the order stays as it is."""

    named = "action_deny"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked, says_no=True):
            return answer
        wish, order = asked.memory.wish, asked.memory.order
        if wish and order and wish.intent == SUBSTITUTE and describes_item(asked, order, wish.lines):
            return carry_on(asked)  # "no, something cheaper"
        if asked.clues:
            return carry_on(asked)
        return Answer(small.all_right(), asked.memory.settled)


class Pause(ShopAction):
    """Somebody asks for a moment: nothing is done, and nothing forgotten. A list that waits stands on."""

    named = "action_pause"

    def answer(self, asked: Asked) -> Answer:
        table = on_table(asked)
        if table is None:
            return Answer(small.take_your_time(), asked.memory)
        again = show_again(asked, table)
        return replace(again, reply=again.reply.following(small.take_your_time()))


class CorrectDetails(ShopAction):
    """One step back: the list is taken away, or what was told of who somebody is; then it is asked again."""

    named = "action_correct_details"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked, says_no=True):
            return answer
        if asked.clues:
            # What is told anew replaces what was told of the same kind; the rest still counts.
            return carry_on(replace(asked, memory=replace(asked.memory, order=None, lines=())))
        with database().reading() as session:
            example = example_number(session, asked.policy)
        memory = replace(asked.memory, claims=Clues(), order=None, lines=(), topic=None)
        return Answer(identify.start_over(example), memory)
