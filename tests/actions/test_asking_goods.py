"""What somebody asks whether the shop sells it."""

from __future__ import annotations

import pytest

from actions.asking_goods import asks_for_goods, is_quite_that, names_a_thing
from meantime.shop.catalogue import Item

GRILL = Item("G", "Cinder Charcoal Grill", "grills", {"color": "black"}, 22900, "USD", "")


@pytest.mark.parametrize(
    "says", ["do you have a gas grill", "do you sell lawn mowers", "have you got tents", "looking for a lamp"]
)
def test_goods_are_asked_for_by_name(says: str) -> None:
    assert asks_for_goods(says)
    assert names_a_thing(says)


def test_what_names_nothing_is_asked_about() -> None:
    assert not names_a_thing("do you have it in stock")
    assert not asks_for_goods("where is my lamp")


def test_a_charcoal_grill_is_no_gas_grill() -> None:
    assert not is_quite_that("do you have a gas grill", [GRILL])
    assert is_quite_that("do you have any black charcoal grills in stock?", [GRILL])
    assert is_quite_that("how much is the grill", [GRILL])
