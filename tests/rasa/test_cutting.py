"""Where a message is cut, and what each part is seen to do, before anybody knows what it is about."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from components.cutting import MOST_PARTS, cut
from components.parts import Part


def parts(text: str) -> list[Part]:
    """Cut ``text`` as if spaCy had read it: words and signs, "n't" as "not"."""
    tokens: list[Any] = [
        SimpleNamespace(start=match.start(), end=match.end(), lemma=match[0].lower().replace("n't", "not"))
        for match in re.finditer(r"n't\b|\w+?(?=n't)|\w+|[^\w\s]", text)
    ]
    return cut(text, tokens)


def texts(text: str) -> list[str]:
    return [text[part.start : part.end] for part in parts(text)]


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("where is it and can you cancel it", ["where is it", "can you cancel it"]),
        ("Where is it? And cancel the lamp.", ["Where is it?", "cancel the lamp."]),
        ("where is it, please send the rest", ["where is it", "please send the rest"]),
        ("where is it; also, what does it cost", ["where is it;", "what does it cost"]),
        ("where is it\ncancel the lamp", ["where is it", "cancel the lamp"]),
        ("send the lamp and tell me when the rug comes", ["send the lamp", "tell me when the rug comes"]),
        ("i'll wait but can i get a discount", ["i'll wait", "can i get a discount"]),
    ],
)
def test_a_message_is_cut_where_another_wish_may_begin(text: str, cuts: list[str]) -> None:
    assert texts(text) == cuts


@pytest.mark.parametrize(
    "text",
    [
        "where is my order",
        "cancel the lamp and the rug",
        "the lamp, the rug and the two chairs",
        "cancel the lamp ... !!",
        "don't split it and cancel the rest",
        "i don't like it and want another",
        "if it is late, cancel it and send me the money",
        "if it is late, please cancel it and can you refund me",
        "when it ships, text me",
        "without cancelling it, tell me the date",
        "cancel it because i moved and i need a smaller one",
    ],
)
def test_it_is_not_cut_within_a_list_a_condition_a_reason_or_the_reach_of_a_not(text: str) -> None:
    assert texts(text) == []


def test_a_letter_is_not_cut() -> None:
    assert len(texts("where is it? " * MOST_PARTS)) == MOST_PARTS
    assert texts("where is it? " * (MOST_PARTS + 1)) == []


def test_a_part_shows_whether_it_asks() -> None:
    first, second, third, fourth = parts("it was due monday. send it now. is it late? hi i'd really like a date.")
    assert [part.asks for part in (first, second, third, fourth)] == [False, True, True, True]
    assert [part.is_question for part in (first, second, third, fourth)] == [False, False, True, False]


def test_a_part_shows_whether_it_declines() -> None:
    first, second = parts("i don't want a refund. i want a refund.")
    assert (first.declines, second.declines) == (True, False)


def test_a_part_shows_whether_it_names_nothing_itself() -> None:
    first, second, third = parts("do you ship to canada? how long does it take? how long does the lamp take?")
    assert [first.refers, second.refers, third.refers] == [False, True, False]
