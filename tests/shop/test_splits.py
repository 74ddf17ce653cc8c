"""Sending what is ready now: listed, agreed to, checked again, asked of the shop once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.ledger import TurnRevoked, revoke_turns
from meantime.shop.allocation import allocate
from meantime.shop.cancellations import propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.policy import Policy
from meantime.shop.proposals import ChangedMeanwhile, NotYours, ProposalGone
from meantime.shop.splits import NothingToSplit, Split, WhyNot, accept_split, propose_split
from meantime.shop.tables import AuditEntry, Change, Event, Order, Proposal, Shipment, StockLevel
from tests.shop.conftest import Shop, turn

FAR = date(2099, 1, 5)


def owner(session: Session, message_id: str, conversation_id: str = "conv") -> Asker:
    return turn(session, message_id, conversation_id, customer_id="c1")


def propose(session: Session, order: Order, conversation_id: str = "conv") -> Split:
    return propose_split(session, owner(session, f"ask {conversation_id}", conversation_id), order.number, Policy())


def split(session: Session, order: Order, message_id: str = "yes") -> Split:
    return accept_split(session, owner(session, message_id), propose(session, order).proposal_id)


def changes(session: Session) -> list[Change]:
    return list(session.scalars(select(Change).order_by(Change.id)))


def set_stock(session: Session, sku: str, on_hand: int) -> None:
    session.scalars(select(StockLevel).where(StockLevel.sku == sku)).one().on_hand = on_hand
    session.flush()
    allocate(session, [sku])


@pytest.fixture
def mixed(shop: Shop) -> Order:
    """One line ready, one waiting, one half and half."""
    shop.product("kettle", on_hand=2)
    shop.product("grill")
    shop.product("lamp", on_hand=1)
    shop.inbound("lamp", 10, FAR)
    return shop.order(("kettle", 2), ("grill", 1), ("lamp", 3))


def test_what_is_ready_and_what_waits_is_listed(session: Session, mixed: Order) -> None:
    listed = propose(session, mixed)
    assert [(x.line, x.name, x.quantity) for x in listed.ready] == [(1, "Kettle", 2), (3, "Lamp", 1)]
    assert [(x.line, x.name, x.quantity) for x in listed.waiting] == [(2, "Grill", 1), (3, "Lamp", 2)]
    assert listed.waiting[0].promise is None
    assert listed.waiting[1].promise is not None
    assert listed.waiting[1].promise.earliest > FAR
    assert changes(session) == []


def test_a_yes_asks_the_shop_for_what_is_ready_and_changes_nothing_else(session: Session, mixed: Order) -> None:
    version = mixed.version
    done = split(session, mixed)
    assert [(x.line, x.quantity) for x in done.ready] == [(1, 2), (3, 1)]
    (change,) = changes(session)
    lines = [{"line": 1, "quantity": 2}, {"line": 3, "quantity": 1}]
    assert (change.kind, change.order_number, change.lines) == ("split", mixed.number, lines)
    assert (change.amount_minor, change.by, change.state) == (None, "customer:c1", "pending")
    assert mixed.version == version
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.what == "split"))
    assert (entry.who, entry.subject, entry.after) == ("customer:c1", f"order:{mixed.number}", {"lines": lines})
    assert entry.key == f"yes:split:{mixed.number}:1x2,3x1"
    (asked,) = session.scalars(select(Event).where(Event.kind == "split_asked"))
    assert (asked.subject, asked.body["lines"]) == (f"order:{mixed.number}", lines)


def test_the_same_yes_twice_asks_once_and_says_the_same(session: Session, mixed: Order) -> None:
    listed = propose(session, mixed)
    first = accept_split(session, owner(session, "yes"), listed.proposal_id)
    again = accept_split(session, owner(session, "yes"), listed.proposal_id)
    assert first == again
    assert again.waiting[1].promise == listed.waiting[1].promise
    assert len(changes(session)) == 1


def test_another_yes_to_the_same_proposal_finds_it_settled(session: Session, mixed: Order) -> None:
    listed = propose(session, mixed)
    accept_split(session, owner(session, "yes"), listed.proposal_id)
    with pytest.raises(ProposalGone):
        accept_split(session, owner(session, "yes again"), listed.proposal_id)


@pytest.mark.parametrize(
    ("on_hand", "more", "why"),
    [
        ({"kettle": 1, "grill": 1}, {}, WhyNot.NOTHING_WAITS),
        ({"kettle": 0, "grill": 0}, {}, WhyNot.NOTHING_IS_READY),
        ({"kettle": 1, "grill": 0}, {"status": "packing"}, WhyNot.NOT_OPEN),
        ({"kettle": 1, "grill": 0}, {"status": "cancelled"}, WhyNot.NOT_OPEN),
    ],
)
def test_there_must_be_something_ready_and_something_waiting(
    session: Session, shop: Shop, on_hand: dict[str, int], more: dict[str, str], why: WhyNot
) -> None:
    for sku, units in on_hand.items():
        shop.product(sku, on_hand=units)
    order = shop.order(("kettle", 1), ("grill", 1), **more)
    with pytest.raises(NothingToSplit) as refused:
        propose(session, order)
    assert refused.value.why is why


def test_what_has_been_shipped_already_is_not_sent_again(session: Session, shop: Shop) -> None:
    shop.product("kettle", on_hand=1)
    shop.product("grill")
    order = shop.order(("kettle", 1), ("grill", 1))
    shop.ship(order, {1: 1})
    with pytest.raises(NothingToSplit) as refused:
        propose(session, order)
    assert refused.value.why is WhyNot.NOTHING_IS_READY


@pytest.mark.parametrize("state", ["pending", "accepted"])
def test_the_shop_is_not_asked_twice_for_the_same(session: Session, mixed: Order, state: str) -> None:
    split(session, mixed)
    changes(session)[0].state = state
    session.flush()
    with pytest.raises(NothingToSplit) as refused:
        propose(session, mixed)
    assert refused.value.why is WhyNot.ALREADY_ASKED


def test_a_split_the_shop_refused_can_be_asked_for_again(session: Session, mixed: Order) -> None:
    split(session, mixed)
    changes(session)[0].state = "refused"
    session.flush()
    split(session, mixed, "yes again")
    assert len(changes(session)) == 2


def test_more_that_has_become_ready_can_be_asked_for(session: Session, mixed: Order) -> None:
    split(session, mixed)
    set_stock(session, "lamp", 2)
    done = split(session, mixed, "yes again")
    assert [(x.line, x.quantity) for x in done.ready] == [(1, 2), (3, 2)]


def test_less_that_is_ready_now_has_been_asked_for(session: Session, mixed: Order) -> None:
    split(session, mixed)
    set_stock(session, "kettle", 1)
    with pytest.raises(NothingToSplit) as refused:
        propose(session, mixed)
    assert refused.value.why is WhyNot.ALREADY_ASKED


def test_what_was_sent_since_is_no_longer_asked_for(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 3))
    split(session, order)
    shop.ship(order, {1: 1})
    set_stock(session, "lamp", 1)
    done = split(session, order, "yes again")
    assert [(x.line, x.quantity) for x in done.ready] == [(1, 1)]


def test_what_was_sent_before_the_split_does_not_answer_it(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 3))
    shop.ship(order, {1: 1})
    session.scalars(select(Shipment)).one().shipped_at = datetime(2020, 1, 1, tzinfo=UTC)
    set_stock(session, "lamp", 1)
    split(session, order)
    with pytest.raises(NothingToSplit):
        propose(session, order)


@pytest.mark.parametrize(("sku", "on_hand"), [("lamp", 0), ("lamp", 2), ("grill", 1), ("kettle", 0)])
def test_what_is_no_longer_as_listed_needs_a_new_list(session: Session, mixed: Order, sku: str, on_hand: int) -> None:
    listed = propose(session, mixed)
    set_stock(session, sku, on_hand)
    with pytest.raises(ChangedMeanwhile) as changed:
        accept_split(session, owner(session, "yes"), listed.proposal_id)
    assert changed.value.lines == [1, 3]
    assert changes(session) == []


def test_an_order_with_nothing_left_to_wait_for_needs_no_split(session: Session, mixed: Order) -> None:
    listed = propose(session, mixed)
    set_stock(session, "grill", 1)
    mixed.lines[2].cancelled_quantity = 2
    session.flush()
    allocate(session, ["lamp"])
    with pytest.raises(ChangedMeanwhile):
        accept_split(session, owner(session, "yes"), listed.proposal_id)


def test_two_conversations_ask_once(session: Session, mixed: Order) -> None:
    here, there = propose(session, mixed), propose(session, mixed, "another")
    accept_split(session, owner(session, "yes"), here.proposal_id)
    with pytest.raises(ChangedMeanwhile):
        accept_split(session, owner(session, "yes there", "another"), there.proposal_id)
    assert len(changes(session)) == 1


def test_only_the_owner_splits(session: Session, shop: Shop, mixed: Order, asker: Asker) -> None:
    with pytest.raises(NotYours):
        propose_split(session, asker, mixed.number, Policy())
    listed = propose(session, mixed)
    with pytest.raises(NotYours):
        accept_split(session, turn(session, "yes", "conv"), listed.proposal_id)
    with pytest.raises(ProposalGone):
        accept_split(session, owner(session, "yes", "another"), listed.proposal_id)


def test_a_proposal_of_another_kind_is_no_split(session: Session, mixed: Order) -> None:
    cancel = propose_cancel(session, owner(session, "ask"), mixed.number, None, Policy())
    with pytest.raises(ProposalGone):
        accept_split(session, owner(session, "yes"), cancel.proposal_id)


def test_a_proposal_expires(session: Session, mixed: Order) -> None:
    listed = propose(session, mixed)
    with time_machine.travel(now() + timedelta(minutes=31)), pytest.raises(ProposalGone):
        accept_split(session, owner(session, "yes"), listed.proposal_id)


def test_a_revoked_turn_changes_nothing(session: Session, mixed: Order) -> None:
    listed, asker = propose(session, mixed), owner(session, "yes")
    revoke_turns(session, "conv")
    with pytest.raises(TurnRevoked):
        accept_split(session, asker, listed.proposal_id)
    assert changes(session) == []
    assert session.scalars(select(Proposal.accepted_at)).all() == [None]
