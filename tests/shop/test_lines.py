"""What is said of a line: its state and the days we are willing to name."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from meantime.shop.calendar import business_days_after
from meantime.shop.lines import LineState, views
from meantime.shop.policy import Policy
from meantime.shop.promises import Journey, promise_from_delivery, promise_from_stock
from tests.shop.conftest import Shop

MONDAY = date(2026, 12, 7)
HOME = Journey("US", "US", "standard")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("packing", LineState.PACKING),
        ("shipped", LineState.SHIPPED),
        ("delivered", LineState.DELIVERED),
        ("cancelled", LineState.CANCELLED),
    ],
)
def test_the_state_of_an_order_is_that_of_its_lines(shop: Shop, status: str, state: LineState) -> None:
    shop.product("lamp", on_hand=1)
    assert shop.states(shop.order(("lamp", 1), status=status)) == [state]


def test_a_part_shipped_order_has_lines_of_several_states(shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    shop.product("kettle")
    order = shop.order(("lamp", 1), ("kettle", 1), ("lamp", 1))
    shop.ship(order, {1: 1})
    assert shop.states(order) == [LineState.SHIPPED, LineState.BACKORDERED, LineState.READY]


def test_a_line_is_delivered_when_its_last_parcel_is(shop: Shop) -> None:
    shop.product("lamp", on_hand=2)
    order = shop.order(("lamp", 2))
    shop.ship(order, {1: 1}, delivered_at=datetime(2026, 11, 20, tzinfo=UTC))
    shop.ship(order, {1: 1})
    assert shop.states(order) == [LineState.SHIPPED]


def test_a_line_that_is_partly_on_hand_still_waits(shop: Shop, session: Session) -> None:
    shop.product("lamp", on_hand=2)
    order = shop.order(("lamp", 3))
    (view,) = views(session, order)
    assert (view.state, view.ready_quantity, view.promise) == (LineState.BACKORDERED, 2, None)


def test_a_delivery_with_a_day_gives_a_promise(shop: Shop, session: Session) -> None:
    shop.product("lamp")
    shop.inbound("lamp", 1, MONDAY)
    (view,) = views(session, shop.order(("lamp", 1)), today=date(2026, 11, 23))
    assert view.promise
    # received Tuesday, packed Wednesday, three to five days on the road and two for the supplier's lateness
    assert (view.promise.earliest, view.promise.latest) == (date(2026, 12, 14), date(2026, 12, 18))


def test_a_delivery_whose_day_has_passed_promises_nothing(shop: Shop, session: Session) -> None:
    shop.product("lamp")
    shop.inbound("lamp", 1, MONDAY)
    (view,) = views(session, shop.order(("lamp", 1)), today=date(2026, 12, 8))
    assert (view.promise, view.overdue) == (None, True)


def test_a_line_is_promised_for_the_last_of_its_deliveries(shop: Shop, session: Session) -> None:
    shop.product("lamp")
    shop.inbound("lamp", 1, MONDAY)
    shop.inbound("lamp", 1, date(2026, 12, 14))
    (view,) = views(session, shop.order(("lamp", 2)), today=date(2026, 11, 23))
    assert view.promise
    assert view.promise.earliest == date(2026, 12, 21)


def test_weekends_and_public_holidays_are_no_business_days() -> None:
    assert business_days_after(date(2026, 12, 24), 1, "US") == date(2026, 12, 28)  # Christmas is a Friday
    assert business_days_after(date(2026, 12, 26), 0, "US") == date(2026, 12, 28)


def test_a_promise_from_stock_has_no_supplier_in_it() -> None:
    promise = promise_from_stock(MONDAY, HOME, Policy())
    assert (promise.earliest, promise.latest) == (date(2026, 12, 11), date(2026, 12, 15))


def test_abroad_takes_longer_and_an_unknown_ship_method_is_taken_as_the_slowest() -> None:
    home = promise_from_stock(MONDAY, HOME, Policy())
    abroad = promise_from_stock(MONDAY, Journey("US", "CA", "standard"), Policy())
    unknown = promise_from_stock(MONDAY, Journey("US", "US", "by balloon"), Policy())
    assert abroad.earliest > home.latest
    assert unknown == home


def test_nobody_knows_means_no_promise() -> None:
    assert promise_from_delivery(None, MONDAY, HOME, Policy()) is None
