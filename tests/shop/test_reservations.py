"""What is kept back while a customer thinks about a swap, and who goes before whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.shop.allocation import allocate
from meantime.shop.lines import LineState
from meantime.shop.policy import Policy
from meantime.shop.reservations import free_units, release, release_expired, some_expired
from meantime.shop.swaps import SoldOutMeanwhile, Swap, propose_swap
from meantime.shop.tables import Allocation, Event, Order, Reservation, StockLevel
from tests.e2e.invariants import check_shop
from tests.shop.conftest import Shop, turn

LATER = timedelta(minutes=16)


def propose(session: Session, order: Order, sku: str = "brass", line: int = 1, units: int | None = None) -> Swap:
    asker = turn(session, "ask", customer_id=order.customer_id)
    return propose_swap(session, asker, order.number, line, sku, Policy(), units=units)


def kept(session: Session) -> dict[str, int]:
    """SKU → units that are kept back at this moment."""
    return {r.sku: r.quantity for r in session.scalars(select(Reservation).where(Reservation.expires_at > now()))}


def set_stock(session: Session, sku: str, units: int) -> None:
    session.get_one(StockLevel, (sku, "MAIN")).on_hand = units
    session.flush()
    allocate(session, [sku])


@pytest.fixture(autouse=True)
def lamps(shop: Shop) -> None:
    """A lamp that has to be waited for, and one of its kind of which two are there."""
    shop.product("lamp", family="lamps", name="Lamp")
    shop.product("brass", family="lamps", name="Brass Lamp", on_hand=2)
    shop.product("glass", family="lamps", name="Glass Lamp", on_hand=1)


@pytest.fixture(autouse=True)
def is_sound(session: Session) -> Iterator[None]:
    yield
    check_shop(session)


def test_free_is_what_is_on_hand_and_belongs_to_nobody(session: Session, shop: Shop) -> None:
    shop.product("oak", on_hand={"EAST": 3, "WEST": 2})
    shop.order(("oak", 1))
    shop.order(("oak", 2), status="packing")
    assert free_units(session, ["oak", "lamp", "nothing"]) == {"oak": 4, "lamp": 0, "nothing": 0}


def test_what_is_kept_back_is_free_only_for_the_line_it_is_kept_for(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 2))
    propose(session, order)
    assert free_units(session, ["brass"]) == {"brass": 0}
    assert free_units(session, ["brass"], but_for_line=order.lines[0].id) == {"brass": 2}


def test_what_is_kept_back_is_free_again_when_its_time_is_up(session: Session, shop: Shop) -> None:
    propose(session, shop.order(("lamp", 2)))
    with time_machine.travel(now() + timedelta(minutes=14)):
        assert free_units(session, ["brass"]) == {"brass": 0}
    with time_machine.travel(now() + LATER):
        assert free_units(session, ["brass"]) == {"brass": 2}


def test_it_is_kept_back_as_long_as_the_policy_says_but_no_longer_than_a_yes_counts(
    session: Session, shop: Shop
) -> None:
    order, asker = shop.order(("lamp", 1)), turn(session, "ask", customer_id="c1")
    for minutes, expected in ((5, 5), (60, 30)):
        policy = Policy.model_validate({"substitutes": {"reservation_minutes": minutes}})
        with time_machine.travel(now(), tick=False):
            swap = propose_swap(session, asker, order.number, 1, "brass", policy)
            assert (
                swap.expires_at == session.scalar(select(Reservation.expires_at)) == now() + timedelta(minutes=expected)
            )


def test_a_line_has_one_reservation_and_a_new_one_replaces_it(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1), ("lamp", 1))
    propose(session, order, "brass")
    propose(session, order, "glass", line=2)
    assert kept(session) == {"brass": 1, "glass": 1}
    propose(session, order, "brass", line=2)
    assert session.scalars(select(Reservation.sku)).all() == ["brass", "brass"]


def test_a_newer_order_does_not_get_what_is_kept_back(session: Session, shop: Shop) -> None:
    propose(session, shop.order(("lamp", 2)))
    newer = shop.order(("brass", 1))
    assert shop.states(newer) == [LineState.BACKORDERED]
    assert kept(session) == {"brass": 2}


def test_an_older_order_that_comes_in_goes_before_a_reservation(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 2))
    propose(session, order)
    older = shop.order(("brass", 1), placed_at=order.placed_at - timedelta(days=1))
    assert shop.states(older) == [LineState.READY]
    assert kept(session) == {}, "two cannot be kept back any more, and one of them is no use"


def test_orders_of_the_same_moment_go_by_number_before_a_reservation(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 2), number="W5")
    propose(session, order)
    lower = shop.order(("brass", 1), number="W4", placed_at=order.placed_at)
    assert shop.states(lower) == [LineState.READY]
    propose(session, order, units=1)
    higher = shop.order(("brass", 1), number="W6", placed_at=order.placed_at)
    assert shop.states(higher) == [LineState.BACKORDERED]


def test_when_stock_falls_older_orders_and_lines_of_the_own_order_keep_theirs(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1), ("brass", 1))
    propose(session, order)
    set_stock(session, "brass", 1)
    assert shop.states(order) == [LineState.BACKORDERED, LineState.READY]
    assert kept(session) == {}


def test_when_stock_falls_a_newer_order_waits_before_a_reservation_does(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1))
    newer = shop.order(("brass", 1))
    propose(session, order)
    set_stock(session, "brass", 1)
    assert shop.states(newer) == [LineState.BACKORDERED]
    assert kept(session) == {"brass": 1}


def test_a_reservation_is_no_allocation(session: Session, shop: Shop) -> None:
    propose(session, shop.order(("lamp", 2)))
    allocate(session, ["brass", "lamp"])
    assert session.scalars(select(Allocation.sku)).all() == ["lamp"]


def test_what_comes_in_later_is_not_kept_back(session: Session, shop: Shop) -> None:
    """A reservation is for units on hand: one that finds none does not wait for a delivery."""
    propose(session, shop.order(("lamp", 2)))
    set_stock(session, "brass", 0)
    shop.inbound("brass", 2, now().date() + timedelta(days=7), "PO")
    newer = shop.order(("brass", 2))
    assert [a.inbound_reference for a in newer.lines[0].allocations] == ["PO"]


def test_released_units_go_to_whoever_waits_for_them_and_twice_does_no_harm(session: Session, shop: Shop) -> None:
    swap = propose(session, shop.order(("lamp", 2)))
    newer = shop.order(("brass", 1))
    for _ in range(2):
        release(session, swap.proposal_id)
    assert shop.states(newer) == [LineState.READY]
    ready = session.scalars(select(Event).where(Event.kind == "line_ready")).all()
    assert [event.subject for event in ready] == [f"order:{newer.number}"]


def test_releasing_an_older_proposal_leaves_the_newer_ones_units_alone(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1))
    old = propose(session, order)
    propose(session, order)
    release(session, old.proposal_id)
    assert kept(session) == {"brass": 1}


def test_expired_reservations_are_given_to_whoever_waits(session: Session, shop: Shop) -> None:
    propose(session, shop.order(("lamp", 2)))
    newer = shop.order(("brass", 1))
    assert (some_expired(session), release_expired(session, 10)) == (False, 0)
    assert shop.states(newer) == [LineState.BACKORDERED]
    with time_machine.travel(now() + LATER):
        assert (some_expired(session), release_expired(session, 10), some_expired(session)) == (True, 1, False)
    assert shop.states(newer) == [LineState.READY]


def test_no_more_reservations_are_released_in_one_go_than_asked(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1), ("lamp", 1))
    propose(session, order, "brass")
    propose(session, order, "glass", line=2)
    with time_machine.travel(now() + LATER):
        assert [release_expired(session, 1) for _ in range(3)] == [1, 1, 0]


def test_an_expired_reservation_yields_to_the_one_who_waits_before_anybody_else_asks(
    session: Session, shop: Shop
) -> None:
    propose(session, shop.order(("lamp", 2)))
    waiting = shop.order(("brass", 2))
    last = shop.order(("lamp", 1))
    with time_machine.travel(now() + LATER):
        with pytest.raises(SoldOutMeanwhile):
            propose(session, last)
        assert shop.states(waiting) == [LineState.READY]
