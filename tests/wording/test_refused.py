"""What is said when the shop could not make a change: calm, short, and no blame."""

from __future__ import annotations

from itertools import product

import pytest

from meantime.wording import refused
from meantime.wording.gsm import in_gsm, segments
from meantime.wording.numbered import MOST_SEGMENTS, pages
from meantime.wording.tone import lint

NAMES = [[], ["Desk Lamp"], ["Harbor Desk Lamp (black, small)", "Kettle"], ["a", "b", "c"]]
KINDS = ["cancel", "swap", "split", "goodwill", "another"]
CONFLICTS = ["", "under way", "not undone"]


@pytest.mark.parametrize(("kind", "names", "conflict"), list(product(KINDS, NAMES, CONFLICTS)))
def test_what_the_customer_hears_keeps_the_tone_and_fits_a_text_message(
    kind: str, names: list[str], conflict: str
) -> None:
    text = refused.to_customer(kind, "W1234567", names, conflict)
    assert lint(text) == []
    assert lint(text, channel="sms") == []
    assert segments(in_gsm(text)) <= MOST_SEGMENTS
    assert len(pages(text, [])) == 1
    assert text.count("sorry") == 1
    assert "W1234567" in text


def test_several_items_stay_together() -> None:
    assert "They stay in your order" in refused.to_customer("cancel", "W1", ["Lamp", "Kettle"], "")
    assert "It stays in your order" in refused.to_customer("cancel", "W1", ["Lamp"], "")
    assert "3 items" in refused.to_customer("cancel", "W1", ["a", "b", "c"], "")


@pytest.mark.parametrize(
    ("conflict", "told"), [("", "undone here"), ("under way", "Conflict"), ("not undone", "put it right")]
)
def test_staff_read_what_was_refused_why_and_what_was_made_of_it(conflict: str, told: str) -> None:
    text = refused.to_staff("cancel", "W1", "packed at noon", conflict, "customer:c1")
    assert "made by the customer" in text
    assert "packed at noon" in text
    assert told in text
    assert "c1" not in text
    assert "made by Ana." in refused.to_staff("swap", "W1", "", conflict, "staff:Ana")
