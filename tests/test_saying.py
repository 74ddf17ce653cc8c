"""What is asked for in so many words, whatever else stands in the message."""

from __future__ import annotations

import pytest

from actions.saying import asked_at_once


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("swap my portable charger for the cheapest", "request_substitute"),
        ("no wait, swap it for the steel one", "request_substitute"),
        ("Hi, can you please exchange the lamp", "request_substitute"),
        ("I'd like to cancel the portable charger in W1123136", "cancel_order"),
        ("was my card charged? cancel it if so", "payment_question"),
        ("what happens to my money if I cancel", "payment_question"),
        ("I did not ask to swap anything", "payment_question"),
        ("have you charged my card", "payment_question"),
    ],
)
def test_a_wish_at_the_start_outweighs_a_likeness(text: str, intent: str) -> None:
    assert asked_at_once("payment_question", text) == intent


@pytest.mark.parametrize("intent", ["talk_to_person", "ask_policy", "return_or_damage", "deny"])
def test_what_was_understood_well_stays(intent: str) -> None:
    assert asked_at_once(intent, "cancel") == intent
