"""Which things a customer means by what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from meantime.shop.naming import meant


@dataclass(frozen=True, eq=False)
class Thing:
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)


LAMP = Thing("Desk Lamp", {"color": "black"})
BLUE, RED = Thing("T-Shirt", {"color": "blue", "size": "M"}), Thing("T-Shirt", {"color": "red", "size": "L"})
GRILL = Thing("Grill", {"type": "charcoal"})
ALL = (LAMP, BLUE, RED, GRILL)


@pytest.mark.parametrize(
    ("words", "things"),
    [
        ("cancel the desk lamp please", (LAMP,)),
        ("the lmap no, the grll", (GRILL,)),
        ("cancel the lamp and the grill", (LAMP, GRILL)),
        ("the blue t-shirt", (BLUE,)),
        ("the red one", (RED,)),
        ("cancel both shirts", (BLUE, RED)),
        ("cancel my order W1234567", ()),
        ("please cancel everything", ()),
        ("", ()),
    ],
)
def test_things_are_found_by_what_they_are(words: str, things: tuple[Thing, ...]) -> None:
    found = meant(words, ALL)
    assert set(found.things) == set(things)
    assert not found.is_ambiguous


def test_a_name_that_fits_two_things_is_a_question() -> None:
    assert meant("the shirt", ALL).is_ambiguous


def test_an_attribute_in_passing_names_nothing() -> None:
    assert meant("please cancel it, my friend has black hair and does not want it any more", ALL).things == ()
