"""Greeting, not understanding, waiting on, and bringing in a person."""

from __future__ import annotations

from dataclasses import replace

from actions.asked import Asked, Memory, Wish
from actions.base import Answer, ShopAction
from actions.orders import carry_on
from actions.proposals import answer_proposal
from actions.wishes import CHOOSING, STATUS, grant
from meantime.settings import settings
from meantime.wording import small
from meantime.wording.replies import Reply

OFFERED_PERSON = "offered a person"
COMPLAINT = "complaint"
SAYS_STOP = frozenset({"stop_updates", "correct_details"})
"""With a list of what would be cancelled on the table, "stop" and "that is wrong" mean no."""


class Greet(ShopAction):
    named = "action_greet"

    def answer(self, asked: Asked) -> Answer:
        if asked.clues:
            return carry_on(asked)
        return Answer(small.greeting(settings().shop_name), replace(asked.memory, topic=None))


class TalkToPerson(ShopAction):
    named = "action_talk_to_person"

    def answer(self, asked: Asked) -> Answer:
        return hand_off(asked)


class Fallback(ShopAction):
    """Not understood, or not ours. What the message tells may still be the answer to the last question."""

    named = "action_fallback"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked):
            return answer
        if asked.clues or asked.memory.topic == CHOOSING:
            return carry_on(asked)
        if asked.was_just_misunderstood:
            return Answer(small.not_understood_again(), replace(asked.memory, topic=OFFERED_PERSON))
        return Answer(small.not_understood(), replace(asked.memory, topic=None))


class PassOn(ShopAction):
    """A wish that only a person can carry out for now."""

    named = "action_pass_on"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked, says_no=asked.intent in SAYS_STOP):
            return answer
        if asked.clues and asked.memory.wish:
            return carry_on(asked)
        if asked.intent == COMPLAINT:
            return Answer(small.sorry(), replace(_keeping_claims(asked), topic=OFFERED_PERSON))
        return cannot_yet(asked)


class RequestSubstitute(ShopAction):
    named = "action_request_substitute"

    def answer(self, asked: Asked) -> Answer:
        return cannot_yet(asked)


class KeepWaiting(ShopAction):
    named = "action_keep_waiting"

    def answer(self, asked: Asked) -> Answer:
        if answer := answer_proposal(asked, says_no=True):
            return answer
        order = asked.about.get("order") or asked.memory.order
        return Answer(small.keeps_waiting(order), Memory(order=asked.memory.order))


class Repeat(ShopAction):
    named = "action_repeat"

    def answer(self, asked: Asked) -> Answer:
        if asked.memory.wish or asked.memory.order:
            return grant(asked, asked.memory.wish or Wish(STATUS))
        return Answer(small.nothing_said_yet(), asked.memory)


def cannot_yet(asked: Asked) -> Answer:
    return Answer(small.cannot_yet(), replace(_keeping_claims(asked), topic=OFFERED_PERSON))


def _keeping_claims(asked: Asked) -> Memory:
    """What a message told of who somebody is holds for the next one, though this one could not be helped."""
    return Memory(order=asked.memory.order, claims=asked.memory.claims.updated(asked.clues))


def hand_off(asked: Asked) -> Answer:
    reply: Reply = small.handing_off(asked.policy.contact)
    return Answer(reply, Memory(order=asked.memory.order))
