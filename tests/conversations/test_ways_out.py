"""Which words leave the queue, and which are for the person who is waited for."""

from __future__ import annotations

import pytest

from meantime.conversations.gateway_words import CARRY_ON, STOP_WAITING
from meantime.conversations.ways_out import way_out_in


@pytest.mark.parametrize(
    "words",
    [
        "ok carry on",
        "Carry on!",
        "continue with the bot",
        "please continue",
        "can you carry on with the assistant instead?",
        "OK, let's go on then",
        "I'd like to go back to the assistant",
        "talk to the bot please",
    ],
)
def test_carrying_on_is_understood_however_it_is_dressed(words: str) -> None:
    assert way_out_in(words) == CARRY_ON


@pytest.mark.parametrize(
    "words",
    ["Stop waiting.", "ok stop waiting for a person", "I don’t want to wait any more", "never mind, thanks"],
)
def test_so_is_not_waiting_any_longer(words: str) -> None:
    assert way_out_in(words) == STOP_WAITING


@pytest.mark.parametrize(
    "words",
    [
        "I can't carry on like this",
        "don't carry on",
        "I want a person to carry on",
        "is my order going to continue to be late",
        "I do not want the bot",
        "stop",
        "why am I still waiting",
        "hello?",
        "",
    ],
)
def test_everything_else_is_for_the_person(words: str) -> None:
    assert way_out_in(words) is None
