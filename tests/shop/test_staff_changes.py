"""Staff change an order in a customer's place: by the customers' rules, under their own name."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import Database, now
from meantime.shop.cancellations import NothingToCancel, accept_cancel, propose_cancel
from meantime.shop.lines import LineState
from meantime.shop.policy import Policy
from meantime.shop.proposals import ChangedMeanwhile, NotYours, ProposalGone
from meantime.shop.staff_changes import (
    carry_out_cancel,
    carry_out_swap,
    leave_swap,
    list_cancel,
    list_swap,
)
from meantime.shop.substitutes import NotSwappable, substitutes_for
from meantime.shop.swaps import SoldOutMeanwhile, accept_swap, propose_swap
from meantime.shop.tables import AuditEntry, Change, Event, Order, OrderLine, Reservation
from tests.e2e.invariants import check_shop
from tests.shop.conftest import Shop, turn
from tests.shop.test_swap_races import at_once

POLICY = Policy()
LONG_NAME = "N" * 60


def lamps(shop: Shop, on_hand: int = 1) -> Order:
    """An order of a lamp that is not there, and a brass one that could be sent instead."""
    shop.product("lamp", family="lamps", price=1000)
    shop.product("brass", family="lamps", price=1200, on_hand=on_hand)
    return shop.order(("lamp", 1))


def cancel(session: Session, number: str, by: str = "Ana", key: str = "k1") -> None:
    listed = list_cancel(session, by, number, None, POLICY)
    carry_out_cancel(session, by, listed.proposal_id, key)


def changes(session: Session) -> list[Change]:
    return list(session.scalars(select(Change).order_by(Change.id)))


def test_staff_cancel_without_a_proof_and_the_next_in_line_gets_the_stock(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order, waiting = shop.order(("lamp", 1)), shop.order(("lamp", 1), customer="c2")
    cancel(session, order.number)
    assert [shop.states(o) for o in (order, waiting)] == [[LineState.CANCELLED], [LineState.READY]]


@pytest.mark.parametrize("name", ["Ana", LONG_NAME])
def test_what_staff_change_is_in_audit_changes_and_events_under_their_name(
    session: Session, shop: Shop, name: str
) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    listed = list_cancel(session, name, order.number, None, POLICY)
    carry_out_cancel(session, name, listed.proposal_id, "k1", conversation_id="chat")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "cancel")).one()
    event = session.scalars(select(Event).where(Event.kind == "lines_cancelled")).one()
    (change,) = changes(session)
    assert entry.who == change.by == event.body["by"] == f"staff:{name}"
    assert (entry.subject, change.state, change.conversation_id) == (f"order:{order.number}", "pending", "chat")


def test_a_double_click_cancels_once_and_says_the_same(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    listed = list_cancel(session, "Ana", shop.order(("lamp", 1)).number, None, POLICY)
    first = carry_out_cancel(session, "Ana", listed.proposal_id, "k1")
    assert carry_out_cancel(session, "Ana", listed.proposal_id, "k1") == first
    assert len(changes(session)) == 1


def test_a_second_tab_finds_it_done(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    number = shop.order(("lamp", 1)).number
    first, second = (list_cancel(session, "Ana", number, None, POLICY) for _ in range(2))
    carry_out_cancel(session, "Ana", first.proposal_id, "k1")
    with pytest.raises(ProposalGone):
        carry_out_cancel(session, "Ana", first.proposal_id, "k2")
    with pytest.raises(ChangedMeanwhile):
        carry_out_cancel(session, "Ana", second.proposal_id, "k3")
    assert len(changes(session)) == 1


def test_what_was_listed_to_one_colleague_is_not_anothers_or_a_customers(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    listed = list_cancel(session, "Ana", order.number, None, POLICY)
    with pytest.raises(ProposalGone):
        carry_out_cancel(session, "Bo", listed.proposal_id, "k1")
    with pytest.raises(ProposalGone):
        accept_cancel(session, turn(session, "yes", customer_id="c1"), listed.proposal_id)
    theirs = propose_cancel(session, turn(session, "ask", customer_id="c1"), order.number, None, POLICY)
    with pytest.raises(ProposalGone):
        carry_out_cancel(session, "Ana", theirs.proposal_id, "k2")


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_without_a_fit_key_nothing_is_done(session: Session, shop: Shop, key: str) -> None:
    shop.product("lamp", on_hand=1)
    listed = list_cancel(session, "Ana", shop.order(("lamp", 1)).number, None, POLICY)
    with pytest.raises(ValueError, match="key"):
        carry_out_cancel(session, "Ana", listed.proposal_id, key)


def test_what_was_packed_since_it_was_listed_is_not_cancelled(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    listed = list_cancel(session, "Ana", order.number, None, POLICY)
    order.status = "packing"
    session.flush()
    with pytest.raises(ChangedMeanwhile):
        carry_out_cancel(session, "Ana", listed.proposal_id, "k1")
    with pytest.raises(NothingToCancel):
        list_cancel(session, "Ana", order.number, None, POLICY)
    with pytest.raises(NotSwappable):
        list_swap(session, "Ana", order.number, 1, "lamp", POLICY)


def test_a_list_of_yesterday_is_gone(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    listed = list_cancel(session, "Ana", shop.order(("lamp", 1)).number, None, POLICY)
    with time_machine.travel(now() + timedelta(minutes=31)), pytest.raises(ProposalGone):
        carry_out_cancel(session, "Ana", listed.proposal_id, "k1")


def test_an_order_nobody_has_is_not_changed(session: Session) -> None:
    with pytest.raises(NotYours):
        list_cancel(session, "Ana", "W404", None, POLICY)
    with pytest.raises(NotYours):
        list_swap(session, "Ana", "W404", 1, "lamp", POLICY)


def test_the_refund_is_the_one_a_customer_would_get(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=2, price=1000)
    order = shop.order(("lamp", 2), shipping_minor=500, tax_minor=0, discount_minor=0)
    theirs = propose_cancel(session, turn(session, "ask", customer_id="c1"), order.number, None, POLICY)
    ours = list_cancel(session, "Ana", order.number, None, POLICY)
    assert ours.refund_minor == theirs.refund_minor == 2500


def test_staff_swap_for_what_is_offered_and_it_is_kept_back_meanwhile(session: Session, shop: Shop) -> None:
    order = lamps(shop)
    (choice,) = substitutes_for(session, order.number, 1, "", POLICY).choices
    listed = list_swap(session, "Ana", order.number, 1, choice.sku, POLICY)
    assert session.scalars(select(Reservation.proposal_id)).one() == listed.proposal_id
    done = carry_out_swap(session, "Ana", listed.proposal_id, "k1", POLICY)
    assert carry_out_swap(session, "Ana", listed.proposal_id, "k1", POLICY) == done
    assert (done.new_line, done.difference_minor) == (2, 200)
    (change,) = changes(session)
    assert (change.kind, change.by) == ("swap", "staff:Ana")
    assert session.scalars(select(Reservation)).all() == []
    check_shop(session)


def test_a_swap_that_is_left_gives_back_what_was_kept(session: Session, shop: Shop) -> None:
    order = lamps(shop)
    listed = list_swap(session, "Ana", order.number, 1, "brass", POLICY)
    leave_swap(session, "Bo", listed.proposal_id)
    assert len(session.scalars(select(Reservation)).all()) == 1
    leave_swap(session, "Ana", listed.proposal_id)
    assert session.scalars(select(Reservation)).all() == []


def test_only_what_can_replace_it_is_sent_instead(session: Session, shop: Shop) -> None:
    order = lamps(shop)
    shop.product("kettle", family="kettles", on_hand=1)
    with pytest.raises(SoldOutMeanwhile):
        list_swap(session, "Ana", order.number, 1, "kettle", POLICY)


def test_of_an_agent_who_cancels_and_a_customer_who_swaps_the_same_line_one_wins(database: Database) -> None:
    for round_number in range(4):
        with database.writing() as session:
            shop = Shop(session)
            if not round_number:
                shop.product("lamp", family="lamps")
                shop.product("brass", family="lamps", on_hand=9)
            number = shop.order(("lamp", 1), number=f"W9{round_number}", customer="c1").number
            asker = turn(session, f"ask {round_number}", customer_id="c1")
            theirs = propose_swap(session, asker, number, 1, "brass", POLICY).proposal_id
            ours = list_cancel(session, "Ana", number, None, POLICY).proposal_id

        def agent(ours: str = ours, i: int = round_number) -> object:
            with database.writing() as session:
                return carry_out_cancel(session, "Ana", ours, f"k{i}")

        def customer(theirs: str = theirs, i: int = round_number) -> object:
            with database.writing() as session:
                return accept_swap(session, turn(session, f"yes {i}", customer_id="c1"), theirs, POLICY)

        outcomes = at_once([agent, customer])
        (lost,) = [o for o in outcomes if isinstance(o, Exception)]
        assert isinstance(lost, ChangedMeanwhile)
        with database.reading() as session:
            assert len(session.scalars(select(Change).where(Change.order_number == number)).all()) == 1
            check_shop(session)


def test_a_click_that_comes_twice_at_once_cancels_once_and_both_say_so(database: Database) -> None:
    with database.writing() as session:
        shop = Shop(session)
        shop.product("lamp", on_hand=1)
        listed = list_cancel(session, "Ana", shop.order(("lamp", 1)).number, None, POLICY).proposal_id

    def click() -> object:
        with database.writing() as session:
            return carry_out_cancel(session, "Ana", listed, "k1")

    first, second = at_once([click, click])
    assert first == second
    with database.reading() as session:
        assert len(changes(session)) == 1
        assert session.scalars(select(OrderLine.cancelled_quantity)).all() == [1]
