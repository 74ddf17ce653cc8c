"""Whether a product can be had, and from when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import event
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.settings import settings
from meantime.shop.availability import (
    Availability,
    AvailabilityKind,
    UnknownProduct,
    availabilities,
    availability,
)
from meantime.shop.policy import DaysRules, Policy
from meantime.shop.promises import Journey, promise_from_delivery, promise_from_stock
from meantime.shop.reservations import reserve
from meantime.shop.zones import Transit
from tests.shop.conftest import Shop

TODAY = date(2026, 11, 23)
MONDAY, NEXT_MONDAY = date(2026, 12, 7), date(2026, 12, 14)
HOME = Journey("US", "US", "standard")


def had(session: Session, sku: str = "lamp", to_country: str | None = None) -> Availability:
    return availability(session, sku, Policy(), today=TODAY, to_country=to_country)


def test_what_is_free_on_hand_can_be_had_now(session: Session, shop: Shop, policy: Policy) -> None:
    shop.product("lamp", on_hand={"EAST": 2, "WEST": 3})
    shop.order(("lamp", 1))
    promise = promise_from_stock(TODAY, HOME, policy)
    assert had(session) == Availability("lamp", AvailabilityKind.NOW, 4, promise, True)


def test_what_is_kept_back_for_somebody_is_not_free(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    shop.product("kettle")
    waiting = shop.order(("kettle", 1))
    until = now() + timedelta(minutes=15)
    reserve(session, waiting.lines[0], "lamp", 1, proposal_id="p", expires_at=until)
    assert had(session).kind is AvailabilityKind.UNKNOWN
    with time_machine.travel(until + timedelta(seconds=1)):
        assert had(session).kind is AvailabilityKind.NOW


def test_the_slowest_way_counts_while_nobody_has_chosen_one(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    slow, fast = Transit(shortest=7, longest=9), Transit(shortest=1, longest=2)
    policy = Policy(days=DaysRules(transit={"standard": fast, "economy": slow}))
    expected = promise_from_stock(TODAY, Journey("US", "US", "economy"), policy)
    assert availability(session, "lamp", policy, today=TODAY).promise == expected


def test_abroad_it_takes_longer(session: Session, shop: Shop, policy: Policy) -> None:
    shop.product("lamp", on_hand=1)
    abroad = Journey(settings().shop_country, "CA", "standard")
    assert had(session, to_country="CA").promise == promise_from_stock(TODAY, abroad, policy)


def test_the_first_delivery_with_units_left_is_expected(session: Session, shop: Shop, policy: Policy) -> None:
    shop.product("lamp")
    shop.inbound("lamp", 2, MONDAY)
    shop.inbound("lamp", 2, NEXT_MONDAY)
    assert had(session).promise == promise_from_delivery(MONDAY, TODAY, HOME, policy)
    shop.order(("lamp", 1))
    assert had(session).promise == promise_from_delivery(MONDAY, TODAY, HOME, policy)
    shop.order(("lamp", 1))
    expected = promise_from_delivery(NEXT_MONDAY, TODAY, HOME, policy)
    assert had(session) == Availability("lamp", AvailabilityKind.EXPECTED, 0, expected, True)
    shop.order(("lamp", 3))
    assert had(session) == Availability("lamp", AvailabilityKind.UNKNOWN, 0, None, True)


def test_a_delivery_without_a_day_or_with_a_missed_one_is_no_date(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    shop.inbound("lamp", 5, None)
    shop.inbound("lamp", 5, TODAY - timedelta(days=1))
    assert had(session) == Availability("lamp", AvailabilityKind.UNKNOWN, 0, None, True)
    shop.inbound("lamp", 5, TODAY)
    assert had(session).kind is AvailabilityKind.EXPECTED


def test_a_delivery_that_has_come_or_was_called_off_brings_nothing(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    shop.inbound("lamp", 5, MONDAY, status="received")
    shop.inbound("lamp", 5, MONDAY, status="cancelled")
    shop.inbound("lamp", 5, NEXT_MONDAY, status="part_received", received_quantity=5)
    assert had(session).kind is AvailabilityKind.UNKNOWN


@pytest.mark.parametrize(
    ("product", "due_on", "kind", "may_be_ordered"),
    [
        ({"backorderable": True}, "none", AvailabilityKind.UNKNOWN, True),
        ({"backorderable": False}, "none", AvailabilityKind.ENDED, False),
        ({"backorderable": False}, MONDAY, AvailabilityKind.EXPECTED, False),
        ({"backorderable": False}, None, AvailabilityKind.UNKNOWN, False),
        ({"status": "discontinued"}, "none", AvailabilityKind.ENDED, False),
        ({"status": "discontinued"}, MONDAY, AvailabilityKind.ENDED, False),
    ],
)
def test_what_is_not_on_hand_comes_again_or_does_not(
    session: Session,
    shop: Shop,
    product: dict[str, object],
    due_on: date | str | None,
    kind: AvailabilityKind,
    may_be_ordered: bool,
) -> None:
    shop.product("lamp", **product)
    if not isinstance(due_on, str):
        shop.inbound("lamp", 5, due_on)
    found = had(session)
    assert (found.kind, found.free_units, found.may_be_ordered) == (kind, 0, may_be_ordered)
    assert (found.promise is not None) == (kind is AvailabilityKind.EXPECTED)


def test_the_last_units_of_what_is_discontinued_can_be_had(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1, status="discontinued", backorderable=False)
    assert had(session).kind is AvailabilityKind.NOW


def test_a_product_nobody_knows_is_an_error(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    with pytest.raises(UnknownProduct):
        had(session, "lmap")


def test_many_products_take_no_more_statements_than_one(session: Session, shop: Shop) -> None:
    names = [f"sku{n:02}" for n in range(40)]
    for n, sku in enumerate(names):
        shop.product(sku, on_hand=n % 2)
        if n % 4 == 0:
            shop.inbound(sku, 1, MONDAY)
    session.expunge_all()
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = availabilities(session, [*names, "nobody knows"], Policy(), today=TODAY)
    assert list(found) == names
    assert len(statements) <= 6
    assert {kind: sum(a.kind is kind for a in found.values()) for kind in AvailabilityKind} == {
        AvailabilityKind.NOW: 20,
        AvailabilityKind.EXPECTED: 10,
        AvailabilityKind.UNKNOWN: 10,
        AvailabilityKind.ENDED: 0,
    }
