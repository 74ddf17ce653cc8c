"""What every action does the same way: believe only signed turns, answer in one transaction, leave its name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import structlog
from prometheus_client import Histogram
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from sqlalchemy.orm import Session

from actions.asked import Asked, Memory
from meantime.db import Database
from meantime.ledger import BadTurnToken, TurnRevoked
from meantime.settings import settings
from meantime.wording.replies import Reply

log = structlog.get_logger()
action_seconds = Histogram(
    "meantime_action_seconds",
    "Time an action takes to find its answer, its transactions with it.",
    ["action"],
    buckets=(0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5),
)


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
                answer = await asyncio.to_thread(self.answer, asked)
        except TurnRevoked:
            # A person has taken over; whatever is said now is thrown away by the gateway.
            answer = Answer(Reply("A colleague has taken over."), asked.memory)
        except Exception:
            # Not raised further: rasa-sdk would send the whole request, with the customer's words, back to Rasa,
            # which would log it. Without ``ran`` the turn counts as failed, and the gateway asks it again.
            log.exception("action failed", action=self.named)
            return []
        dispatcher.utter_message(**answer.reply.utterance())
        old, new = asked.memory.as_slots(), answer.memory.as_slots()
        changed = [SlotSet(slot, value) for slot, value in new.items() if old[slot] != value]
        return [*changed, SlotSet("ran", self.named)]


@contextmanager
def transaction(asked: Asked) -> Iterator[Session]:
    """A transaction fit for looking at orders: one that may write where there is something to check a claim with."""
    has_proof_to_keep = asked.clues.has_contact or asked.memory.claims.has_contact
    with database().writing() if has_proof_to_keep else database().reading() as session:
        yield session
