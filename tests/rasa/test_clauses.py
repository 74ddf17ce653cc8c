"""Which parts of a message make two wishes, whatever a classifier says each part is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from components.clauses import clauses_of
from components.parts import Part

SURE = 0.6
LIKELY = {"cancel_order"}


@dataclass
class Token:
    lemma: str


def part(at: int, intent: str, confidence: float = 0.9, **how: Any) -> Part:
    """Ten characters of a message that begin at ``at``; a demand unless said otherwise."""
    put = {"is_question": False, "asks": True, "declines": False, "refers": False} | how
    return Part(at, at + 10, [], intent=intent, confidence=confidence, **put)


def wishes(*parts: Part) -> list[str]:
    return [clause.intent for clause in clauses_of(list(parts), SURE, LIKELY)]


def test_two_sure_wishes_stand_in_their_order() -> None:
    assert wishes(part(0, "order_status"), part(10, "cancel_order")) == ["order_status", "cancel_order"]
    assert wishes(part(0, "cancel_order"), part(10, "order_status")) == ["cancel_order", "order_status"]


def test_no_part_cancels_when_the_whole_is_hardly_about_cancelling() -> None:
    parts = [part(0, "order_status"), part(10, "cancel_order"), part(20, "change_order")]
    assert [clause.intent for clause in clauses_of(parts, SURE, {"order_status"})] == ["order_status", "change_order"]


@pytest.mark.parametrize("other", ["greet", "thank", "inform", "nlu_fallback", "affirm", "deny", "complaint", "repeat"])
def test_chatter_is_no_wish(other: str) -> None:
    assert wishes(part(0, "order_status"), part(10, other)) == []


def test_one_wish_said_twice_is_one() -> None:
    assert wishes(part(0, "order_status"), part(10, "order_status")) == []


def test_a_part_that_is_not_sure_is_no_wish() -> None:
    assert wishes(part(0, "order_status"), part(10, "cancel_order", SURE - 0.01)) == []
    assert wishes(part(0, "order_status"), part(10, "cancel_order", SURE)) == ["order_status", "cancel_order"]


def test_what_only_tells_is_a_wish_where_telling_is_wanting_and_it_is_quite_sure() -> None:
    assert wishes(part(0, "cancel_order"), part(10, "order_status", asks=False)) == []
    assert wishes(part(0, "order_status"), part(10, "return_or_damage", asks=False)) != []
    assert wishes(part(0, "order_status"), part(10, "return_or_damage", 0.7, asks=False)) == []


def test_what_is_declined_is_no_wish_but_for_what_is_wanted_by_declining() -> None:
    assert wishes(part(0, "order_status"), part(10, "payment_question", declines=True)) == []
    assert wishes(part(0, "order_status"), part(10, "stop_updates", declines=True)) == ["order_status", "stop_updates"]


def test_what_comes_with_cancelling_is_part_of_it_unless_it_is_asked() -> None:
    assert wishes(part(0, "cancel_order"), part(10, "payment_question")) == []
    assert wishes(part(0, "cancel_order"), part(10, "payment_question", is_question=True)) != []


def test_a_question_about_the_same_thing_is_no_second_wish() -> None:
    on_it = {"is_question": True, "refers": True}
    assert wishes(part(0, "ask_policy"), part(10, "order_status", **on_it)) == []
    assert wishes(part(0, "cancel_order"), part(10, "order_status", **on_it)) == ["cancel_order", "order_status"]
    assert wishes(part(0, "ask_policy"), part(10, "order_status", is_question=True)) == ["ask_policy", "order_status"]


def test_words_that_are_no_wish_go_with_their_neighbour() -> None:
    parts = [
        part(0, "greet"),
        part(10, "cancel_order"),
        part(20, "inform"),
        part(30, "order_status"),
        part(40, "thank"),
    ]
    assert [(clause.start, clause.end) for clause in clauses_of(parts, SURE, LIKELY)] == [(0, 30), (30, 50)]


def test_one_wish_in_two_halves_leaves_room_for_another() -> None:
    parts = [part(0, "cancel_order", 0.7), part(10, "payment_question"), part(20, "ask_policy", is_question=True)]
    first, second = clauses_of(parts, SURE, LIKELY)
    assert (first.intent, first.part.confidence, first.start, first.end) == ("cancel_order", 0.7, 0, 20)
    assert second.intent == "ask_policy"


def spoken(at: int, words: str) -> Part:
    return replace(part(at, "request_substitute"), tokens=[Token(word) for word in words.split()])


def test_two_swaps_that_each_say_what_for_are_two() -> None:
    grill, kettle = spoken(0, "swap the grill for a red one"), spoken(10, "swap the kettle for a blue one")
    assert wishes(grill, kettle) == ["request_substitute", "request_substitute"]
    assert wishes(grill, spoken(10, "i want a smaller one")) == []


def test_what_changed_is_why_somebody_cancels_unless_a_change_is_wanted() -> None:
    assert wishes(part(0, "change_order", asks=False), part(10, "cancel_order")) == []
    assert wishes(part(0, "change_order"), part(10, "cancel_order")) == ["change_order", "cancel_order"]
