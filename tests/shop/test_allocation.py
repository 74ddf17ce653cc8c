"""Who gets what is on hand, and what the others wait for."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.shop.allocation import Supply, allocate
from meantime.shop.calendar import today
from meantime.shop.lines import LineState
from meantime.shop.tables import Allocation, Event, OrderLine, StockLevel
from tests.shop.conftest import Shop

SOON = timedelta(days=7)


def test_the_oldest_order_gets_what_is_on_hand(shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    first, second = shop.order(("lamp", 1)), shop.order(("lamp", 1))
    assert shop.states(first) == [LineState.READY]
    assert shop.states(second) == [LineState.BACKORDERED]


def test_an_older_order_that_arrives_later_goes_first(shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    newer = shop.order(("lamp", 1))
    older = shop.order(("lamp", 1), placed_at=newer.placed_at - timedelta(days=1))
    assert shop.states(older) == [LineState.READY]
    assert shop.states(newer) == [LineState.BACKORDERED]


def test_orders_of_the_same_moment_are_served_by_number(shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    b = shop.order(("lamp", 1), number="W2000000")
    a = shop.order(("lamp", 1), number="W1000000", placed_at=b.placed_at)
    assert (shop.states(a), shop.states(b)) == ([LineState.READY], [LineState.BACKORDERED])


def test_only_open_orders_ask_for_stock(shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    for status in ("packing", "shipped", "delivered", "cancelled"):
        shop.order(("lamp", 1), status=status)
    assert shop.states(shop.order(("lamp", 1))) == [LineState.READY]


def test_one_parcel_is_better_than_two(shop: Shop, session: Session) -> None:
    shop.product("lamp", on_hand={"EAST": 1, "WEST": 2})
    order = shop.order(("lamp", 2))
    assert [(a.warehouse, a.quantity) for a in order.lines[0].allocations] == [("WEST", 2)]


def test_a_line_may_be_served_from_two_warehouses(shop: Shop) -> None:
    shop.product("lamp", on_hand={"EAST": 1, "WEST": 1})
    order = shop.order(("lamp", 2))
    assert shop.states(order) == [LineState.READY]
    assert {a.warehouse for a in order.lines[0].allocations} == {"EAST", "WEST"}


def test_what_is_missing_waits_for_the_earliest_delivery_with_room(shop: Shop) -> None:
    shop.product("lamp")
    shop.inbound("lamp", 5, today() + 2 * SOON, "PO-LATE")
    shop.inbound("lamp", 1, today() + SOON, "PO-EARLY")
    first, second = shop.order(("lamp", 1)), shop.order(("lamp", 1))
    assert first.lines[0].allocations[0].inbound_reference == "PO-EARLY"
    assert second.lines[0].allocations[0].inbound_reference == "PO-LATE"


def test_a_delivery_that_was_received_or_cancelled_serves_nobody(shop: Shop) -> None:
    shop.product("lamp")
    shop.inbound("lamp", 5, today() + SOON, status="received")
    shop.inbound("lamp", 5, today() + SOON, status="cancelled")
    order = shop.order(("lamp", 1))
    assert [(a.warehouse, a.inbound_reference) for a in order.lines[0].allocations] == [(None, None)]


def test_of_a_part_received_delivery_only_the_rest_is_still_coming(shop: Shop) -> None:
    shop.product("lamp")
    shop.inbound("lamp", 3, today() + SOON, "PO", status="part_received", received_quantity=2)
    orders = [shop.order(("lamp", 1)) for _ in range(2)]
    assert [o.lines[0].allocations[0].inbound_reference for o in orders] == ["PO", None]


def test_shipped_units_no_longer_ask_for_stock(shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 3))
    shop.ship(order, {1: 2})
    assert shop.states(order) == [LineState.READY]


def test_a_line_that_stops_waiting_is_an_event_and_only_once(shop: Shop, session: Session) -> None:
    shop.product("lamp")
    order = shop.order(("lamp", 1))
    session.get_one(StockLevel, ("lamp", "MAIN")).on_hand = 1
    for _ in range(2):
        allocate(session, ["lamp"])
    events = session.scalars(select(Event).where(Event.kind == "line_ready")).all()
    assert [(e.subject, e.body["line"]) for e in events] == [(f"order:{order.number}", 1)]


def test_allocating_again_writes_nothing(shop: Shop, session: Session) -> None:
    shop.product("lamp", on_hand=2)
    for _ in range(3):
        shop.order(("lamp", 1))
    before = session.scalars(select(Allocation.id).order_by(Allocation.id)).all()
    allocate(session, ["lamp"])
    assert session.scalars(select(Allocation.id).order_by(Allocation.id)).all() == before


@given(
    on_hand=st.dictionaries(st.sampled_from("ABC"), st.integers(0, 9)),
    coming=st.dictionaries(st.sampled_from("XYZ"), st.integers(0, 9)),
    wanted=st.lists(st.integers(1, 9), max_size=8),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_promised_twice_and_every_unit_is_accounted_for(
    on_hand: dict[str, int], coming: dict[str, int], wanted: list[int]
) -> None:
    supply = Supply(dict(on_hand), dict(coming))
    taken: Counter[str] = Counter()
    for quantity in wanted:
        shares = supply.take(quantity)
        assert sum(s.quantity for s in shares) == quantity
        assert all(s.quantity > 0 for s in shares)
        for share in shares:
            taken[share.warehouse or share.inbound_reference or "nowhere"] += share.quantity
    everything = {**on_hand, **coming}
    assert all(taken[source] <= held for source, held in everything.items())
    missing = max(0, sum(wanted) - sum(everything.values()))
    assert taken["nowhere"] == missing


def test_stock_goes_by_sku(shop: Shop, session: Session) -> None:
    shop.product("lamp", on_hand=1)
    shop.product("kettle")
    order = shop.order(("lamp", 1), ("kettle", 1))
    assert shop.states(order) == [LineState.READY, LineState.BACKORDERED]
    lines = session.scalars(select(OrderLine).order_by(OrderLine.line)).all()
    assert [line.allocations[0].sku for line in lines] == ["lamp", "kettle"]


def test_a_delivery_without_a_day_serves_last(shop: Shop) -> None:
    shop.product("lamp")
    shop.inbound("lamp", 1, None, "PO-A")
    shop.inbound("lamp", 1, today() + SOON, "PO-B")
    orders = [shop.order(("lamp", 1)) for _ in range(2)]
    assert [o.lines[0].allocations[0].inbound_reference for o in orders] == ["PO-B", "PO-A"]
