"""What a customer types when asked where the answer may go."""

from __future__ import annotations

import pytest

from meantime.conversations.given import Given, Unreadable, given_in
from meantime.wording.presence import CONTACT, EMAIL, PHONE


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ann@example.com", "ann@example.com"),
        ("Please write to <Ann.O'Hara+shop@Example.COM>. Thanks!", "Ann.O'Hara+shop@example.com"),
        ("my mail is ann@example.com, my order is M104204", "ann@example.com"),
        ("änne@bücher.example", "änne@bücher.example"),
        ("用户@例え.テスト", "用户@例え.テスト"),
        ("(ann_1@mail.example.co.uk)", "ann_1@mail.example.co.uk"),
    ],
)
def test_an_address_is_found_in_what_is_typed(text: str, address: str) -> None:
    assert given_in(text, CONTACT, "US") == Given("email", address)


@pytest.mark.parametrize(
    "text",
    [
        "ann@example",
        "ann@@example.com",
        "@example.com",
        "ann@",
        "ann..b@example.com",
        "ann@-.com",
        "a" * 65 + "@example.com",
    ],
)
def test_what_is_no_address_is_noticed(text: str) -> None:
    assert given_in(text, CONTACT, "US") == Unreadable("email")


def test_nothing_that_could_end_a_header_is_an_address() -> None:
    for text in ("ann@example.com\r\nBcc:bob@example.com", "ann@example.com\nbob", "ann\x0b@example.com"):
        found = given_in(text, EMAIL, "US")
        assert not isinstance(found, Given) or found.theirs == "ann@example.com"


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("(503) 555-0123", "US", "+15035550123"),
        ("text me at 503.555.0123 please", "US", "+15035550123"),
        ("+44 20 7946 0018", "US", "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
    ],
)
def test_a_number_is_read_as_the_shops_country_writes_it(text: str, country: str, number: str) -> None:
    assert given_in(text, CONTACT, country) == Given("sms", number)


@pytest.mark.parametrize(
    "text", ["555-0123", "call me on 503 555 012", "+1 503 555 01234", "my number is 123-456-7890"]
)
def test_what_is_no_number_is_noticed(text: str) -> None:
    assert given_in(text, CONTACT, "US") == Unreadable("phone")


@pytest.mark.parametrize(
    "text",
    [
        "M104204",
        "it is order 1042047",
        "order number 5035550123",
        "78704",
        "78704-1234",
        "since 2026-11-20 I have been waiting for it",
        "the parcel 9400 1000 0000 0000 0000 00 never came",
        "it cost 1,299.00 and I paid for it long ago, on the first of the month",
        "hello?",
        "I ordered 2 x 300x400 of them, 1234567 in all, as I said before",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert given_in(text, CONTACT, "US") is None


def test_only_what_was_asked_for_counts() -> None:
    assert given_in("(503) 555-0123", EMAIL, "US") is None
    assert given_in("ann@example.com", PHONE, "US") is None
    assert given_in("ann@example or (503) 555-0123", CONTACT, "US") == Given("sms", "+15035550123")
