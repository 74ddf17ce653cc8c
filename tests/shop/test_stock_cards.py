"""What staff can look up: a product with its stock and who waits for it, a customer, an order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.shop.availability import AvailabilityKind, UnknownProduct
from meantime.shop.calendar import today
from meantime.shop.look_up import find_customers, find_orders, find_products
from meantime.shop.policy import Policy
from meantime.shop.staff_changes import list_swap
from meantime.shop.stock_cards import stock_card
from meantime.shop.tables import InboundDueDate
from tests.shop.conftest import FIRST, Shop

POLICY = Policy()
SOON = today() + timedelta(days=10)
LATER = today() + timedelta(days=30)


def test_the_card_counts_what_is_here_what_is_taken_and_what_is_free(session: Session, shop: Shop) -> None:
    shop.product("lamp", family="lamps")
    shop.product("brass", family="lamps", on_hand={"EAST": 4, "WEST": 3})
    shop.order(("brass", 3))
    list_swap(session, "Ana", shop.order(("lamp", 1)).number, 1, "brass", POLICY)
    card = stock_card(session, "brass", POLICY)
    assert [(w.warehouse, w.on_hand, w.allocated) for w in card.warehouses] == [("EAST", 4, 3), ("WEST", 3, 0)]
    assert (card.on_hand, card.allocated, card.kept_back, card.free_units) == (7, 3, 1, 3)
    assert card.next_order.kind is AvailabilityKind.NOW
    assert (card.waiting, card.waiting_orders, card.waiting_units) == ((), 0, 0)


def test_the_card_tells_who_waits_in_the_order_of_the_line(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    shop.product("kettle")
    shop.customer("c1", name="Mara Ellison")
    shop.customer("c2", name="Bo Lind")
    shop.inbound("lamp", 3, SOON, "PO-A")
    second = shop.order(("lamp", 3), customer="c2", placed_at=FIRST + timedelta(days=2), number="W2")
    third = shop.order(("kettle", 1), ("lamp", 5), placed_at=FIRST + timedelta(days=3), number="W3")
    shop.order(("lamp", 1), placed_at=FIRST, number="W1")
    card = stock_card(session, "lamp", POLICY)
    assert [(w.order_number, w.line, w.customer_id, w.customer_name, w.quantity, w.since) for w in card.waiting] == [
        ("W2", 1, "c2", "Bo Lind", 3, second.placed_at),
        ("W3", 2, "c1", "Mara Ellison", 5, third.placed_at),
    ]
    assert card.waiting[0].promise is not None
    assert card.waiting[0].promise.earliest > SOON
    assert card.waiting[1].promise is None
    assert (card.waiting_orders, card.waiting_units) == (2, 8)
    few = stock_card(session, "lamp", POLICY, most=1)
    assert ([w.order_number for w in few.waiting], few.waiting_orders, few.waiting_units) == (["W2"], 2, 8)


def test_the_card_tells_what_is_coming_with_every_day_told_before(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    shop.order(("lamp", 2))
    shop.inbound("lamp", 5, LATER, "PO-B", supplier="Acme", first_due_on=SOON, received_quantity=1)
    shop.inbound("lamp", 5, None, "PO-C", status="delayed")
    shop.inbound("lamp", 1, date(2026, 1, 2), "PO-A")
    shop.inbound("lamp", 9, SOON, "PO-D", status="received")
    session.add_all([InboundDueDate(reference="PO-B", due_on=SOON), InboundDueDate(reference="PO-B", due_on=None)])
    session.flush()
    card = stock_card(session, "lamp", POLICY)
    assert [(c.delivery.reference, c.delivery.still_coming, c.waited_for) for c in card.coming] == [
        ("PO-A", 1, 1),
        ("PO-B", 4, 1),
        ("PO-C", 5, 0),
    ]
    assert [c.delivery.is_overdue for c in card.coming] == [True, False, True]
    b = card.coming[1].delivery
    assert (b.supplier, b.due_on, b.first_due_on) == ("Acme", LATER, SOON)
    assert [day.due_on for day in b.history] == [SOON, None]
    assert card.next_order.kind is AvailabilityKind.EXPECTED
    assert card.next_order.promise is not None
    assert card.next_order.promise.earliest > LATER


def test_a_card_takes_as_many_statements_for_many_as_for_one(database: Database) -> None:
    def statements() -> int:
        said: list[str] = []
        listener = lambda *args: said.append(args[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listener)
        with database.reading() as session:
            stock_card(session, "lamp", POLICY)
        event.remove(database.engine, "before_cursor_execute", listener)
        return len(said)

    with database.writing() as session:
        shop = Shop(session)
        shop.product("lamp")
        shop.inbound("lamp", 5, SOON)
        shop.ship(shop.order(("lamp", 2)), {1: 1})
    few = statements()
    with database.writing() as session:
        shop = Shop(session)
        for n in range(20):
            shop.inbound("lamp", 1, SOON, f"PO-M{n}")
            shop.ship(shop.order(("lamp", 2), customer=f"c{n + 2}", number=f"WM{n}"), {})
    assert statements() == few


def test_a_sku_nobody_knows_has_no_card(session: Session) -> None:
    with pytest.raises(UnknownProduct):
        stock_card(session, "nothing", POLICY)


def test_products_are_found_by_sku_and_by_words(session: Session, shop: Shop) -> None:
    shop.product("LAMP-1", name="Harbor Desk Lamp")
    shop.product("LAMP-12", name="Floor Lamp")
    shop.product("X100%", name="Kettle")

    def skus(text: str, most: int = 20) -> list[str]:
        return [item.sku for item in find_products(session, text, most)]

    assert skus("lamp-12") == ["LAMP-12"]
    assert skus("LAMP-1") == ["LAMP-1", "LAMP-12"]
    assert skus("lamp-", most=1) == ["LAMP-12"]
    assert skus("esk la") == ["LAMP-1"]
    assert skus("kettel") == ["X100%"]
    assert skus("x100%") == ["X100%"]
    assert skus("%") == []
    assert skus("  ") == []
    assert skus("\0") == []


def test_customers_are_found_by_whatever_names_them(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    shop.customer("mara_1", name="Mara Ellison", email="Mara@example.com", email_key="mara@example.com")
    shop.customer("bo_2", name="Bo Ellison", email_key="bo@example.com", phone_key="+15035550199")
    order = shop.order(("lamp", 1), customer="mara_1")
    shop.order(("lamp", 1), customer="mara_1")

    def ids(text: str) -> list[str]:
        return [found.id for found in find_customers(session, text)]

    assert ids("MARA_1") == ["mara_1"]
    assert ids("mara@EXAMPLE.com") == ["mara_1"]
    assert ids("(503) 555-0199") == ["bo_2"]
    assert ids("ellison mara") == ["mara_1"]
    assert ids("ellison") == ["bo_2", "mara_1"]
    assert ids("bo") == ["bo_2"]
    assert ids(order.number.lower()) == ["mara_1"]
    assert ids("_") == []
    assert ids("") == []
    (mara,) = find_customers(session, "mara_1")
    assert (mara.name, mara.email, mara.orders) == ("Mara Ellison", "Mara@example.com", 2)
    assert mara.newest_order_at is not None
    (bo,) = find_customers(session, "bo_2")
    assert (bo.orders, bo.newest_order_at) == (0, None)


def test_orders_are_found_by_their_number_or_how_it_begins(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    for number in ("W10", "W101", "W20"):
        shop.order(("lamp", 1), number=number)
    assert [o.number for o in find_orders(session, "w10")] == ["W10", "W101"]
    assert [o.number for o in find_orders(session, "W")] == ["W20", "W101", "W10"]
    assert find_orders(session, "10") == find_orders(session, "") == []
