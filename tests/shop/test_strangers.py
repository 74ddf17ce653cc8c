"""Which single things a wish to cancel or swap names."""

from __future__ import annotations

import pytest

from meantime.shop.strangers import objects_in


@pytest.mark.parametrize(
    ("says", "thing"),
    [
        ("cancel the piano", "piano"),
        ("please cancel my grand piano from order W1234567", "grand piano"),
        ("I'd like to cancel the size 8, M104262, 90026", "size 8"),
        ("swap the piano for a red one", "piano"),
        ("remove one of the blue mugs because it is late", "blue mugs"),
        ("Can you cancel just the\nrug?", "rug"),
    ],
)
def test_one_thing_is_named(says: str, thing: str) -> None:
    assert [(found.words, found.is_vague) for found in objects_in(says)] == [(thing, False)]


@pytest.mark.parametrize(
    "says", ["cancel the late one", "cancel the other one please", "swap that item", "swap the size"]
)
def test_some_words_fit_anything(says: str) -> None:
    assert [found.is_vague for found in objects_in(says)] == [True]


@pytest.mark.parametrize(
    "says",
    [
        "cancel my order",
        "cancel the whole thing",
        "cancel the oder please",
        "cancel the two items I bought",
        "cancel it",
        "cancel that please",
        "cancel this asap",
        "cancel my last purchase",
        "cancel everything",
        "where is the piano",
    ],
)
def test_the_whole_order_or_nothing_is_named(says: str) -> None:
    assert list(objects_in(says)) == []
