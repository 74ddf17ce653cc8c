"""What the shop accepts stays; what it refuses is taken back, or is a conflict that nobody can miss."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import Database, now
from meantime.shop.cancellations import Cancellation
from meantime.shop.goodwill import GoodwillKind, give_goodwill, goodwill_for
from meantime.shop.lines import LineState, views, whole_order
from meantime.shop.order_sums import order_sums
from meantime.shop.outcomes import ContraryOutcome, UnknownChange, decide
from meantime.shop.policy import Goodwill, GoodwillStep, Policy
from meantime.shop.splits import accept_split, propose_split
from meantime.shop.staff_changes import carry_out_cancel, carry_out_swap, list_cancel, list_swap
from meantime.shop.tables import AuditEntry, Change, Event, Order, SourceValue
from meantime.shop.unsettled import refusals_to_tell, refused_changes, take_refusal, unsettled_changes
from tests.e2e.invariants import check_shop
from tests.shop.conftest import Shop, turn
from tests.shop.test_swap_races import at_once

POLICY = Policy(goodwill=Goodwill(steps=[GoodwillStep(days_late=1, percent=10)]))
LATE = date(2027, 3, 1)


def cancel(session: Session, order: Order, lines: dict[int, int | None] | None = None) -> Cancellation:
    listed = list_cancel(session, "Ana", order.number, lines, POLICY)
    return carry_out_cancel(session, "Ana", listed.proposal_id, f"k{listed.proposal_id}")


def swap(session: Session, order: Order, line: int, sku: str, units: int | None = None) -> None:
    listed = list_swap(session, "Ana", order.number, line, sku, POLICY, units=units)
    carry_out_swap(session, "Ana", listed.proposal_id, f"k{listed.proposal_id}", POLICY)


def newest(session: Session) -> Change:
    return session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()


def refuse(session: Session, change: Change | None = None, reason: str = "too late") -> Change:
    return decide(session, (change or newest(session)).id, "refused", "source", reason)


def refusals(session: Session) -> list[dict[str, Any]]:
    return [e.body for e in session.scalars(select(Event).where(Event.kind == "change_refused").order_by(Event.id))]


def told(session: Session, order: Order) -> list[tuple[int, str, int, str]]:
    return [(v.line, v.sku, v.open_quantity, v.state.value) for v in views(session, whole_order(session, order.number))]


def test_a_refused_cancel_gives_the_order_its_old_place_in_the_line_again(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    first, second = shop.order(("lamp", 1)), shop.order(("lamp", 1))
    cancel(session, first)
    assert [shop.states(o) for o in (first, second)] == [[LineState.CANCELLED], [LineState.READY]]
    change = refuse(session)
    assert (change.state, change.reason, change.conflict) == ("refused", "too late", "")
    assert change.decided_at is not None
    assert first.status == "open"
    assert [shop.states(o) for o in (first, second)] == [[LineState.READY], [LineState.BACKORDERED]]
    check_shop(session)


def test_of_a_refused_cancel_of_some_units_only_those_come_back(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=3)
    order = shop.order(("lamp", 3))
    cancel(session, order, {1: 1})
    cancel(session, order, {1: 1})
    refuse(session)
    assert told(session, order) == [(1, "lamp", 2, "ready")]
    check_shop(session)


def test_a_refused_swap_cancels_the_new_line_and_opens_the_old_one(session: Session, shop: Shop) -> None:
    shop.product("lamp", family="lamps", on_hand=2)
    shop.product("brass", family="lamps", on_hand=2, price=1500)
    totals = {"shipping_minor": 0, "tax_minor": 0, "discount_minor": 0}
    order = shop.order(("lamp", 2), **totals)
    swap(session, order, 1, "brass", units=1)
    refuse(session)
    assert told(session, order) == [(1, "lamp", 2, "ready"), (2, "brass", 0, "cancelled")]
    sums = order_sums(session, whole_order(session, order.number))
    assert (sums.total_minor, sums.now_minor, sums.has_changed, len(sums.lines)) == (2000, 2000, False, 1)
    view = views(session, whole_order(session, order.number))[0]
    assert view.replaced_by is None
    check_shop(session)


def test_a_line_can_be_swapped_again_after_a_refusal(session: Session, shop: Shop) -> None:
    shop.product("lamp", family="lamps", on_hand=1)
    shop.product("brass", family="lamps", on_hand=1)
    order = shop.order(("lamp", 1))
    swap(session, order, 1, "brass")
    refuse(session)
    swap(session, order, 1, "brass")
    assert told(session, order)[2] == (3, "brass", 1, "ready")
    check_shop(session)


def test_refused_goodwill_is_withdrawn_and_a_person_decides(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    order = shop.order(("lamp", 1))
    given = give_goodwill(session, turn(session, "m", customer_id="c1"), order.number, POLICY, LATE)
    assert given.kind is GoodwillKind.GIVEN
    assert refuse(session).conflict == ""
    assert goodwill_for(session, order.number, POLICY, LATE).kind is GoodwillKind.NO_RULE
    assert refusals(session)[0]["conversation"] == "conv"


def test_goodwill_that_a_cancel_has_counted_on_is_a_conflict(session: Session, shop: Shop) -> None:
    shop.product("lamp")
    order = shop.order(("lamp", 2))
    give_goodwill(session, turn(session, "m", customer_id="c1"), order.number, POLICY, LATE)
    goodwill = newest(session)
    cancel(session, order, {1: 1})
    assert refuse(session, goodwill).conflict == "not undone"


def test_a_refused_split_leaves_the_order_and_may_be_asked_for_again(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 2))
    asker = turn(session, "m", customer_id="c1")
    accept_split(session, asker, propose_split(session, asker, order.number, POLICY).proposal_id)
    assert refuse(session).conflict == ""
    assert told(session, order) == [(1, "lamp", 2, "backordered")]
    propose_split(session, asker, order.number, POLICY)


@pytest.mark.parametrize("status", ["packing", "shipped", "delivered"])
def test_a_cancel_refused_because_it_was_packed_counts_again_and_is_a_conflict(
    session: Session, shop: Shop, status: str
) -> None:
    shop.product("lamp", on_hand=2)
    order = shop.order(("lamp", 1), ("lamp", 1))
    cancel(session, order, {1: None})
    order.status = status
    session.flush()
    assert refuse(session).conflict == "under way"
    assert told(session, order)[0][3] == status
    assert refusals(session)[0]["conflict"] == "under way"
    check_shop(session)


def test_a_cancelled_line_that_was_shipped_all_the_same_is_a_conflict(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=2)
    order = shop.order(("lamp", 1), ("lamp", 1))
    cancel(session, order, {1: None})
    shop.ship(order, {1: 1})
    assert refuse(session).conflict == "under way"
    assert told(session, order)[0] == (1, "lamp", 0, "shipped")
    check_shop(session)


def swapped(session: Session, shop: Shop) -> Order:
    shop.product("lamp", family="lamps", on_hand=2)
    shop.product("brass", family="lamps", on_hand=2)
    order = shop.order(("lamp", 2))
    swap(session, order, 1, "brass", units=1)
    return order


def test_a_swap_whose_new_item_has_left_is_not_undone(session: Session, shop: Shop) -> None:
    order = swapped(session, shop)
    shop.ship(order, {2: 1})
    before = told(session, order)
    assert refuse(session).conflict == "not undone"
    assert told(session, order) == before
    check_shop(session)


def test_a_swap_whose_new_item_was_cancelled_or_swapped_on_is_not_undone(session: Session, shop: Shop) -> None:
    order = swapped(session, shop)
    change = newest(session)
    cancel(session, order, {2: None})
    before = told(session, order)
    assert refuse(session, change).conflict == "not undone"
    assert told(session, order) == before
    check_shop(session)


def test_a_swap_that_the_source_has_followed_is_not_undone(session: Session, shop: Shop) -> None:
    order = swapped(session, shop)
    session.add(SourceValue(kind="order_lines", key=f"{order.number}\t2", values={}))
    assert refuse(session).conflict == "not undone"


def test_a_cancel_that_the_source_has_followed_is_not_undone(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=3)
    order = shop.order(("lamp", 3))
    cancel(session, order, {1: 2})
    order.lines[0].quantity, order.lines[0].cancelled_quantity = 1, 0
    session.flush()
    assert refuse(session).conflict == "not undone"
    assert order.lines[0].cancelled_quantity == 0


def test_an_order_that_the_source_has_cancelled_too_stays_cancelled(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    cancel(session, order)
    session.add(SourceValue(kind="orders", key=order.number, values={"status": "cancelled"}))
    assert refuse(session).conflict == "not undone"
    assert order.status == "cancelled"


def test_the_same_outcome_again_changes_nothing(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    cancel(session, order)
    refuse(session)
    cancel(session, order)
    first = session.scalars(select(Change).order_by(Change.id).limit(1)).one()
    again = refuse(session, first, reason="another reason")
    assert again.reason == "too late"
    assert order.status == "cancelled"
    assert len(refusals(session)) == 1


@pytest.mark.parametrize(("first", "then"), [("accepted", "refused"), ("refused", "accepted")])
def test_a_contrary_outcome_is_refused_and_changes_nothing(session: Session, shop: Shop, first: Any, then: Any) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    cancel(session, order)
    decide(session, newest(session).id, first, "source")
    status = order.status
    with pytest.raises(ContraryOutcome) as error:
        decide(session, newest(session).id, then, "source")
    assert error.value.change.state == first
    assert order.status == status


def test_a_change_nobody_made_has_no_outcome(session: Session) -> None:
    with pytest.raises(UnknownChange):
        decide(session, 1, "accepted", "source")


def test_both_outcomes_are_in_the_audit(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=2)
    order = shop.order(("lamp", 2))
    cancel(session, order, {1: 1})
    decide(session, newest(session).id, "accepted", "source")
    cancel(session, order, {1: 1})
    refuse(session)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.who == "source").order_by(AuditEntry.id)).all()
    assert [(e.what, e.subject) for e in entries] == [
        ("change_accepted", f"order:{order.number}"),
        ("change_refused", f"order:{order.number}"),
    ]
    assert entries[1].before["cancelled"] == {"1": 2}
    assert entries[1].after["cancelled"] == {"1": 1}
    assert "too late" not in str([e.after for e in entries])


def test_what_the_shop_has_not_answered_for_long_and_what_it_refused_are_listed(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=3)
    order = shop.order(("lamp", 3))
    for _ in range(3):
        cancel(session, order, {1: 1})
    first, second, third = session.scalars(select(Change.id).order_by(Change.id)).all()
    decide(session, first, "accepted", "source")
    decide(session, second, "refused", "source")
    assert unsettled_changes(session) == []
    with time_machine.travel(now() + timedelta(minutes=31)):
        assert [c.id for c in unsettled_changes(session)] == [third]
    assert [c.id for c in refused_changes(session)] == [second]
    assert refused_changes(session, since=now() + timedelta(minutes=1)) == []


def test_a_refusal_is_taken_once(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    cancel(session, shop.order(("lamp", 1)))
    refuse(session)
    (event_id,) = refusals_to_tell(session, 10)
    assert take_refusal(session, event_id) is not None
    assert take_refusal(session, event_id) is None
    session.flush()
    assert refusals_to_tell(session, 10) == []


def test_of_two_contrary_outcomes_at_once_one_counts(database: Database) -> None:
    with database.writing() as session:
        shop = Shop(session)
        shop.product("lamp", on_hand=1)
        cancel(session, shop.order(("lamp", 1)))
        change = newest(session).id

    def say(state: Any) -> object:
        with database.writing() as session:
            return decide(session, change, state, "source").state

    outcomes = at_once([lambda: say("accepted"), lambda: say("refused"), lambda: say("refused")])
    lost = [o for o in outcomes if isinstance(o, ContraryOutcome)]
    with database.reading() as session:
        state = session.get_one(Change, change).state
        assert len(lost) == (2 if state == "accepted" else 1)
        assert len(refusals(session)) == (state == "refused")
        check_shop(session)
