"""Whose anger is meant for us, so that the second time goes to a person."""

from __future__ import annotations

import pytest

from meantime.wording.anger import is_angry, is_upset


@pytest.mark.parametrize(
    "says",
    [
        "WHERE THE FUCK IS MY GRILL",
        "unbelievable. cancel it",
        "this is ridiculous, four weeks and nobody cares",
        "I am so angry with you",
        "I'm fed up with this",
        "worst service ever",
        "this is completely unacceptable",
        "you bloody idiots",
        "you are useless",
        "thanks for nothing, you morons",
        "fuck off and thank you",
    ],
)
def test_anger_at_us_counts(says: str) -> None:
    assert is_upset(says)
    assert is_angry(says)


@pytest.mark.parametrize(
    "says",
    [
        "then cancel the damn grill",
        "what goddamn shipping options are there",
        "omg, really?",
        "seriously, where is it",
        "I'm such an idiot, I ordered the wrong size",
        "stupid question, but where is my order",
        "that was unbelievable, thank you so much",
        "I am not angry, only asking",
        "tell me a joke",
        "where is my order",
        "",
    ],
)
def test_what_only_stresses_a_wish_or_is_glad_does_not(says: str) -> None:
    assert not is_upset(says)
