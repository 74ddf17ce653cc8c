"""What a customer whose order is late is given: by the rule, once an order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import Database
from meantime.ledger import TurnRevoked, revoke_turns
from meantime.shop.goodwill import Goodwill, GoodwillKind, give_goodwill, goodwill_for
from meantime.shop.identity import Asker
from meantime.shop.policy import Goodwill as GoodwillRule
from meantime.shop.policy import GoodwillStep, Policy
from meantime.shop.proposals import NotYours
from meantime.shop.tables import AuditEntry, Change, Event, Order
from tests.shop.conftest import Shop, turn

LADDER = Policy(
    goodwill=GoodwillRule(steps=[GoodwillStep(days_late=7, percent=5), GoodwillStep(days_late=21, percent=10)])
)
SHIP_BY = date(2026, 11, 10)


def after(days: int) -> date:
    return SHIP_BY + timedelta(days=days)


def owner(session: Session, message_id: str, conversation_id: str = "conv") -> Asker:
    return turn(session, message_id, conversation_id, customer_id="c1")


def give(session: Session, order: Order, message_id: str = "m2", days: int = 10) -> Goodwill:
    return give_goodwill(session, owner(session, message_id), order.number, LADDER, after(days))


def given(session: Session) -> list[Change]:
    return list(session.scalars(select(Change).where(Change.kind == "goodwill")))


@pytest.fixture
def late(shop: Shop) -> Order:
    """A kettle is ready, two of three lamps and a grill wait: 2 x 19.99 and 1 x 100.00."""
    shop.product("kettle", on_hand=1, price=5000)
    shop.product("lamp", on_hand=1, price=1999)
    shop.product("grill", price=10000)
    return shop.order(("kettle", 1), ("lamp", 3), ("grill", 1), promised_ship_by=SHIP_BY)


@pytest.mark.parametrize(
    ("days", "kind", "percent", "amount"),
    [
        (-3, GoodwillKind.NOT_LATE, 0, 0),
        (0, GoodwillKind.NOT_LATE, 0, 0),
        (1, GoodwillKind.NO_RULE, 0, 0),
        (6, GoodwillKind.NO_RULE, 0, 0),
        (7, GoodwillKind.POSSIBLE, 5, 699),  # 5 % of 139.98, rounded down
        (20, GoodwillKind.POSSIBLE, 5, 699),
        (21, GoodwillKind.POSSIBLE, 10, 1399),
        (200, GoodwillKind.POSSIBLE, 10, 1399),
    ],
)
def test_the_rule_grows_with_the_days(
    session: Session, late: Order, days: int, kind: GoodwillKind, percent: int, amount: int
) -> None:
    found = goodwill_for(session, late.number, LADDER, after(days))
    assert found == Goodwill(kind, percent, amount, "USD", max(0, days))
    assert given(session) == []


def test_without_steps_a_person_decides(session: Session, late: Order) -> None:
    assert goodwill_for(session, late.number, Policy(), after(50)) == Goodwill(GoodwillKind.NO_RULE, 0, 0, "USD", 50)


def test_an_order_that_was_told_no_day_ships_within_thirty(session: Session, shop: Shop) -> None:
    shop.product("lamp", price=1000)
    order = shop.order(("lamp", 1), placed_at=datetime(2026, 10, 1, 12, tzinfo=UTC))
    assert goodwill_for(session, order.number, LADDER, date(2026, 10, 31)).kind is GoodwillKind.NOT_LATE
    assert goodwill_for(session, order.number, LADDER, date(2026, 11, 7)).days_late == 7


def test_what_does_not_wait_is_not_late(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1), promised_ship_by=SHIP_BY)
    assert goodwill_for(session, order.number, LADDER, after(30)) == Goodwill(GoodwillKind.NOT_LATE, 0, 0, "USD", 0)


def test_cancelled_and_shipped_units_are_not_counted(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1, price=1000)
    order = shop.order(("lamp", 4), promised_ship_by=SHIP_BY)
    shop.ship(order, {1: 1})
    order.lines[0].cancelled_quantity = 1
    session.flush()
    shop.inbound("lamp", 10, None)
    assert goodwill_for(session, order.number, LADDER, after(7)).amount_minor == 50  # 1 of 2 is on hand again


def test_less_than_the_smallest_coin_is_no_rule(session: Session, shop: Shop) -> None:
    shop.product("sticker", price=10)
    order = shop.order(("sticker", 1), promised_ship_by=SHIP_BY)
    assert goodwill_for(session, order.number, LADDER, after(7)).kind is GoodwillKind.NO_RULE


def test_it_is_given_recorded_and_announced(session: Session, late: Order) -> None:
    assert give(session, late) == Goodwill(GoodwillKind.GIVEN, 5, 699, "USD", 10)
    (change,) = given(session)
    assert change.lines == [{"line": 2, "quantity": 2}, {"line": 3, "quantity": 1}]
    assert (change.amount_minor, change.currency, change.by, change.state) == (699, "USD", "customer:c1", "pending")
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.what == "goodwill"))
    assert (entry.who, entry.subject, entry.after["amount_minor"]) == ("customer:c1", f"order:{late.number}", 699)
    assert entry.key == f"m2:goodwill:{late.number}"
    (event,) = session.scalars(select(Event).where(Event.kind == "goodwill_given"))
    assert (event.subject, event.body["amount_minor"]) == (f"order:{late.number}", 699)


def test_the_same_message_twice_gives_once_and_says_the_same(session: Session, late: Order) -> None:
    assert give(session, late) == give(session, late, days=30)
    assert len(given(session)) == 1


def test_it_is_given_once_an_order(session: Session, late: Order) -> None:
    give(session, late)
    again = Goodwill(GoodwillKind.ALREADY_GIVEN, 0, 699, "USD", 30)
    assert give(session, late, "m3", days=30) == again
    assert goodwill_for(session, late.number, LADDER, after(30)) == again
    assert len(given(session)) == 1


def test_what_the_shop_refused_is_for_a_person_to_decide(session: Session, late: Order) -> None:
    give(session, late)
    given(session)[0].state = "refused"
    session.flush()
    assert give(session, late, "m3").kind is GoodwillKind.NO_RULE
    assert len(given(session)) == 1


def test_each_order_has_its_own(session: Session, shop: Shop, late: Order) -> None:
    other = shop.order(("grill", 1), promised_ship_by=SHIP_BY)
    give(session, late)
    assert give(session, other, "m3").kind is GoodwillKind.GIVEN


def test_nothing_is_given_for_what_is_not_late(session: Session, late: Order) -> None:
    assert give(session, late, days=0).kind is GoodwillKind.NOT_LATE
    assert given(session) == []


def test_only_the_owner_is_given_anything(session: Session, late: Order, asker: Asker) -> None:
    with pytest.raises(NotYours):
        give_goodwill(session, asker, late.number, LADDER, after(10))
    assert given(session) == []


def test_a_revoked_turn_gives_nothing(session: Session, late: Order) -> None:
    asker = owner(session, "m2")
    revoke_turns(session, "conv")
    with pytest.raises(TurnRevoked):
        give_goodwill(session, asker, late.number, LADDER, after(10))
    assert given(session) == []


def test_two_conversations_at_once_are_given_one(database: Database) -> None:
    with database.writing() as session:
        shop = Shop(session)
        shop.product("lamp", price=10000)
        number = shop.order(("lamp", 1), promised_ship_by=SHIP_BY).number
        askers = [owner(session, f"m{n}", f"conv{n}") for n in range(4)]
    start = Barrier(len(askers))

    def ask(asker: Asker) -> GoodwillKind:
        start.wait()
        with database.writing() as session:
            return give_goodwill(session, asker, number, LADDER, after(10)).kind

    with ThreadPoolExecutor(len(askers)) as pool:
        kinds = sorted(pool.map(ask, askers))
    assert kinds == [*[GoodwillKind.ALREADY_GIVEN] * 3, GoodwillKind.GIVEN]
    with database.reading() as session:
        assert len(given(session)) == 1
