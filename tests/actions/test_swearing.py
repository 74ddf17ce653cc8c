"""What is only a curse, and what has a wish in it."""

from __future__ import annotations

import pytest

from actions.swearing import only_swears


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
