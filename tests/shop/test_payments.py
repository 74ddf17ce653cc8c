"""What is known about the money of an order."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from meantime.shop.payments import Owed, Reason, Refund, Released, payment_facts
from meantime.shop.policy import Cancelling, Policy
from meantime.shop.tables import AuditEntry, Change, Order, OrderLine
from tests.shop.conftest import Shop

FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
ON, BY = date(2026, 11, 20), date(2026, 12, 2)
"""Seven business days later: between them are two weekends and Thanksgiving."""


def decide(session: Session, order: Order, kind: str, amount: int | None, line: int = 1, **more: object) -> Change:
    details: dict[str, object] = {"lines": [{"line": line, "quantity": 1}], "currency": "USD", "by": "customer:c1"}
    change = Change(kind=kind, order_number=order.number, amount_minor=amount, **{"at": FRIDAY, **details, **more})
    session.add(change)
    session.flush()
    return change


@pytest.fixture
def order(shop: Shop) -> Order:
    shop.product("lamp", on_hand=5)
    return shop.order(("lamp", 1), ("lamp", 1))


def test_an_order_nothing_was_decided_on_has_only_its_status(session: Session, order: Order, policy: Policy) -> None:
    facts = payment_facts(session, order.number, policy)
    assert (facts.order_number, facts.payment_status, facts.currency) == (order.number, "paid", "USD")
    assert facts.is_charged
    assert (facts.refunds, facts.owed, facts.released) == ((), (), ())


@pytest.mark.parametrize("status", ["paid", "part_refunded", "refunded"])
def test_what_was_charged_goes_back(session: Session, order: Order, policy: Policy, status: str) -> None:
    order.payment_status = status
    decide(session, order, "cancel", 2000)
    decide(session, order, "swap", -300, line=2)
    decide(session, order, "goodwill", 150, line=2)
    facts = payment_facts(session, order.number, policy)
    assert facts.is_charged
    assert facts.refunds == (
        Refund(Reason.CANCEL, 2000, (1,), ON, BY),
        Refund(Reason.SWAP, 300, (2,), ON, BY),
        Refund(Reason.GOODWILL, 150, (2,), ON, BY),
    )
    assert (facts.owed, facts.released) == ((), ())


def test_the_day_it_arrives_by_is_the_policys(session: Session, order: Order) -> None:
    decide(session, order, "cancel", 2000)
    facts = payment_facts(session, order.number, Policy(cancelling=Cancelling(refund_business_days=1)))
    assert facts.refunds[0].arrives_by == date(2026, 11, 23)


def test_the_day_it_was_decided_is_the_shops(session: Session, order: Order, policy: Policy) -> None:
    decide(session, order, "cancel", 2000, at=datetime(2026, 11, 20, 2, tzinfo=UTC))  # Thursday evening in New York
    assert payment_facts(session, order.number, policy).refunds[0].decided_on == date(2026, 11, 19)


def test_a_cancel_whose_sum_is_not_known_is_still_a_refund(session: Session, order: Order, policy: Policy) -> None:
    decide(session, order, "cancel", None)
    assert payment_facts(session, order.number, policy).refunds == (Refund(Reason.CANCEL, None, (1,), ON, BY),)


def test_what_was_only_authorised_is_released(session: Session, order: Order, policy: Policy) -> None:
    order.payment_status = "authorised"
    decide(session, order, "cancel", 2000)
    decide(session, order, "cancel", None, line=2)
    decide(session, order, "swap", -300, line=2)
    decide(session, order, "goodwill", 150, line=2)
    facts = payment_facts(session, order.number, policy)
    assert not facts.is_charged
    assert facts.refunds == ()
    assert facts.released == (
        Released(Reason.CANCEL, 2000, (1,), ON),
        Released(Reason.CANCEL, None, (2,), ON),
        Released(Reason.SWAP, 300, (2,), ON),
        Released(Reason.GOODWILL, 150, (2,), ON),
    )


def test_a_dearer_item_is_owed(session: Session, order: Order, policy: Policy) -> None:
    decide(session, order, "swap", 800)
    facts = payment_facts(session, order.number, policy)
    assert facts.owed == (Owed(800, (1,), ON),)
    assert facts.refunds == ()


def swap(session: Session, order: Order, line: int, amount: int) -> OrderLine:
    """Line ``line`` is swapped for a new one."""
    old, number = order.lines[line - 1], len(order.lines) + 1
    old.cancelled_quantity = old.quantity
    new = OrderLine(
        order_number=order.number, line=number, sku="lamp", quantity=1, unit_price_minor=1000 + amount, replaces=line
    )
    session.add(new)
    session.flush()
    session.expire(order)
    decide(session, order, "swap", amount, lines=[{"line": line, "quantity": 1, "replaced_by": number, "sku": "lamp"}])
    return new


def test_an_item_that_was_cancelled_later_is_not_owed(session: Session, order: Order, policy: Policy) -> None:
    first = swap(session, order, 1, 800)
    second = swap(session, order, first.line, 500)
    assert [o.amount_minor for o in payment_facts(session, order.number, policy).owed] == [800, 500]
    second.cancelled_quantity = second.quantity
    session.flush()
    assert payment_facts(session, order.number, policy).owed == ()


def test_nothing_is_owed_for_an_order_that_is_cancelled(session: Session, order: Order, policy: Policy) -> None:
    swap(session, order, 1, 800)
    order.status = "cancelled"
    assert payment_facts(session, order.number, policy).owed == ()


@pytest.mark.parametrize(("kind", "amount"), [("swap", 0), ("cancel", 0), ("split", None)])
def test_what_moves_no_money_is_not_told(
    session: Session, order: Order, policy: Policy, kind: str, amount: int | None
) -> None:
    decide(session, order, kind, amount)
    facts = payment_facts(session, order.number, policy)
    assert (facts.refunds, facts.owed, facts.released) == ((), (), ())


@pytest.mark.parametrize(("kind", "amount"), [("cancel", 2000), ("swap", -1), ("swap", 1), ("goodwill", 150)])
def test_what_the_shop_refused_counts_as_nothing(
    session: Session, order: Order, policy: Policy, kind: str, amount: int
) -> None:
    decide(session, order, kind, amount, state="refused")
    facts = payment_facts(session, order.number, policy)
    assert (facts.refunds, facts.owed, facts.released) == ((), (), ())


def test_other_orders_money_is_not_told(session: Session, shop: Shop, order: Order, policy: Policy) -> None:
    decide(session, shop.order(("lamp", 1)), "cancel", 2000)
    assert payment_facts(session, order.number, policy).refunds == ()


def test_what_was_cancelled_before_the_rest_was_charged_was_never_taken(
    session: Session, order: Order, policy: Policy
) -> None:
    decide(session, order, "cancel", 2000, at=datetime(2026, 11, 20, 15, tzinfo=UTC))
    session.add_all(
        AuditEntry(who="source", what="import", subject=f"order:{order.number}", before=before, after={}, at=at)
        for before, at in (
            ({"payment_status": "authorised"}, datetime(2026, 11, 22, tzinfo=UTC)),
            ({"ship_method": "standard"}, datetime(2026, 11, 25, tzinfo=UTC)),
            (["anything"], datetime(2026, 11, 25, tzinfo=UTC)),
        )
    )
    decide(session, order, "cancel", 700, line=2, at=datetime(2026, 11, 23, 15, tzinfo=UTC))
    facts = payment_facts(session, order.number, policy)
    assert [r.amount_minor for r in facts.released] == [2000]
    assert [r.amount_minor for r in facts.refunds] == [700]
    order.status = "cancelled"
    assert [r.amount_minor for r in payment_facts(session, order.number, policy).refunds] == [2000, 700]


def test_an_order_nobody_knows_is_an_error(session: Session, policy: Policy) -> None:
    with pytest.raises(NoResultFound):
        payment_facts(session, "W9", policy)
