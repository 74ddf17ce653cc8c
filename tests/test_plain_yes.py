"""What counts as a yes to a change, and what only sounds like one."""

from __future__ import annotations

import pytest

from actions.agreeing import is_plain_yes

ANY = [
    "yes please, that would be lovely",
    "yes, that would be great",
    "sure, why not",
    "Yes, that's fine",
    "yes",
    "Yes please.",
    "ok",
    "go ahead",
    "please go ahead",
    "do it please",
    "yes i do",
    "sure, go ahead",
]


@pytest.mark.parametrize("kind", ["cancel", "swap", "split"])
@pytest.mark.parametrize("words", ANY)
def test_a_plain_yes_to_anything(words: str, kind: str) -> None:
    assert is_plain_yes(words, "M104285", kind)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        *(("cancel", w) for w in ("yes, cancel it", "yes thank you", "sure, cancel M104285", "yes i want to cancel")),
        *(("cancel", w) for w in ("please go ahead", "ok fine", "yes the whole order", "yes go ahead and cancel it")),
        *(
            ("swap", w)
            for w in ("take it", "yes swap it please", "I'll take it", "ok i’ll take that one", "yes, take it")
        ),
        *(("split", w) for w in ("yes send it now", "yes please ship it", "yes send what is ready")),
    ],
)
def test_a_plain_yes_in_words_of_its_kind(kind: str, words: str) -> None:
    assert is_plain_yes(words, "M104285", kind)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        *(("swap", w) for w in ("yes cancel it", "cancel it", "please cancel them", "send it", "yes, the blue one")),
        *(("cancel", w) for w in ("swap it", "yes swap it", "send it now", "yes, ship it", "I'll take it")),
        *(("split", w) for w in ("cancel it", "yes, swap it", "yes cancel what is ready")),
    ],
)
def test_a_yes_to_another_kind_of_change_is_none(kind: str, words: str) -> None:
    assert not is_plain_yes(words, "M104285", kind)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        *(("cancel", w) for w in ("cancel", "cancel that", "cancel it", "please cancel it", "cancel them")),
        *(("swap", w) for w in ("swap", "swap it", "please swap them")),
        *(("split", w) for w in ("ship it", "please send them")),
    ],
)
def test_the_request_itself_sent_twice_is_no_yes(kind: str, words: str) -> None:
    assert not is_plain_yes(words, "M104285", kind)


@pytest.mark.parametrize("kind", ["cancel", "swap", "split"])
@pytest.mark.parametrize(
    "words",
    ["that would be lovely if it ships", "why not", "yse",
     "yes i do want this order", "yes i want it", "ok thanks", "okay thank you", "really?", "yes?", "yeah right", "no",
     "yes but not the lamp", "yes, cancel M104171", "don't", "", "!!!"],
)  # fmt: skip
def test_no_plain_yes(words: str, kind: str) -> None:
    assert not is_plain_yes(words, "M104285", kind)
