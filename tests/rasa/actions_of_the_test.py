"""A stand-alone action server's actions: just enough to see what Rasa sends and what it makes of answers."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import SlotSet


class _Named(Action):
    called = ""

    def name(self) -> str:
        return self.called

    def done(self) -> list[dict[str, Any]]:
        return [SlotSet("ran", self.called)]


class OrderStatus(_Named):
    """Says two things, the first with every part an utterance can have, and remembers something."""

    called = "action_order_status"

    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(
            text="Your lamp ships between 3 and 5 June.\n\nYou can wait or cancel.",
            buttons=[{"title": "Cancel the lamp", "payload": '/cancel_order{"order":"W1","lines":"1"}'}],
            json_message={"asks": "choice", "cards": []},
        )
        dispatcher.utter_message(text="Your card has not been charged.")
        return [SlotSet("order", "W1"), SlotSet("topic", {"lines": [1]}), *self.done()]


class Told(_Named):
    """Gives back what an action can know of the turn."""

    async def run(self, dispatcher, tracker, domain):
        users = [event for event in tracker.events if event.get("event") == "user"]
        dispatcher.utter_message(
            json_message={
                "action": self.called,
                "latest_message_metadata": tracker.latest_message.get("metadata"),
                "event_metadata": users[-1].get("metadata"),
                "entities": {e["entity"]: e["value"] for e in tracker.latest_message["entities"]},
                "text": tracker.latest_message.get("text"),
                "clauses": tracker.latest_message.get("clauses"),
                "policy_topic": tracker.latest_message.get("policy_topic"),
                "texts": [event.get("text") for event in users],
                "slots": tracker.slots,
                "sender_id": tracker.sender_id,
                "domain_actions": domain.get("actions"),
            }
        )
        return self.done()


class CancelOrder(Told):
    called = "action_cancel_order"


class Inform(Told):
    called = "action_inform"


class AskPolicy(Told):
    called = "action_ask_policy"


class Fallback(Told):
    called = "action_fallback"


class Raises(_Named):
    called = "action_affirm"

    async def run(self, dispatcher, tracker, domain):
        raise RuntimeError("the shop is on fire")


class ForgetsToSayItRan(_Named):
    called = "action_deny"

    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="All right.")
        return []


class AnswersNonsense(_Named):
    called = "action_keep_waiting"

    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="All right.")
        return [{"event": "no such event"}, *self.done()]


class SaysNothing(_Named):
    called = "action_greet"

    async def run(self, dispatcher, tracker, domain):
        return self.done()


class WaitsForAnother(_Named):
    """Answers once two calls are here at the same time; says so when none came."""

    called = "action_repeat"
    here = 0
    both = None

    async def run(self, dispatcher, tracker, domain):
        cls = type(self)
        cls.both = cls.both or asyncio.Event()
        cls.here += 1
        if cls.here == 2:
            cls.both.set()
        try:
            await asyncio.wait_for(cls.both.wait(), timeout=5)
            dispatcher.utter_message(text="together")
        except TimeoutError:
            dispatcher.utter_message(text="alone")
        return self.done()
