"""What every action does the same way: believe only signed turns, answer in one transaction, leave its name."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import structlog
from prometheus_client import Histogram
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from sqlalchemy.orm import Session

from actions.asked import NOT_UNDERSTOOD, Asked, Clause, Memory
from actions.asking_goods import asks_for_goods
from actions.asking_sums import MAY_ASK, asks_what_was_paid, sums_asked
from actions.intents import (
    ASK_POLICY,
    AVAILABILITY,
    CANCEL,
    CHANGE,
    CHOOSING,
    COLLECTING,
    DONE,
    KEEP_WAITING,
    PAYMENT,
    SPLIT,
    STATUS,
    STOP,
    STOPPING,
    SUBSTITUTE,
    TOLD_ITEM,
)
from actions.other_languages import is_not_english
from actions.pointing import points_back
from actions.saying import asked_at_once, is_pause, is_too_late, needs_a_person_now
from actions.swearing import only_swears, only_vents
from meantime.db import Database
from meantime.ledger import BadTurnToken, TurnRevoked
from meantime.settings import settings
from meantime.shop.catalogue import FoundKind, products_named
from meantime.shop.counting import count_in
from meantime.shop.identity import knows_sender
from meantime.shop.new_details import gives_new_address
from meantime.shop.sought import asks_where
from meantime.wording.anger import is_angry, is_upset
from meantime.wording.replies import Reply
from meantime.wording.small import FRUSTRATING, already_done, said_before
from meantime.wording.summing_up import ALSO, lines, quoted
from meantime.wording.sums import ITEM
from meantime.wording.threatening import threatens

log = structlog.get_logger()
action_seconds = Histogram(
    "meantime_action_seconds",
    "Time an action takes to find its answer, its transactions with it.",
    ["action"],
    buckets=(0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5),
)

BREAKS_OFF = frozenset(
    {
        *("talk_to_person", "bot_challenge", "repeat", "correct_details", "affirm", "deny", "greet", "thank"),
        *("goodbye", "order_status", "cancel_order", "request_substitute"),
    }
)
"""What ends the collecting for a person: these are answered by themselves."""
SAYS_WHICH = frozenset({STOP, "affirm", "inform", "nlu_fallback", "out_of_scope", "notify_me"})
"""What "all of them" is taken for, after it was asked which messages are to stop."""
READS_LIKE_ELSEWHERE = frozenset(
    {CHANGE, SUBSTITUTE, SPLIT, "inform", "correct_details", "nlu_fallback", "out_of_scope"}
)
"""What a new address is taken for."""
FEELS = re.compile(r"\bI am sorry (?:that|about that)\b|\bI (?:can )?hear\b")
"""One validating sentence is enough."""
ASKS_SOMETHING = re.compile(
    r"\?|^\W*(where|when|what|which|how|is|are|was|has|have|do|does|did|can|could)\b", re.IGNORECASE
)
LAST = frozenset({"cancel_order", "request_substitute", "split_shipment", "talk_to_person"})
"""Of several things that are asked for, these are answered last: they end in a list to agree to, or with a person."""
FEW_WORDS = 4
CHANGES = frozenset({CANCEL, SUBSTITUTE})
ANGRY_WITHIN = 10
"""Twice in so many messages is anger that a person should hear."""
MOST_WISHES = 4
"""More than so many in one message are no longer kept apart."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, and what is remembered after it."""

    reply: Reply
    memory: Memory


@lru_cache
def database() -> Database:
    """Return the database of this process."""
    return Database(settings().database_url)


class ShopAction(Action):  # type: ignore[misc]
    """An action of ours: a name, and an ``answer`` that runs in a thread and opens its own transactions."""

    named: ClassVar[str]
    known: ClassVar[dict[str, type[ShopAction]]] = {}
    """Every action by its name: an intent's action is ``action_<intent>``."""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        ShopAction.known[cls.named] = cls

    def name(self) -> str:
        return self.named

    def answer(self, asked: Asked) -> Answer:
        """Return what to say. Whatever it raises makes the turn fail, and the gateway asks it again."""
        raise NotImplementedError

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        try:
            asked = Asked.of(tracker)
        except BadTurnToken as error:
            raise ActionExecutionRejection(self.named, "this call was not made by the gateway") from error
        try:
            with action_seconds.labels(self.named).time():
                answer = await asyncio.to_thread(answer_all, self, asked)
        except TurnRevoked:
            # A person has taken over; whatever is said now is thrown away by the gateway.
            answer = Answer(Reply("A colleague has taken over."), asked.memory)
        except Exception:
            # Not raised further: rasa-sdk would send the whole request, with the customer's words, back to Rasa,
            # which would log it. Without ``ran`` the turn counts as failed, and the gateway asks it again.
            log.exception("action failed", action=self.named)
            return []
        dispatcher.utter_message(**answer.reply.utterance())
        memory = replace(answer.memory, said=_again(answer.reply), upset=_upset(asked, answer.reply))
        # Compared with the slots themselves: what the turn brought along has to be kept, too.
        old, new = Memory.of(tracker.slots).as_slots(), memory.as_slots()
        changed = [SlotSet(slot, value) for slot, value in new.items() if old[slot] != value]
        return [*changed, SlotSet("ran", self.named)]


def answer_all(action: ShopAction, asked: Asked) -> Answer:
    """Answer a message, and also what else it asked for, or an earlier one did.

    A list that waits for a yes, or a question, comes last, so that the next message can answer it; what is then
    left is remembered until that is settled.
    """
    if is_too_late(asked.intent, asked.text, asked.memory.topic):
        answer = Answer(already_done(asked.memory.order), replace(asked.memory.settled, topic=DONE))
    elif threatens(asked.text):
        answer = ShopAction.known["action_pass_on_threat"]().answer(asked)
    elif needs_a_person_now(asked.text):
        answer = ShopAction.known["action_pass_on"]().answer(asked)
    elif asked.memory.upset is not None and is_upset(asked.text):
        answer = ShopAction.known["action_pass_on_upset"]().answer(asked)
    elif _goes_to_a_person(asked):
        answer = ShopAction.known["action_inform"]().answer(asked)
    elif is_pause(asked.text):
        answer = ShopAction.known["action_pause"]().answer(asked)
    elif only_swears(asked.intent, asked.text):
        answer = ShopAction.known["action_hear_out"]().answer(asked)
    elif is_not_english(asked.intent, asked.text):
        answer = ShopAction.known["action_other_language"]().answer(asked)
    elif asked.memory.topic == STOPPING and asked.text and asked.intent in SAYS_WHICH:
        answer = action_for(STOP).answer(asked)
    elif _sends_elsewhere(asked):
        answer = action_for(CHANGE).answer(replace(asked, intent=CHANGE))
    elif len(wishes := _wishes(asked)) > 1:
        first, *others = sorted(wishes[:MOST_WISHES], key=lambda clause: clause.intent in LAST)
        # Who and which order is meant may stand in any part.
        opening = replace(asked.for_clause(first, replace(asked.memory, later=tuple(others))), clues=asked.clues)
        answer = _answer_one(action_for(first.intent), opening)
    elif wishes:
        answer = _answer_one(action_for(wishes[0].intent), _as(asked, wishes[0]))
    else:
        answer = _answer_one(action, asked)
    if is_angry(asked.text) and not FEELS.search(answer.reply.text):
        answer = replace(answer, reply=answer.reply.after(FRUSTRATING))
    while answer.memory.later and not _waits(answer):
        following, *others = answer.memory.later
        memory = replace(answer.memory, later=tuple(others))
        then = _answer_one(action_for(following.intent), asked.for_clause(following, memory))
        answer = Answer(then.reply.following(answer.reply), then.memory)
    return _with_what_is_left(answer) if answer.reply.hand_off else answer


def _upset(asked: Asked, reply: Reply) -> int | None:
    """Return how many answers ago the customer was angry. Once a person is asked it is counted anew."""
    if reply.hand_off:
        return None
    if is_upset(asked.text):
        return 0
    before = asked.memory.upset
    return before + 1 if before is not None and before + 1 < ANGRY_WITHIN else None


def _wishes(asked: Asked) -> tuple[Clause, ...]:
    """Return what a message asks for where that is several things. "Keep the grill" beside "cancel the kettle" only
    says what is not meant."""
    wishes = _without_venting(asked.clauses) or asked.by_order
    if any(wish.intent in CHANGES for wish in wishes):
        return tuple(wish for wish in wishes if wish.intent != KEEP_WAITING)
    return wishes


def _without_venting(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Leave out the part that only lets off steam, where another says what is wanted."""
    kept = tuple(clause for clause in clauses if not only_vents(clause.intent, clause.text))
    return kept or tuple(clauses)


def _as(asked: Asked, clause: Clause) -> Asked:
    """Return the whole turn, understood as ``clause`` is."""
    return replace(asked, intent=clause.intent, policy_topic=clause.policy_topic, clauses=())


def _sends_elsewhere(asked: Asked) -> bool:
    """Return whether all that is asked for is another address, whatever it reads like."""
    wanted = {clause.intent for clause in asked.clauses} or {asked.intent}
    return wanted <= READS_LIKE_ELSEWHERE and gives_new_address(asked.text)


def _with_what_is_left(answer: Answer) -> Answer:
    """Give a person who takes over also what else was asked for: nobody else answers it."""
    left = lines((ALSO, quoted(clause.text)) for clause in answer.memory.later)
    if not left:
        return answer
    reply = replace(answer.reply, summary=f"{answer.reply.summary}\n{left}".strip())
    return Answer(reply, replace(answer.memory, later=()))


def _answer_one(action: ShopAction, asked: Asked) -> Answer:
    """Answer one wish by the action that its words ask for."""
    if _says_how_many(asked):
        return action_for("inform").answer(replace(asked, intent="inform"))
    if _asks_sums_of_order(asked):
        return action_for(PAYMENT).answer(replace(asked, intent=PAYMENT))
    if _asks_price_in_shop(asked):
        return action_for(AVAILABILITY).answer(replace(asked, intent=AVAILABILITY))
    if asked.intent in NOT_UNDERSTOOD and not asked.shown_proposal and asks_where(asked.text):
        return action_for(STATUS).answer(replace(asked, intent=STATUS))
    if (meant := asked_at_once(asked.intent, asked.text)) != asked.intent:
        return action_for(meant).answer(replace(asked, intent=meant))
    return action.answer(asked)


def _says_how_many(asked: Asked) -> bool:
    """Return whether a bare number answers how many are to go."""
    wish = asked.memory.wish
    is_asked = wish is not None and wish.intent in CHANGES and asked.memory.topic == CHOOSING and bool(wish.lines)
    return is_asked and not asked.about and len(asked.text.split()) <= FEW_WORDS and bool(count_in(asked.text, 2))


def _asks_sums_of_order(asked: Asked) -> bool:
    """Return whether a sum of an order is asked for, whatever the question reads like."""
    if not (asked.memory.order or asked.clues) or asked.shown_proposal:
        return False
    parts = sums_asked(asked.text, asked.intent, of_order=bool(asked.memory.order))
    return bool(parts - {ITEM}) or bool(parts and asks_what_was_paid(asked.text))


def _asks_price_in_shop(asked: Asked) -> bool:
    """Return whether it is asked what a thing of the shop costs, or whether there is such a thing."""
    if asked.clues or asked.shown_proposal or asked.about or asked.intent not in MAY_ASK:
        return False
    is_price = sums_asked(asked.text, asked.intent) == {ITEM} and not asks_what_was_paid(asked.text)
    if is_price and asked.memory.topic == TOLD_ITEM and points_back(asked.text):
        return True  # "and how much is it", of the item that was told of just now
    if not is_price and not (asked.intent in NOT_UNDERSTOOD and asks_for_goods(asked.text)):
        return False
    with database().reading() as session:
        return products_named(session, asked.text).kind is not FoundKind.NOTHING


def _waits(answer: Answer) -> bool:
    """Return whether the customer, or a person, is to speak next."""
    reply = answer.reply
    return bool(answer.memory.wish or reply.proposal or reply.asks or reply.hand_off)


def _goes_to_a_person(asked: Asked) -> bool:
    """Return whether the message answers a question whose answer is passed on as it is, whatever it reads like."""
    if asked.memory.topic != COLLECTING or not asked.text:
        return False
    if asked.intent == STATUS and (asked.memory.said or {}).get("asks") == "text":
        return not ASKS_SOMETHING.search(asked.text)  # "get it here by Friday" is what would put it right
    if asked.intent == ASK_POLICY and ASKS_SOMETHING.search(asked.text):
        return False  # a rule of the shop is told at once
    return asked.intent not in BREAKS_OFF


def action_for(intent: str) -> ShopAction:
    """Return the action that answers ``intent``."""
    return ShopAction.known[f"action_{intent}"]()


def _again(reply: Reply) -> dict[str, Any]:
    """What is kept of an answer so that it can be given once more, in other words."""
    return {
        "text": reply.again or said_before(reply.text).text,
        "buttons": [[button.title, button.payload] for button in reply.buttons],
        "asks": reply.asks,
        "proposal": reply.proposal,
    }


@contextmanager
def transaction(asked: Asked) -> Iterator[Session]:
    """A transaction fit for looking at orders: one that may write where there is something to check a claim with,
    and by SMS, where what is shown to an order's own number is noted."""
    has_proof_to_keep = asked.clues.has_contact or asked.memory.claims.has_contact or _is_known_by_number(asked)
    with database().writing() if has_proof_to_keep else database().reading() as session:
        yield session


def _is_known_by_number(asked: Asked) -> bool:
    if not asked.asker.sender:
        return False
    with database().reading() as session:
        return knows_sender(session, asked.asker)
