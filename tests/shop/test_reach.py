"""What the verb of a request governs, and what stands beside it."""

from __future__ import annotations

import pytest

from meantime.shop.reach import TO_SWAP, is_refused, reach_of


@pytest.mark.parametrize(
    ("says", "objects"),
    [
        ("where's my grill and can you cancel the kettle", ("the kettle",)),
        ("cancel the kettle because the grill is late", ("the kettle",)),
        ("cancel the kettle, I'll wait for the grill", ("the kettle",)),
        ("cancel the kettle the grill i still want", ("the kettle",)),
        ("cancel the kettle but not the grill", ("the kettle",)),
        ("I no longer need the kettle, only the grill", ("the kettle",)),
        ("I love my kettle but cancel the grill", ("the grill",)),
        ("cancel the kettle, the lamp and the rug", ("the kettle", "the lamp", "the rug")),
        ("cancel only the kettle", ("only the kettle",)),
        ("I want to cancel, the grill takes too long", ()),
    ],
)
def test_only_what_the_verb_governs_is_asked_for(says: str, objects: tuple[str, ...]) -> None:
    assert reach_of(says).objects == objects


@pytest.mark.parametrize(
    ("says", "kept"),
    [
        ("keep the kettle cancel the rest", ("the kettle",)),
        ("cancel everything but the grill", ("the grill",)),
        ("cancel everything except the grill", ("the grill",)),
        ("i keep waiting for the grill, cancel it", ()),
        ("the grill has not arrived, cancel it", ()),
    ],
)
def test_what_is_to_stay(says: str, kept: tuple[str, ...]) -> None:
    assert reach_of(says).kept == kept


def test_what_comes_instead_is_not_what_goes() -> None:
    assert reach_of("swap the kettle for a copper one and leave the grill alone", TO_SWAP).objects == ("the kettle",)


@pytest.mark.parametrize(
    "says",
    ["don't cancel", "I never asked to cancel", "don't you dare cancel. where is it", "please do not swap anything",
     "I don\u2019t want to cancel"],
)  # fmt: skip
def test_a_no_asks_for_nothing(says: str) -> None:
    assert is_refused(says)
    assert not reach_of(says).has_verb


@pytest.mark.parametrize(
    "says",
    ["why don't you cancel it", "can't you cancel it", "i have not received it please cancel it", "no, cancel it"],
)
def test_a_not_of_something_else_does_not_reach_the_verb(says: str) -> None:
    assert not is_refused(says)
