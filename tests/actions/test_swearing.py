"""What is only a curse, and what has a wish in it."""

from __future__ import annotations

import pytest

from actions.swearing import only_swears, only_vents
from meantime.wording.anger import is_angry


@pytest.mark.parametrize(
    "says",
    [
        "fuck you",
        "F*** this shop",
        "you are a fucking idiot",
        "you useless piece of crap!!!",
        "this shop sucks",
        "what the fuck",
        "WTF",
        "shut up you stupid bot",
        "oh ffs, are you kidding me",
    ],
)
def test_a_curse_is_one(says: str) -> None:
    assert only_swears("complaint", says)
    assert only_swears("bot_challenge", says)


@pytest.mark.parametrize(
    "says",
    [
        "where the fuck is my order",
        "the damn lamp came broken",
        "this is useless, get me a person",
        "I ordered a scrapbook",
        "worst shop ever",
        "is the Dickens novel in stock",
        "",
    ],
)
def test_a_wish_or_a_harmless_word_is_none(says: str) -> None:
    assert not only_swears("complaint", says)


def test_a_wish_that_is_understood_is_no_curse() -> None:
    assert not only_swears("cancel_order", "fuck this")


@pytest.mark.parametrize("says", ["WHERE THE FUCK IS MY GRILL", "unbelievable. cancel it", "cancel the damn thing"])
def test_anger_beside_a_wish_is_heard(says: str) -> None:
    assert is_angry(says)


@pytest.mark.parametrize(
    "says", ["where are my dumbbells", "is the trash can in stock", "garbage bags please", "where is it"]
)
def test_a_thing_is_no_curse(says: str) -> None:
    assert not is_angry(says)


def test_a_part_that_only_vents_tells_nothing_to_look_into() -> None:
    assert only_vents("complaint", "unbelievable.")
    assert not only_vents("complaint", "unbelievable, your driver left the parcel in the rain")
    assert not only_vents("complaint", "the driver was rude")
