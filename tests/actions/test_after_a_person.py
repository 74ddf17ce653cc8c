"""What the assistant knows when a person hands a conversation back: the order, but not who the customer is."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.asked import Asked, Memory, Wish
from actions.base import ShopAction
from meantime.db import Database
from meantime.ledger import TurnToken, begin_turn
from tests.shop.conftest import Shop


def tracker(named: str | None, /, *, proof: str | None = None, intent: str = "order_status", **slots: Any) -> Tracker:
    token = TurnToken("c1", "m1", "website", "a1", proof=proof, order=named).sign(os.environ["SECRET_KEY"])
    message = {"text": "where is it?", "intent": {"name": intent}, "metadata": {"token": token}, "entities": []}
    return Tracker("c1", slots, message, [], False, None, {}, "action_listen")


def test_the_order_a_person_talked_about_is_the_one_that_is_meant() -> None:
    assert Asked.of(tracker("M2")).memory == Memory(order="M2")
    assert Asked.of(tracker("M2", order="M1", lines=[1])).memory == Memory(order="M2")


def test_what_was_open_about_the_same_order_stays() -> None:
    asked = Asked.of(tracker("M1", order="M1", lines=[1], wish={"intent": "cancel_order", "lines": [1]}))
    assert asked.memory == Memory(wish=Wish("cancel_order", lines=(1,)), order="M1", lines=(1,))


def test_where_no_person_named_one_nothing_is_forgotten() -> None:
    assert Asked.of(tracker(None, order="M1", lines=[1])).memory == Memory(order="M1", lines=(1,))


@pytest.fixture
def number(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(base, "database", lambda: database)
    for module in ("actions.wishes", "actions.orders", "actions.finding"):
        monkeypatch.setattr(f"{module}.database", lambda: database, raising=False)
    with database.writing() as session:
        shop = Shop(session)
        shop.product("lamp", name="Lamp", on_hand=1)
        begin_turn(session, "m1", "c1")
        return shop.order(("lamp", 1)).number


def answer(order: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """Return what is said, and the slots that are set."""
    dispatcher = CollectingDispatcher()
    asked = tracker(order, **more)
    events = asyncio.run(ShopAction.known["action_order_status"]().run(dispatcher, asked, {}))
    return dispatcher.messages[0]["text"], {event["name"]: event["value"] for event in events}


def test_its_owner_is_told_of_it_and_it_is_remembered(number: str) -> None:
    said, slots = answer(number, proof="c1")
    assert "Lamp" in said
    assert slots["order"] == number


def test_whoever_has_not_proven_to_own_it_is_asked_for_that(number: str) -> None:
    said, slots = answer(number)
    assert "Lamp" not in said
    assert "postcode" in said
    assert slots["order"] == number
