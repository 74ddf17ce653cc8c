"""Cancelling: listed, agreed to, checked again, done once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from meantime.db import Database, now
from meantime.ledger import TurnRevoked, revoke_turns
from meantime.shop.allocation import allocate
from meantime.shop.cancellations import (
    Cancellation,
    ChangedMeanwhile,
    NothingToCancel,
    NotYours,
    ProposalGone,
    accept_cancel,
    propose_cancel,
)
from meantime.shop.identity import Asker
from meantime.shop.lines import LineState
from meantime.shop.policy import Policy
from meantime.shop.tables import AuditEntry, Change, Order
from tests.shop.conftest import Shop, turn


def owner(session: Session, message_id: str, conversation_id: str = "conv") -> Asker:
    return turn(session, message_id, conversation_id, customer_id="c1")


def propose(session: Session, order: Order, lines: list[int] | None = None) -> Cancellation:
    wanted = None if lines is None else dict.fromkeys(lines)
    return propose_cancel(session, owner(session, "ask"), order.number, wanted, Policy())


def cancel(session: Session, order: Order, lines: list[int] | None = None, message_id: str = "yes") -> Cancellation:
    proposal = propose(session, order, lines)
    return accept_cancel(session, owner(session, message_id), proposal.proposal_id)


def changes(session: Session) -> list[Change]:
    return list(session.scalars(select(Change).order_by(Change.id)))


def test_cancelling_gives_the_stock_to_the_longest_waiting_customer(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    ready, waiting, last = (shop.order(("lamp", 1)) for _ in range(3))
    cancel(session, ready)
    assert [shop.states(o) for o in (ready, waiting, last)] == [
        [LineState.CANCELLED],
        [LineState.READY],
        [LineState.BACKORDERED],
    ]


def test_a_proposal_changes_nothing(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    propose(session, order)
    assert shop.states(order) == [LineState.READY]
    assert changes(session) == []


def test_the_whole_order_is_cancelled_with_all_its_units(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1, price=1000)
    shop.product("kettle", price=500)
    order = shop.order(("lamp", 3), ("kettle", 1))
    done = cancel(session, order)
    assert [(x.line, x.quantity, x.price_minor) for x in done.lines] == [(1, 3, 3000), (2, 1, 500)]
    assert done.is_whole_order
    assert order.status == "cancelled"
    (change,) = changes(session)
    assert (change.kind, change.lines, change.by, change.state) == (
        "cancel",
        [{"line": 1, "quantity": 3}, {"line": 2, "quantity": 1}],
        "customer:c1",
        "pending",
    )


def test_a_named_line_is_cancelled_and_the_rest_stays(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=2)
    order = shop.order(("lamp", 1), ("lamp", 1))
    done = cancel(session, order, [2])
    assert not done.is_whole_order
    assert shop.states(order) == [LineState.READY, LineState.CANCELLED]
    assert order.status == "open"


def test_some_units_of_a_line_can_be_cancelled(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=3)
    order, next_in_line = shop.order(("lamp", 3)), shop.order(("lamp", 2))
    proposal = propose_cancel(session, owner(session, "ask"), order.number, {1: 2}, Policy())
    done = accept_cancel(session, owner(session, "yes"), proposal.proposal_id)
    assert [(x.quantity, x.price_minor) for x in done.lines] == [(2, 2000)]
    assert not done.is_whole_order
    assert [shop.states(o) for o in (order, next_in_line)] == [[LineState.READY], [LineState.READY]]


def test_only_what_has_not_been_packed_can_be_cancelled(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=5)
    for status in ("packing", "shipped", "delivered", "cancelled"):
        with pytest.raises(NothingToCancel):
            propose(session, shop.order(("lamp", 1), status=status))


def test_of_a_part_shipped_line_only_the_rest_is_cancelled(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 3))
    shop.ship(order, {1: 1})
    done = cancel(session, order)
    assert [(x.quantity, x.price_minor) for x in done.lines] == [(2, 2000)]
    assert not done.is_whole_order
    assert shop.states(order) == [LineState.SHIPPED]


def test_the_same_yes_twice_cancels_once_and_says_the_same(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    proposal = propose(session, order).proposal_id
    first = accept_cancel(session, owner(session, "yes"), proposal)
    again = accept_cancel(session, owner(session, "yes"), proposal)
    assert first == again
    assert len(changes(session)) == 1


def test_another_yes_to_the_same_proposal_finds_it_settled(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    proposal = propose(session, shop.order(("lamp", 1))).proposal_id
    accept_cancel(session, owner(session, "yes"), proposal)
    with pytest.raises(ProposalGone):
        accept_cancel(session, owner(session, "yes again"), proposal)
    assert len(changes(session)) == 1


def test_an_order_packed_meanwhile_is_not_cancelled(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    proposal = propose(session, order).proposal_id
    order.status, order.version = "packing", order.version + 1
    session.flush()
    with pytest.raises(ChangedMeanwhile):
        accept_cancel(session, owner(session, "yes"), proposal)
    assert changes(session) == []


def test_a_line_shipped_meanwhile_needs_a_new_list(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=2)
    order = shop.order(("lamp", 1), ("lamp", 1))
    proposal = propose(session, order).proposal_id
    shop.ship(order, {1: 1})
    order.version += 1
    session.flush()
    with pytest.raises(ChangedMeanwhile) as changed:
        accept_cancel(session, owner(session, "yes"), proposal)
    assert changed.value.lines == [1, 2]
    assert [x.line for x in propose(session, order, changed.value.lines).lines] == [2]


def test_a_line_that_holds_something_else_by_now_needs_a_new_list(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=2)
    shop.product("kettle", on_hand=2)
    order = shop.order(("lamp", 1))
    proposal = propose(session, order).proposal_id
    order.lines[0].sku, order.version = "kettle", order.version + 1
    session.flush()
    allocate(session, ["lamp", "kettle"])
    with pytest.raises(ChangedMeanwhile):
        accept_cancel(session, owner(session, "yes"), proposal)


def test_a_change_that_leaves_the_list_as_it_was_does_no_harm(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=2)
    order = shop.order(("lamp", 1), ("lamp", 1))
    proposal = propose(session, order, [1]).proposal_id
    order.ship_method, order.version = "express", order.version + 1
    session.flush()
    accept_cancel(session, owner(session, "yes"), proposal)
    assert shop.states(order) == [LineState.CANCELLED, LineState.READY]


def test_nobody_cancels_anothers_order(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1), customer="c2")
    with pytest.raises(NotYours):
        propose(session, order)


def test_a_proposal_belongs_to_its_conversation(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    proposal = propose(session, shop.order(("lamp", 1))).proposal_id
    with pytest.raises(ProposalGone):
        accept_cancel(session, owner(session, "yes", "another conversation"), proposal)


def test_a_proposal_expires(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    proposal = propose(session, shop.order(("lamp", 1))).proposal_id
    with time_machine.travel(now() + timedelta(minutes=31)), pytest.raises(ProposalGone):
        accept_cancel(session, owner(session, "yes"), proposal)


def test_a_revoked_turn_changes_nothing(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    proposal, asker = propose(session, order).proposal_id, owner(session, "yes")
    revoke_turns(session, "conv")
    with pytest.raises(TurnRevoked):
        accept_cancel(session, asker, proposal)
    assert shop.states(order) == [LineState.READY]


def test_a_turn_nobody_began_changes_nothing(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    proposal = propose(session, shop.order(("lamp", 1))).proposal_id
    with pytest.raises(TurnRevoked):
        accept_cancel(session, Asker("conv", "forged", "website", "", "c1"), proposal)


def test_a_cancel_is_in_the_audit_with_before_after_and_key(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1)
    order = shop.order(("lamp", 1))
    cancel(session, order)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "cancel")).one()
    assert (entry.who, entry.subject) == ("customer:c1", f"order:{order.number}")
    assert entry.before == {"status": "open", "cancelled": {"1": 0}}
    assert entry.after == {"status": "cancelled", "cancelled": {"1": 1}}
    assert entry.key.startswith("yes:cancel:")


@pytest.mark.parametrize("tamper", [delete(AuditEntry), update(AuditEntry).values(who="nobody")])
def test_the_audit_is_append_only(database: Database, tamper: Any) -> None:
    with database.writing() as session:
        session.add(AuditEntry(who="me", what="test", subject="x", before=None, after=None))
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(tamper)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


TOTALS = {"shipping_minor": 500, "tax_minor": 0, "discount_minor": 0}


@pytest.mark.parametrize(
    ("totals", "lines", "refund"),
    [
        ({}, None, None),  # no totals: no sum
        (TOTALS, None, 3500),  # all of it, with shipping
        (TOTALS, [1], 2000),  # a part, without
        ({**TOTALS, "discount_minor": 300}, None, 3200),
        ({**TOTALS, "discount_minor": 300}, [1], None),  # a discount of the whole has no exact part
        ({**TOTALS, "tax_minor": 250}, None, 3750),
        ({**TOTALS, "tax_minor": 250}, [1], None),
    ],
)
def test_the_refund_is_exact_or_unknown(
    session: Session, shop: Shop, totals: dict[str, int], lines: list[int] | None, refund: int | None
) -> None:
    shop.product("lamp", on_hand=5, price=1000)
    order = shop.order(("lamp", 2), ("lamp", 1), **totals)
    done = cancel(session, order, lines)
    assert done.refund_minor == refund
    assert changes(session)[0].amount_minor == refund


def test_discount_and_tax_of_a_line_are_laid_out_over_its_units(session: Session, shop: Shop) -> None:
    shop.product("lamp", on_hand=1, price=1000)
    order = shop.order(("lamp", 3), ("lamp", 1), **TOTALS)
    order.lines[0].discount_minor, order.lines[0].tax_minor = 300, 90
    order.lines[1].tax_minor = 0
    session.flush()
    shop.ship(order, {1: 1})
    assert cancel(session, order, [1]).refund_minor == 2000 + (90 - 300) * 2 // 3
