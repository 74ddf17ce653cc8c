"""Words in the one spelling they are compared in."""

from __future__ import annotations

import pytest

from meantime.shop.spelling import is_slip, known_as, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("500 ml", "500ml"),
        ("1.5 Liters", "1.5l"),
        ("6-inch", "6inch"),
        ("5 feet", "5ft"),
        ("2 pieces", "2piece"),
        ("10 in black", "10 in black"),
        ("3 lamps", "3 lamp"),
        ("two-person tents", "2 person tent"),
        ("Extra Large", "xl"),
        ("gray", "grey"),
        ("the cafés' batteries, boxes and watches", "the cafe battery box and watch"),
        ("glass bus", "glass bus"),
    ],
)
def test_words_have_one_spelling(text: str, words: str) -> None:
    assert " ".join(words_of(text)) == words


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("lmap", "lamp"),
        ("lampp", "lamp"),
        ("grll", "grill"),
        ("ketle", "kettle"),
        ("hedphone", "headphone"),
        ("backpac", "backpack"),
    ],
)
def test_a_slip_is_forgiven(word: str, known: str) -> None:
    assert is_slip(word, known)


@pytest.mark.parametrize(("word", "known"), [("table", "tablet"), ("book", "boot"), ("cap", "cup"), ("act", "cat")])
def test_another_word_is_no_slip(word: str, known: str) -> None:
    assert not is_slip(word, known)


def test_a_word_that_is_known_is_no_slip_of_another() -> None:
    assert known_as("kettel", {"kettle", "kettel"}) == {"kettel"}
    assert known_as("kettel", {"kettle", "lamp"}) == {"kettle"}
