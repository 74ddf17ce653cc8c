"""Greeting, not understanding, and saying it again."""

from __future__ import annotations

from dataclasses import replace

from actions.asked import Asked
from actions.base import Answer, ShopAction
from actions.intents import CHOOSING, COLLECTING, MISUNDERSTOOD, OFFERED_PERSON, SUBSTITUTE
from actions.orders import carry_on
from actions.passing_on import hand_off
from actions.proposals import answer_proposal, on_table, show_again
from actions.saying import says_swap
from actions.wishes import grant, renewed
from meantime.settings import settings
from meantime.wording import small
from meantime.wording.reasons import Reason
from meantime.wording.replies import Button, Reply


class Greet(ShopAction):
    named = "action_greet"

    def answer(self, asked: Asked) -> Answer:
        if asked.clues:
            return carry_on(asked)
        return Answer(small.greeting(settings().shop_name), replace(asked.memory, topic=None))


class Fallback(ShopAction):
    """Not understood, or not ours. What the message tells may still be the answer to the last question."""

    named = "action_fallback"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked):
            return answer
        if says_swap(asked.text) and asked.memory.order:
            return grant(asked, renewed(asked, SUBSTITUTE))
        if asked.clues or asked.memory.topic in (CHOOSING, COLLECTING):
            return carry_on(asked)
        if asked.was_just_misunderstood and asked.memory.topic == MISUNDERSTOOD:
            return hand_off(asked, Reason.UNSURE)
        return Answer(small.not_understood(), replace(asked.memory, topic=MISUNDERSTOOD))


class HearOut(ShopAction):
    """Somebody swears. No intent leads here: whatever the words read like, they are frustration (actions/base.py)."""

    named = "action_hear_out"

    def answer(self, asked: Asked) -> Answer:
        heard = small.heard_out(again=asked.memory.topic == OFFERED_PERSON)
        table = on_table(asked)
        if table is None:
            return Answer(heard, replace(asked.memory, topic=OFFERED_PERSON))
        shown = show_again(asked, table)
        return replace(shown, reply=shown.reply.after(small.FRUSTRATING))


class OtherLanguage(ShopAction):
    """Another language than English. No intent leads here (actions/base.py)."""

    named = "action_other_language"

    def answer(self, asked: Asked) -> Answer:
        told = small.english_only()
        table = on_table(asked)
        if table is None:
            return Answer(told, replace(asked.memory, topic=OFFERED_PERSON))
        shown = show_again(asked, table)
        return replace(shown, reply=shown.reply.after(told.text))


class Repeat(ShopAction):
    """The last answer in other words, with the options it had. A list shown again may be agreed to."""

    named = "action_repeat"

    def answer(self, asked: Asked) -> Answer:
        said = asked.memory.said
        if asked.clues:
            return carry_on(asked)
        if said is None:
            return Answer(small.nothing_said_yet(), asked.memory)
        buttons = tuple(Button(title, payload) for title, payload in said["buttons"])
        reply = Reply(said["text"], buttons, asks=said["asks"], proposal=said["proposal"], again=said["text"])
        return Answer(reply, asked.memory)
