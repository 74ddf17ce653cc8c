"""What was given for the wait counts against what cancelling gives back: nobody gets more than they paid."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.shop.cancellations import Cancellation, ChangedMeanwhile, accept_cancel, propose_cancel
from meantime.shop.goodwill import give_goodwill
from meantime.shop.identity import Asker
from meantime.shop.policy import Goodwill, GoodwillStep, Policy
from meantime.shop.swaps import accept_swap, propose_swap
from meantime.shop.tables import AuditEntry, Change, Order
from tests.shop.conftest import Shop, turn

RULE = Policy(goodwill=Goodwill(steps=[GoodwillStep(days_late=7, percent=5)]))
SHIP_BY, LATE = date(2026, 11, 10), date(2026, 11, 20)


def owner(session: Session, message_id: str) -> Asker:
    return turn(session, message_id, customer_id="c1")


def give(session: Session, order: Order) -> int:
    return give_goodwill(session, owner(session, "give"), order.number, RULE, LATE).amount_minor


def cancel(session: Session, order: Order, wanted: dict[int, int | None] | None = None) -> Cancellation:
    proposed = propose_cancel(session, owner(session, "ask"), order.number, wanted, RULE)
    return accept_cancel(session, owner(session, f"yes {proposed.proposal_id}"), proposed.proposal_id)


def refunds(session: Session) -> list[int | None]:
    return [c.amount_minor for c in session.scalars(select(Change).order_by(Change.id)) if c.kind == "cancel"]


@pytest.fixture
def late(shop: Shop) -> Order:
    """A kettle is ready; three lamps at 19.99 and a grill at 100.00 wait: 5 % of that is 7.99."""
    shop.product("kettle", on_hand=1, price=5000)
    shop.product("lamp", price=1999)
    shop.product("grill", price=10000, family="grills")
    totals = {"shipping_minor": 500, "tax_minor": 0, "discount_minor": 0}
    return shop.order(("kettle", 1), ("lamp", 3), ("grill", 1), promised_ship_by=SHIP_BY, **totals)


def test_the_whole_order_gives_back_what_was_paid_less_what_was_given(session: Session, late: Order) -> None:
    given = give(session, late)
    done = cancel(session, late)
    assert (given, done.goodwill_minor) == (799, 799)
    assert done.refund_minor == 5000 + 3 * 1999 + 10000 + 500 - 799
    assert refunds(session) == [done.refund_minor]


def test_without_goodwill_nothing_is_taken_off(session: Session, late: Order) -> None:
    done = cancel(session, late)
    assert (done.goodwill_minor, done.refund_minor) == (0, 5000 + 3 * 1999 + 10000 + 500)


def test_what_was_not_waited_for_gives_back_all_of_it(session: Session, late: Order) -> None:
    give(session, late)
    assert cancel(session, late, {1: None}).refund_minor == 5000


def test_the_parts_add_up_to_all_that_was_given(session: Session, late: Order) -> None:
    give(session, late)
    parts = [cancel(session, late, wanted).goodwill_minor for wanted in ({2: 1}, {2: 1}, {3: None}, {2: 1})]
    assert sum(parts) == 799
    assert all(part > 0 for part in parts)


def test_what_the_shop_has_refused_was_not_given(session: Session, late: Order) -> None:
    give(session, late)
    session.scalars(select(Change).where(Change.kind == "goodwill")).one().state = "refused"
    session.flush()
    assert cancel(session, late, {3: None}).refund_minor == 10000


def test_goodwill_given_after_the_list_needs_a_new_list(session: Session, late: Order) -> None:
    proposed = propose_cancel(session, owner(session, "ask"), late.number, {3: None}, RULE)
    give(session, late)
    with pytest.raises(ChangedMeanwhile):
        accept_cancel(session, owner(session, "yes"), proposed.proposal_id)
    assert refunds(session) == []


def test_where_no_totals_are_known_it_is_still_known_what_was_given(session: Session, late: Order) -> None:
    late.shipping_minor = late.tax_minor = None
    session.flush()
    give(session, late)
    done = cancel(session, late)
    assert (done.refund_minor, done.goodwill_minor) == (None, 799)


def test_a_swapped_item_takes_what_was_given_with_it(session: Session, shop: Shop, late: Order) -> None:
    shop.product("ember", on_hand=1, price=9000, family="grills")
    give(session, late)
    proposed = propose_swap(session, owner(session, "ask"), late.number, 3, "ember", RULE)
    new = accept_swap(session, owner(session, "yes"), proposed.proposal_id, RULE).new_line
    assert new is not None
    grill = cancel(session, late, {new: None})
    lamps = cancel(session, late, {2: None})
    assert (grill.goodwill_minor + lamps.goodwill_minor, grill.refund_minor) == (799, None)
    assert grill.goodwill_minor > lamps.goodwill_minor


def test_it_is_never_less_than_nothing(session: Session, late: Order) -> None:
    late.lines[2].discount_minor = 9990
    session.flush()
    give(session, late)
    assert cancel(session, late, {3: None}).refund_minor == 0


def test_what_was_taken_off_is_in_the_audit(session: Session, late: Order) -> None:
    give(session, late)
    cancel(session, late)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "cancel")).one()
    assert entry.after["goodwill_taken_off_minor"] == 799
