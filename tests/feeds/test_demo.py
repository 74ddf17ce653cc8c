"""The demo shop shows every state a line can be in, on whatever day it is set up."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from meantime.db import Database
from meantime.feeds.commands import import_demo
from meantime.feeds.demo import demo_orders
from meantime.shop.lines import LineState, LineView, views
from meantime.shop.policy import Policy
from meantime.shop.tables import Customer, InboundDueDate, Order, Product, StockLevel
from tests.feeds.conftest import Source

TODAY = date(2026, 11, 22)


def lines(database: Database, today: date = TODAY) -> dict[str, list[LineView]]:
    with database.reading() as session:
        orders = session.scalars(select(Order))
        return {order.number: views(session, order, today=today) for order in orders}


@pytest.mark.parametrize("days", range(0, 364, 26))
def test_every_state_and_every_kind_of_wait_is_there(database: Database, days: int) -> None:
    today = TODAY + timedelta(days=days)
    import_demo(database, today)
    shown = [line for order in lines(database, today).values() for line in order]
    assert {line.state for line in shown} == set(LineState)
    waits = {(line.promise is not None, line.overdue) for line in shown if line.state is LineState.BACKORDERED}
    assert waits == {(True, False), (True, True), (False, True), (False, False)}


def test_quantities_parts_payments_and_totals_differ(database: Database) -> None:
    import_demo(database, TODAY)
    shown = [line for order in lines(database).values() for line in order]
    assert any(line.quantity > 1 for line in shown)
    assert any(0 < line.shipped_quantity < line.quantity for line in shown)
    assert any(0 < line.ready_quantity < line.open_quantity for line in shown)
    assert any(parcel.carrier and parcel.tracking_number for line in shown for parcel in line.parcels)
    with database.reading() as session:
        orders = session.scalars(select(Order)).all()
    assert {"authorised", "paid"} <= {order.payment_status for order in orders}
    assert {order.shipping_minor is None for order in orders} == {True, False}
    assert all(re.fullmatch(Policy().order_number_pattern, order.number) for order in orders)


def test_a_shop_of_a_fair_size_with_invented_people(database: Database) -> None:
    import_demo(database, TODAY)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Product)) == 25
        assert session.scalar(select(func.count(StockLevel.warehouse.distinct()))) == 2
        customers = session.scalars(select(Customer)).all()
        assert session.scalars(select(InboundDueDate)).all()
    assert all(customer.email.endswith("@example.com") for customer in customers)
    assert all(re.fullmatch(r"(\+1\d{3}55501\d\d)?", customer.phone_key) for customer in customers)
    assert all(bool(customer.phone) == bool(customer.phone_key) for customer in customers)


def test_the_orders_to_try_belong_to_whom_they_name(database: Database) -> None:
    import_demo(database, TODAY)
    for offered in demo_orders():
        with database.reading() as session:
            order = session.get_one(Order, offered.number)
            assert (order.customer.email, order.ship_postcode) == (offered.email, offered.postcode)
            assert order.customer.postcode == offered.postcode


def test_the_orders_to_try_are_in_the_state_they_are_said_to_be_in(database: Database) -> None:
    import_demo(database, TODAY)
    shown = {number: [(line.state.value, line.overdue) for line in order] for number, order in lines(database).items()}
    assert {offered.number: shown[offered.number] for offered in demo_orders()} == {
        "M104171": [("backordered", True), ("ready", False)],
        "M104204": [("backordered", False)],
        "M104190": [("backordered", False)],
        "M104217": [("shipped", False), ("ready", False), ("backordered", False)],
        "M104285": [("ready", False), ("ready", False)],
        "M104251": [("shipped", False)],
    }


def test_a_shop_that_has_products_is_left_alone(source: Source, database: Database) -> None:
    source.bring_in()
    assert import_demo(database, TODAY) is None
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Product)) == 2


def test_a_second_demo_does_nothing(database: Database) -> None:
    report = import_demo(database, TODAY)
    assert report is not None
    assert report.created["orders"] == 20
    assert import_demo(database, TODAY + timedelta(days=1)) is None
