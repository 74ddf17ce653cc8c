"""What a customer's own words tell of who they are."""

from __future__ import annotations

import pytest

from meantime.shop.clues import Clues, clues_in, number_from_digits, phone_key
from meantime.shop.policy import Policy
from meantime.shop.postcodes import postcode_key


@pytest.mark.parametrize(
    ("text", "clues"),
    [
        ("where is W1234567", Clues(order_number="W1234567")),
        ("order #w1234567 pls", Clues(order_number="W1234567")),
        ("w 123 4567?", Clues(order_number="W1234567")),
        ("W1234567 and 10083", Clues(order_number="W1234567", postcode="10083")),
        ("it's me, Ann.Lee+shop@Example.com, 10083-1234", Clues(email="ann.lee+shop@example.com", postcode="10083")),
        ("postcode sw1a 1aa", Clues(postcode="SW1A1AA")),
        ("k1a 0b1", Clues(postcode="K1A0B1")),
        ("call me at (202) 555-0143", Clues(phone="+12025550143")),
        ("+49 30 901820", Clues(phone="+4930901820")),
        ("where is my order", Clues()),
        ("ordered in november 2026", Clues()),
        ("postcode 1012", Clues(postcode="1012")),
        ("1234567", Clues()),
        ("W123", Clues()),
        ("sorry, wrong postcode, it's 78704", Clues(postcode="78704")),
        ("I am in a 78704 postcode, i 98103", Clues(postcode="78704")),
        ("", Clues()),
        ("😀 مرحبا <b>W1234567</b>", Clues(order_number="W1234567")),
    ],
)
def test_clues_are_found_however_they_are_written(text: str, clues: Clues) -> None:
    assert clues_in(text, Policy(), "US") == clues


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234567", "W1234567"),
        ("it is 7654321, thanks", "W7654321"),
        ("12345678", ""),
        ("$1234567", ""),
        ("123 4567 89", ""),
        ("60614", ""),
    ],
)
def test_a_number_without_its_letter_is_still_that_number(text: str, number: str) -> None:
    assert number_from_digits(text, "W1111111") == number


def test_the_shops_own_pattern_decides_what_an_order_number_is() -> None:
    policy = Policy(order_number_pattern=r"\d{6}-X")
    assert clues_in("about 123456-x", policy, "US").order_number == "123456-X"


def test_phones_and_postcodes_are_compared_in_one_form() -> None:
    assert phone_key("202 555 0143", "US") == phone_key("+1-202-555-0143", "") == "+12025550143"
    assert phone_key("five", "US") == ""
    assert postcode_key(" 1012 ab") == "1012AB"
