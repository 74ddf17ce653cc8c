"""Where things are, in sentences that fit how many there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.shop.lines import views
from meantime.shop.tables import Order
from meantime.wording.status import in_sentences, order_status
from meantime.wording.suggesting import where_it_is
from tests.shop.conftest import FIRST, Shop


@pytest.fixture
def shop(database: Database) -> Iterator[Shop]:
    with Session(database.engine) as session:
        shop = Shop(session)
        shop.product("B", name="Brook Bottle", on_hand=9)
        yield shop


def told(shop: Shop, order: Order) -> tuple[str, str, str]:
    """Return how the order is told of: in a list, in short, and by a member of staff."""
    lines = views(shop.session, order)
    return (
        order_status(order.number, order.payment_status, lines).text.splitlines()[1],
        in_sentences(lines, lines),
        where_it_is(order.number, lines).removeprefix(f"I have looked up order {order.number} for you. "),
    )


@pytest.mark.parametrize(
    ("units", "called", "on_the_way", "has_left"),
    [
        (1, "Brook Bottle", "is on its way", "has left our warehouse"),
        (2, "2 x Brook Bottle", "are on their way", "have left our warehouse"),
    ],
)
def test_what_is_on_its_way(shop: Shop, units: int, called: str, on_the_way: str, has_left: str) -> None:
    order = shop.order(("B", units))
    shop.ship(order, {1: units})
    with_whom = "with UPS, tracking number 1Z1."
    assert told(shop, order) == (
        f"- {called}: {on_the_way.partition(' ')[2]} {with_whom}",
        f"{called} {has_left}.",
        f"{called} {on_the_way} {with_whom}",
    )


@pytest.mark.parametrize(("units", "called", "were"), [(1, "Brook Bottle", "was"), (2, "2 x Brook Bottle", "were")])
def test_what_has_arrived(shop: Shop, units: int, called: str, were: str) -> None:
    order = shop.order(("B", units))
    shop.ship(order, {1: units}, delivered_at=FIRST)
    when = "delivered on Sunday, November 1 by UPS, tracking number 1Z1."
    assert told(shop, order) == (
        f"- {called}: {when}",
        f"{called} {'has' if units == 1 else 'have'} reached you.",
        f"{called} {were} {when}",
    )


@pytest.mark.parametrize(("shipped", "on_the_way"), [(1, "is on its way"), (2, "are on their way")])
def test_what_is_only_partly_on_its_way(shop: Shop, shipped: int, on_the_way: str) -> None:
    order = shop.order(("B", 3))
    shop.ship(order, {1: shipped})
    listed, _, by_staff = told(shop, order)
    assert f"{shipped} of 3 {on_the_way.partition(' ')[2]} with UPS" in listed
    assert by_staff.startswith(f"{shipped} of 3 x Brook Bottle {on_the_way} with UPS, tracking number 1Z1. The other ")


def test_what_is_still_to_come_or_never_will(shop: Shop) -> None:
    waiting, gone = shop.order(("B", 2)), shop.order(("B", 2))
    gone.lines[0].cancelled_quantity = 2
    assert told(shop, waiting)[1].startswith("We have 2 x Brook Bottle here for you.")
    assert "It should" not in told(shop, waiting)[1]
    assert told(shop, gone)[1] == "2 x Brook Bottle will not come, as they were cancelled."
