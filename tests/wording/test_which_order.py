"""Listing orders to choose from: what is in them now, each thing by a name of its own."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.shop.tables import Order
from meantime.wording.identify import choose_order
from tests.shop.conftest import Shop


@pytest.fixture
def shop(database: Database) -> Shop:
    session = Session(database.engine)
    shop = Shop(session)
    shop.product("B", name="Desk Lamp", attributes={"color": "brass", "bulb": "LED"}, on_hand=9)
    shop.product("W", name="Desk Lamp", attributes={"color": "white", "bulb": "LED"}, on_hand=9)
    shop.product("K", name="Kettle", attributes={"color": "red"}, on_hand=9)
    return shop


def listed(order: Order) -> str:
    reply = choose_order([order], "order_status")
    (line,) = reply.text.splitlines()[1:]
    assert reply.buttons[0].title == f"{order.number}: {line.partition(': ')[2]}"
    return line.partition(": ")[2]


def gone(order: Order, line: int, units: int) -> None:
    order.lines[line].cancelled_quantity = units


def test_what_was_swapped_is_counted_once_and_told_by_its_colour(shop: Shop) -> None:
    order = shop.order(("B", 2), ("W", 1))
    gone(order, 0, 1)
    assert listed(order) == "Desk Lamp (brass) and Desk Lamp (white)"


def test_what_is_gone_is_not_listed_and_what_is_left_needs_no_colour(shop: Shop) -> None:
    order = shop.order(("B", 2), ("W", 2), ("K", 1))
    gone(order, 0, 2)
    assert listed(order) == "2 x Desk Lamp and Kettle"


def test_two_lines_of_the_same_thing_have_nothing_to_be_told_apart_by(shop: Shop) -> None:
    assert listed(shop.order(("B", 1), ("B", 1))) == "Desk Lamp and Desk Lamp"


def test_of_an_order_that_is_cancelled_what_was_in_it_is_told(shop: Shop) -> None:
    order = shop.order(("B", 2))
    gone(order, 0, 2)
    assert listed(order) == "2 x Desk Lamp"
