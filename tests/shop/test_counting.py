"""How many of a thing words ask for."""

from __future__ import annotations

import pytest

from meantime.shop.counting import count_in


@pytest.mark.parametrize(
    ("phrase", "count"),
    [
        ("2 blankets", 2), ("1 blanket", 1), ("three blankets", 3), ("two", 2), ("half of the blankets", 2),
        ("half the blankets", 2), ("one of the lamps", 1), ("a lamp", 1), ("the two lamps", 2),
        ("a couple of lamps", 2), ("9 blankets", 9), ("just one", 1),
    ],
)  # fmt: skip
def test_a_number_of_things(phrase: str, count: int) -> None:
    assert count_in(phrase, 4) == count


@pytest.mark.parametrize(
    "phrase", ["the lamp", "2 person tent", "the size 8", "8 inch pan", "98103", "my order m104171"]
)
def test_a_number_that_counts_nothing(phrase: str) -> None:
    assert count_in(phrase, 4) is None
