"""What counts as a yes to cancelling, and what only sounds like one."""

from __future__ import annotations

import pytest

from actions.proposals import is_plain_yes


@pytest.mark.parametrize(
    "words",
    ["yes", "Yes please.", "ok", "go ahead", "yes, cancel it", "yes thank you", "sure, cancel M104285", "yes i do",
     "yes i want to cancel", "please cancel it", "ok fine", "yes the whole order"],
)  # fmt: skip
def test_a_plain_yes(words: str) -> None:
    assert is_plain_yes(words, "M104285")


@pytest.mark.parametrize(
    "words",
    ["yes i do want this order", "yes i want it", "ok thanks", "okay thank you", "really?", "yes?", "yeah right", "no",
     "yes but not the lamp", "yes, cancel M104171", "don't", "", "!!!"],
)  # fmt: skip
def test_no_plain_yes(words: str) -> None:
    assert not is_plain_yes(words, "M104285")
