"""Swapping: listed and kept back, agreed to, checked again, done once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.db import now
from meantime.ledger import TurnRevoked, revoke_turns
from meantime.shop.allocation import allocate
from meantime.shop.cancellations import Cancellation, accept_cancel, propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.lines import LineState, LineView, views
from meantime.shop.policy import Policy
from meantime.shop.swaps import (
    ChangedMeanwhile,
    NotSwappable,
    NotYours,
    ProposalGone,
    SoldOutMeanwhile,
    Swap,
    accept_swap,
    decline_swap,
    propose_swap,
)
from meantime.shop.tables import AuditEntry, Change, Event, Order, Product, Proposal, Reservation, StockLevel
from tests.e2e.invariants import check_shop
from tests.shop.conftest import Shop, turn

AFTER_RESERVATION = timedelta(minutes=16)


def owner(session: Session, message_id: str, conversation_id: str = "conv") -> Asker:
    return turn(session, message_id, conversation_id, customer_id="c1")


def propose(session: Session, order: Order, sku: str = "brass", *, line: int = 1, units: int | None = None) -> Swap:
    return propose_swap(session, owner(session, "ask"), order.number, line, sku, Policy(), units=units)


def accept(session: Session, proposed: Swap, message_id: str = "yes") -> Swap:
    return accept_swap(session, owner(session, message_id), proposed.proposal_id, Policy())


def swap(session: Session, order: Order, sku: str = "brass", **more: Any) -> Swap:
    return accept(session, propose(session, order, sku, **more), message_id=f"yes to {sku} {more}")


def cancel(session: Session, order: Order, line: int, units: int | None = None) -> Cancellation:
    proposal = propose_cancel(session, owner(session, "ask"), order.number, {line: units}, Policy())
    return accept_cancel(session, owner(session, f"cancel {line}"), proposal.proposal_id)


def lines(session: Session, order: Order) -> list[LineView]:
    return views(session, order)


def changes(session: Session) -> list[Change]:
    return list(session.scalars(select(Change).order_by(Change.id)))


def set_stock(session: Session, sku: str, units: int) -> None:
    session.get_one(StockLevel, (sku, "MAIN")).on_hand = units
    session.flush()
    allocate(session, [sku])


@pytest.fixture(autouse=True)
def lamps(shop: Shop) -> None:
    """A lamp that has to be waited for, two of its kind that are there, and something else."""
    shop.product("lamp", family="lamps", name="Desk Lamp", price=1000, attributes={"color": "black"})
    shop.product("brass", family="lamps", name="Brass Lamp", price=1200, on_hand=3, attributes={"color": "brass"})
    shop.product("glass", family="lamps", name="Glass Lamp", price=700, on_hand=5)
    shop.product("kettle", family="kettles", price=1000, on_hand=9)


@pytest.fixture(autouse=True)
def is_sound(session: Session) -> Iterator[None]:
    yield
    check_shop(session)


def test_a_proposal_tells_all_that_is_agreed_to_and_changes_nothing(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 2))
    with time_machine.travel(now(), tick=False):
        swap = propose(session, order)
        assert swap.expires_at == now() + timedelta(minutes=15)
    assert (swap.order_number, swap.line, swap.new_line, swap.units) == (order.number, 1, None, 2)
    assert (swap.old_name, swap.old_attributes) == ("Desk Lamp", {"color": "black"})
    assert (swap.sku, swap.name, swap.attributes) == ("brass", "Brass Lamp", {"color": "brass"})
    assert (swap.unit_price_minor, swap.difference_minor, swap.currency) == (1200, 400, "USD")
    assert (swap.payment_status, swap.promise.earliest <= swap.promise.latest) == ("paid", True)
    assert shop.states(order) == [LineState.BACKORDERED]
    assert (changes(session), order.version) == ([], 1)


def test_the_new_line_is_on_hand_and_replaces_the_old_one(session: Session, shop: Shop) -> None:
    set_stock(session, "brass", 9)
    order = shop.order(("lamp", 2), ("kettle", 1))
    done = swap(session, order)
    assert done.new_line == 3
    old, kettle, new = lines(session, order)
    assert (old.state, old.replaced_by, old.replaces) == (LineState.CANCELLED, 3, None)
    assert (kettle.state, kettle.replaced_by) == (LineState.READY, None)
    assert (new.sku, new.quantity, new.unit_price_minor, new.replaces) == ("brass", 2, 1200, 1)
    assert (new.state, new.ready_quantity) == (LineState.READY, 2)
    assert session.scalars(select(Reservation)).all() == []


def test_a_swap_is_in_the_changes_the_audit_and_the_outbox(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 2))
    swap(session, order, units=1)
    (change,) = changes(session)
    assert (change.kind, change.order_number, change.amount_minor, change.currency) == (
        "swap",
        order.number,
        200,
        "USD",
    )
    assert change.lines == [{"line": 1, "quantity": 1, "replaced_by": 2, "sku": "brass"}]
    assert (change.by, change.state) == ("customer:c1", "pending")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "swap")).one()
    assert (entry.who, entry.subject) == ("customer:c1", f"order:{order.number}")
    assert entry.key.endswith(f":swap:{order.number}:1x1:brass")
    before = {"line": 1, "sku": "lamp", "open": 2, "replaces": None}
    assert entry.before == {"lines": [before]}
    assert entry.after == {
        "lines": [{**before, "open": 1}, {"line": 2, "sku": "brass", "open": 1, "replaces": 1}],
    }
    event = session.scalars(select(Event).where(Event.kind == "line_swapped")).one()
    assert (event.subject, event.body["line"], event.body["replaced_by"]) == (f"order:{order.number}", 1, 2)


def test_the_order_gets_a_new_version(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1))
    swap(session, order)
    assert order.version == 2


def test_the_units_given_up_go_to_the_next_in_line(session: Session, shop: Shop) -> None:
    set_stock(session, "lamp", 1)
    ready, waiting = shop.order(("lamp", 1)), shop.order(("lamp", 1))
    swap(session, ready)
    assert shop.states(waiting) == [LineState.READY]
    subjects = session.scalars(select(Event.subject).where(Event.kind == "line_ready")).all()
    assert subjects == [f"order:{waiting.number}"]


def test_a_swap_gets_its_units_even_when_a_newer_order_wants_them_all(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 3))
    proposed = propose(session, order)
    newer = shop.order(("brass", 3))
    accept(session, proposed)
    assert shop.states(order) == [LineState.CANCELLED, LineState.READY]
    assert shop.states(newer) == [LineState.BACKORDERED]


def test_some_units_can_be_swapped_and_the_line_keeps_its_state(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 3))
    done = swap(session, order, units=1)
    old, new = lines(session, order)
    assert (done.units, done.difference_minor) == (1, 200)
    assert (old.state, old.open_quantity, old.replaced_by) == (LineState.BACKORDERED, 2, 2)
    assert (new.state, new.quantity) == (LineState.READY, 1)


def test_no_more_units_are_swapped_than_are_open(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 3))
    shop.ship(order, {1: 1})
    assert propose(session, order, units=9).units == 2


def test_a_ready_line_can_be_swapped_too(session: Session, shop: Shop) -> None:
    order = shop.order(("glass", 1))
    assert swap(session, order).difference_minor == 500


def test_the_difference_counts_what_the_line_really_costs(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 3))
    order.lines[0].discount_minor = 90
    order.lines[0].unit_price_minor = 1100
    session.flush()
    assert propose(session, order, "brass", units=2).difference_minor == 2 * 1200 - (2 * 1100 - 60)
    assert propose(session, order, "glass", units=2).difference_minor == 2 * 700 - (2 * 1100 - 60)


def test_a_line_that_came_from_a_swap_can_be_swapped_again(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 2))
    swap(session, order, "brass")
    again = swap(session, order, "glass", line=2, units=1)
    assert (again.line, again.new_line, again.difference_minor) == (2, 3, -500)
    first, second, third = lines(session, order)
    assert (first.replaced_by, second.replaces, second.replaced_by, third.replaces) == (2, 1, 3, 2)
    assert [v.state for v in (first, second, third)] == [LineState.CANCELLED, LineState.READY, LineState.READY]


def test_of_several_lines_that_replace_one_the_newest_is_named(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 2))
    swap(session, order, "brass", units=1)
    swap(session, order, "glass", units=1)
    assert [v.replaced_by for v in lines(session, order)] == [3, None, None]


def test_a_line_that_came_from_a_swap_can_be_cancelled_and_has_no_exact_refund(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1), ("kettle", 1), shipping_minor=0, tax_minor=0, discount_minor=0)
    swap(session, order)
    assert cancel(session, order, 3).refund_minor is None
    assert [v.state for v in lines(session, order)] == [LineState.CANCELLED, LineState.READY, LineState.CANCELLED]
    assert order.status == "open"


def test_the_other_lines_of_an_order_keep_their_exact_refund(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1), ("kettle", 1), shipping_minor=500)
    for line in order.lines:
        line.tax_minor = 80
    session.flush()
    swap(session, order)
    assert cancel(session, order, 2).refund_minor == 1080


def test_cancelling_all_that_is_left_cancels_the_order(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1))
    swap(session, order)
    proposal = propose_cancel(session, owner(session, "ask"), order.number, None, Policy())
    assert (proposal.is_whole_order, proposal.refund_minor) == (True, None)
    accept_cancel(session, owner(session, "cancel"), proposal.proposal_id)
    assert order.status == "cancelled"


def test_cancelling_a_line_gives_back_what_was_kept_for_it(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 3))
    proposed = propose(session, order)
    waiting = shop.order(("brass", 1))
    cancel(session, order, 1, units=1)
    assert session.scalars(select(Reservation)).all() == []
    assert shop.states(waiting) == [LineState.READY]
    with pytest.raises(ChangedMeanwhile):
        accept(session, proposed)


@pytest.mark.parametrize("status", ["packing", "shipped", "delivered", "cancelled"])
def test_what_is_on_its_way_cannot_be_swapped(session: Session, shop: Shop, status: str) -> None:
    with pytest.raises(NotSwappable) as refused:
        propose(session, shop.order(("lamp", 1), status=status))
    assert refused.value.state == status


def test_a_line_that_is_not_there_cannot_be_swapped(session: Session, shop: Shop) -> None:
    with pytest.raises(NotSwappable) as refused:
        propose(session, shop.order(("lamp", 1)), line=7)
    assert refused.value.state is None


def test_nobody_swaps_in_anothers_order(session: Session, shop: Shop) -> None:
    with pytest.raises(NotYours):
        propose(session, shop.order(("lamp", 1), customer="c2"))
    assert session.scalars(select(Reservation)).all() == []


@pytest.mark.parametrize("sku", ["lamp", "kettle", "no such thing", "old", "euro", "short"])
def test_only_what_can_be_sent_instead_is_listed(session: Session, shop: Shop, sku: str) -> None:
    shop.product("old", family="lamps", on_hand=9, status="discontinued")
    shop.product("short", family="lamps", on_hand=1)
    shop.product("euro", family="lamps", on_hand=9)
    session.get_one(Product, "euro").currency = "EUR"
    set_stock(session, "lamp", 9)
    order = shop.order(("lamp", 2))
    with pytest.raises(SoldOutMeanwhile) as refused:
        propose(session, order, sku)
    assert refused.value.sku == sku


def test_without_a_family_the_category_is_the_kind(session: Session, shop: Shop) -> None:
    shop.product("mug", category="cups")
    shop.product("glass mug", category="cups", on_hand=1)
    shop.product("jar", on_hand=1)
    order = shop.order(("mug", 1))
    with pytest.raises(SoldOutMeanwhile):
        propose(session, order, "jar")
    assert swap(session, order, "glass mug").new_line == 2


def test_the_same_yes_twice_swaps_once_and_says_the_same(session: Session, shop: Shop) -> None:
    proposed = propose(session, shop.order(("lamp", 1)))
    first, again = accept(session, proposed), accept(session, proposed)
    assert first == again
    assert len(changes(session)) == 1


def test_what_is_stored_of_a_swap_is_read_as_the_same(session: Session, shop: Shop) -> None:
    done = swap(session, shop.order(("lamp", 1)))
    assert Swap.from_json(done.to_json()) == done


def test_another_yes_to_the_same_proposal_finds_it_settled(session: Session, shop: Shop) -> None:
    proposed = propose(session, shop.order(("lamp", 2)), units=1)
    accept(session, proposed)
    with pytest.raises(ProposalGone):
        accept(session, proposed, "yes again")
    assert len(changes(session)) == 1


def test_a_yes_of_another_conversation_or_to_another_kind_of_list_swaps_nothing(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1))
    proposed = propose(session, order)
    with pytest.raises(ProposalGone):
        accept_swap(session, owner(session, "yes", "elsewhere"), proposed.proposal_id)
    with pytest.raises(ProposalGone):
        accept_cancel(session, owner(session, "yes"), proposed.proposal_id)
    cancelling = propose_cancel(session, owner(session, "ask"), order.number, None, Policy())
    with pytest.raises(ProposalGone):
        accept_swap(session, owner(session, "yes"), cancelling.proposal_id)
    assert changes(session) == []


def test_a_proof_that_has_run_out_needs_a_new_one(session: Session, shop: Shop) -> None:
    proposed = propose(session, shop.order(("lamp", 1)))
    with pytest.raises(NotYours):
        accept_swap(session, turn(session, "yes"), proposed.proposal_id)
    assert changes(session) == []


def test_a_revoked_turn_swaps_nothing(session: Session, shop: Shop) -> None:
    proposed, asker = propose(session, shop.order(("lamp", 1))), owner(session, "yes")
    revoke_turns(session, "conv")
    with pytest.raises(TurnRevoked):
        accept_swap(session, asker, proposed.proposal_id)
    assert changes(session) == []


def test_a_proposal_expires(session: Session, shop: Shop) -> None:
    proposed = propose(session, shop.order(("lamp", 1)))
    with time_machine.travel(now() + timedelta(minutes=31)), pytest.raises(ProposalGone):
        accept(session, proposed)


def test_when_it_is_kept_back_no_longer_it_can_still_be_had_while_it_is_there(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1))
    proposed = propose(session, order)
    with time_machine.travel(now() + AFTER_RESERVATION):
        accept(session, proposed)
        assert shop.states(order) == [LineState.CANCELLED, LineState.READY]


def test_when_it_is_kept_back_no_longer_whoever_waited_for_it_has_it(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 3))
    proposed = propose(session, order)
    waiting = shop.order(("brass", 1))
    with time_machine.travel(now() + AFTER_RESERVATION), pytest.raises(SoldOutMeanwhile) as gone:
        accept(session, proposed)
    assert gone.value.sku == "brass"
    assert shop.states(order) == [LineState.BACKORDERED]
    assert shop.states(waiting) == [LineState.READY]
    assert changes(session) == []


def test_stock_that_vanished_is_sold_out(session: Session, shop: Shop) -> None:
    proposed = propose(session, shop.order(("lamp", 1)))
    set_stock(session, "brass", 0)
    with pytest.raises(SoldOutMeanwhile):
        accept(session, proposed)


def test_what_is_no_longer_sold_is_sold_out(session: Session, shop: Shop) -> None:
    proposed = propose(session, shop.order(("lamp", 1)))
    session.get_one(Product, "brass").status = "discontinued"
    session.flush()
    with pytest.raises(SoldOutMeanwhile):
        accept(session, proposed)


def packed(order: Order) -> None:
    order.status = "packing"


def dearer(order: Order) -> None:
    order.lines[0].unit_price_minor += 1


def fewer(order: Order) -> None:
    order.lines[0].quantity = 1


def another_thing(order: Order) -> None:
    order.lines[0].sku = "kettle"


def cheaper_now(order: Order) -> None:
    order.lines[0].discount_minor = 10


@pytest.mark.parametrize("change", [packed, dearer, fewer, another_thing, cheaper_now])
def test_an_order_that_is_no_longer_as_listed_is_asked_about_anew(session: Session, shop: Shop, change: Any) -> None:
    order = shop.order(("lamp", 2))
    if change is another_thing:
        session.get_one(Product, "kettle").family = "lamps"
    proposed = propose(session, order)
    change(order)
    session.flush()
    allocate(session, ["lamp", "kettle"])
    with pytest.raises(ChangedMeanwhile) as changed:
        accept(session, proposed)
    assert (changed.value.order_number, changed.value.lines) == (order.number, [1])
    assert changes(session) == []


def test_a_new_price_of_the_item_is_asked_about_anew(session: Session, shop: Shop) -> None:
    proposed = propose(session, shop.order(("lamp", 1)))
    session.get_one(Product, "brass").price_minor = 1199
    session.flush()
    with pytest.raises(ChangedMeanwhile):
        accept(session, proposed)


def test_a_change_that_leaves_what_was_listed_as_it_was_does_no_harm(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1))
    proposed = propose(session, order)
    order.ship_method, order.version = "express", order.version + 1
    session.flush()
    assert accept(session, proposed).new_line == 2


def test_a_no_gives_the_units_back_and_ends_the_proposal(session: Session, shop: Shop) -> None:
    proposed = propose(session, shop.order(("lamp", 3)))
    waiting = shop.order(("brass", 1))
    for _ in range(2):
        decline_swap(session, owner(session, "no"), proposed.proposal_id)
    assert shop.states(waiting) == [LineState.READY]
    with pytest.raises(ProposalGone):
        accept(session, proposed)


def test_a_no_to_a_settled_swap_changes_nothing(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1))
    proposed = propose(session, order)
    done = accept(session, proposed)
    decline_swap(session, owner(session, "no"), proposed.proposal_id)
    assert shop.states(order) == [LineState.CANCELLED, LineState.READY]
    assert accept(session, proposed) == done


def test_a_no_elsewhere_or_to_something_else_harms_nobody(session: Session, shop: Shop) -> None:
    order = shop.order(("lamp", 1), ("kettle", 1))
    proposed = propose(session, order)
    cancelling = propose_cancel(session, owner(session, "ask"), order.number, {2: None}, Policy())
    decline_swap(session, owner(session, "no", "elsewhere"), proposed.proposal_id)
    decline_swap(session, owner(session, "no"), cancelling.proposal_id)
    decline_swap(session, owner(session, "no"), "no such proposal")
    assert session.scalars(select(Reservation.sku)).all() == ["brass"]
    assert session.get_one(Proposal, cancelling.proposal_id).expires_at > now()
    accept(session, proposed)


def test_the_longest_names_fit_into_the_key(session: Session, shop: Shop) -> None:
    sku = "s" * 100
    shop.product(sku, family="lamps", on_hand=1)
    order = shop.order(("lamp", 1), number="W" * 100)
    proposed = propose(session, order, sku)
    first, again = (accept(session, proposed, "m" * 64) for _ in range(2))
    assert first == again
    assert len(changes(session)) == 1


def test_the_discount_that_is_lost_and_whether_tax_is_left_out_are_told(session: Session, shop: Shop) -> None:
    shop.product("mug", price=1000, family="mugs")
    shop.product("cup", on_hand=5, price=1000, family="mugs")
    order = shop.order(("mug", 3))
    order.lines[0].discount_minor = 100
    plain = propose(session, order, "cup", units=2)
    assert (plain.difference_minor, plain.discount_minor, plain.is_taxed) == (66, 66, False)
    order.lines[0].tax_minor = 90
    taxed = swap(session, order, "cup", units=3)
    assert (taxed.difference_minor, taxed.discount_minor, taxed.is_taxed) == (100, 100, True)
    assert Swap.from_json(taxed.to_json()) == taxed
