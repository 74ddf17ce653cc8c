"""What an order cost: exact, or not known."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from meantime.shop.cancellations import accept_cancel, propose_cancel
from meantime.shop.identity import Asker
from meantime.shop.order_sums import OrderSums, order_sums
from meantime.shop.policy import Policy
from meantime.shop.swaps import accept_swap, propose_swap
from meantime.shop.tables import Order
from tests.shop.conftest import Shop, turn

TOTALS = {"shipping_minor": 500, "tax_minor": 250, "discount_minor": 300}


def owner(session: Session, message_id: str) -> Asker:
    return turn(session, message_id, customer_id="c1")


def order(shop: Shop, **totals: Any) -> Order:
    shop.product("lamp", on_hand=5, price=1000, family="lamps")
    shop.product("brass", on_hand=5, price=1200, family="lamps")
    return shop.order(("lamp", 2), ("lamp", 1), **totals)


def cancel(session: Session, placed: Order, line: int) -> None:
    proposed = propose_cancel(session, owner(session, "ask"), placed.number, {line: None}, Policy())
    accept_cancel(session, owner(session, "yes"), proposed.proposal_id)


def swap(session: Session, placed: Order, line: int) -> None:
    proposed = propose_swap(session, owner(session, "ask"), placed.number, line, "brass", Policy())
    accept_swap(session, owner(session, "yes"), proposed.proposal_id, Policy())


def totals(sums: OrderSums) -> tuple[int | None, int | None, bool]:
    return sums.total_minor, sums.now_minor, sums.has_changed


def test_the_total_is_made_of_what_the_source_gave(session: Session, shop: Shop) -> None:
    sums = order_sums(session, order(shop, **TOTALS))
    assert (sums.items_minor, sums.discount_minor, sums.tax_minor, sums.shipping_minor) == (3000, 300, 250, 500)
    assert totals(sums) == (3450, 3450, False)


def test_tax_and_discount_of_the_lines_count(session: Session, shop: Shop) -> None:
    placed = order(shop, shipping_minor=500)
    placed.lines[0].tax_minor, placed.lines[1].tax_minor, placed.lines[1].discount_minor = 80, 40, 100
    sums = order_sums(session, placed)
    assert (sums.tax_minor, sums.discount_minor, sums.total_minor) == (120, 100, 3520)


@pytest.mark.parametrize("missing", ["shipping_minor", "tax_minor"])
def test_what_was_not_given_is_not_made_up(session: Session, shop: Shop, missing: str) -> None:
    sums = order_sums(session, order(shop, **{**TOTALS, missing: None}))
    assert totals(sums) == (None, None, False)


def test_tax_of_some_lines_only_is_no_tax_of_the_order(session: Session, shop: Shop) -> None:
    placed = order(shop, shipping_minor=500)
    placed.lines[0].tax_minor = 80
    assert order_sums(session, placed).tax_minor is None


def test_after_a_cancel_the_total_is_what_is_left(session: Session, shop: Shop) -> None:
    placed = order(shop, shipping_minor=500, tax_minor=0)
    cancel(session, placed, 2)
    assert totals(order_sums(session, placed)) == (3500, 2500, True)


def test_a_swap_without_tax_is_counted_and_one_with_tax_is_not_known(session: Session, shop: Shop) -> None:
    untaxed = order(shop, shipping_minor=500, tax_minor=0)
    swap(session, untaxed, 1)
    assert totals(order_sums(session, untaxed)) == (3500, 3900, True)
    untaxed.tax_minor = 250
    assert totals(order_sums(session, untaxed)) == (3750, None, True)


def test_what_the_source_has_cancelled_has_no_exact_sum_here(session: Session, shop: Shop) -> None:
    placed = order(shop, shipping_minor=500, tax_minor=0)
    placed.lines[0].cancelled_quantity = 1
    assert totals(order_sums(session, placed)) == (3500, None, True)
    placed.lines[0].cancelled_quantity, placed.status = 0, "cancelled"
    assert totals(order_sums(session, placed)) == (3500, None, True)
