"""The day until which somebody wants a thing."""

from __future__ import annotations

from datetime import date

import pytest

from meantime.shop.deadlines import deadline_in

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("will it come before christmas", date(2026, 12, 24)),
        ("will it be here by xmas?", date(2026, 12, 25)),
        ("can I have it by friday", date(2026, 11, 27)),
        ("by monday", date(2026, 11, 30)),
        ("before December 3", date(2026, 12, 2)),
        ("will it make it by the 3rd of december", date(2026, 12, 3)),
        ("by jan 4th", date(2027, 1, 4)),
        ("does it come tomorrow", date(2026, 11, 27)),
        ("will I have it for the weekend", date(2026, 11, 29)),
        ("before new year's", date(2026, 12, 31)),
        ("by thanksgiving", date(2026, 11, 26)),
    ],
)
def test_the_last_day_that_is_in_time(text: str, last: date) -> None:
    found = deadline_in(text, THURSDAY)
    assert found is not None
    assert found.last == last


@pytest.mark.parametrize("text", ["where is it", "by february 31", "when does it arrive", "by the way, where is it"])
def test_no_day_is_no_deadline(text: str) -> None:
    assert deadline_in(text, THURSDAY) is None
