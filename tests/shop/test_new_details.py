"""A new address, number or e-mail says nothing of who is asking."""

from __future__ import annotations

import pytest

from meantime.shop.clues import Clues, clues_in
from meantime.shop.new_details import gives_new_address
from meantime.shop.policy import Policy


@pytest.mark.parametrize(
    "text",
    [
        "please change my address to 12 Elm Street, Boston MA 02110",
        "Ship my grill to 5 Elm Street, Boston 02110 instead. My new number is 617-555-9999",
        "can you send it to 99 Oak Ave 60601 instead",
        "my address changed to 12 Oak St Seattle 98101",
        "the address on my order is wrong, it should be 44 Pine Road 98104",
        "change my email to foo@example.com",
        "my new phone number is 617-555-9999",
        "ship it to 02110 please",
        "my card is 4111 1111 1111 1111",
    ],
)
def test_what_something_is_to_be_changed_to_is_no_clue(text: str) -> None:
    assert clues_in(text, Policy(), "US") == Clues()


@pytest.mark.parametrize(
    ("text", "clues"),
    [
        ("where is M104204, 1807 Kinney Ave, Austin 78704", Clues("M104204", postcode="78704")),
        ("send it to 12 Elm Street, Austin 78705, my zip is 78704", Clues(postcode="78704")),
        ("change the address to 12 Elm Street, Austin 78705 for order M104204", Clues("M104204")),
        ("M104171, 98103 please send it to 44 Pine Road, Seattle 98104", Clues("M104171", postcode="98103")),
        ("send what is ready to me, M104171, 98103", Clues("M104171", postcode="98103")),
        ("I want to send the lamp back to you, M104204, 78704", Clues("M104204", postcode="78704")),
        ("change it to 3 lamps, my email is jo@example.com", Clues(email="jo@example.com")),
    ],
)
def test_what_somebody_says_of_themselves_still_counts(text: str, clues: Clues) -> None:
    assert clues_in(text, Policy(), "US") == clues


def test_a_street_is_a_new_address_only_where_something_goes_elsewhere() -> None:
    assert gives_new_address("can you send it to 99 Oak Ave 60601 instead")
    assert not gives_new_address("where is my order, I live at 99 Oak Ave 60601")
    assert not gives_new_address("send it to my office instead")
