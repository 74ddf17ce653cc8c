"""What an order cost: its items, discount, tax, shipping and total, as far as the source has told them.

A sum that was not told is None. It is never put together from what is likely: a made-up total is worse than none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from meantime.shop.refunds import is_taxed
from meantime.shop.tables import Change, Order, OrderLine


@dataclass(frozen=True, slots=True)
class LineSum:
    """One line as it was ordered. ``tax_minor`` is None where the source gives no tax by line."""

    line: int
    quantity: int
    unit_price_minor: int
    discount_minor: int
    tax_minor: int | None
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class OrderSums:
    """An order as it was placed. ``now_minor`` is its total with all that was changed since; None where that cannot be
    known exactly. Equal to ``total_minor``: nothing has changed it."""

    order_number: str
    currency: str
    payment_status: str
    lines: tuple[LineSum, ...]
    items_minor: int
    discount_minor: int
    tax_minor: int | None
    shipping_minor: int | None
    total_minor: int | None
    now_minor: int | None
    has_changed: bool


def order_sums(session: Session, order: Order) -> OrderSums:
    """Return what is known of the sums of ``order``. The caller has checked whose order it is."""
    changes = session.scalars(select(Change).where(Change.order_number == order.number).order_by(Change.id))
    return sums_after(order, changes.all())


def sums_after(order: Order, changes: Sequence[Change]) -> OrderSums:
    """Return the same from all ``changes`` of the order, oldest first."""
    placed = [line for line in order.lines if line.replaces is None]
    items = sum(line.unit_price_minor * line.quantity for line in placed)
    discount = (order.discount_minor or 0) + sum(line.discount_minor or 0 for line in placed)
    tax = _tax(order, placed)
    total = None
    if tax is not None and order.shipping_minor is not None:
        total = items - discount + tax + order.shipping_minor
    never_came = _brought_in_vain(changes)
    changes = [c for c in changes if c.kind in ("cancel", "swap", "goodwill") and c.state != "refused"]
    return OrderSums(
        order_number=order.number,
        currency=order.currency,
        payment_status=order.payment_status,
        lines=tuple(_line(line) for line in order.lines if line.line not in never_came),
        items_minor=items,
        discount_minor=discount,
        tax_minor=tax,
        shipping_minor=order.shipping_minor,
        total_minor=total,
        now_minor=_now(order, total, changes, never_came),
        has_changed=bool(changes)
        or order.status == "cancelled"
        or any(line.cancelled_quantity for line in order.lines if line.line not in never_came),
    )


def _line(line: OrderLine) -> LineSum:
    return LineSum(
        line=line.line,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_minor=line.discount_minor or 0,
        tax_minor=line.tax_minor,
        is_cancelled=line.cancelled_quantity == line.quantity,
    )


def _tax(order: Order, placed: Sequence[OrderLine]) -> int | None:
    by_line = [line.tax_minor for line in placed]
    if order.tax_minor is None and None in by_line:
        return None
    return (order.tax_minor or 0) + sum(tax or 0 for tax in by_line)


def _brought_in_vain(changes: Sequence[Change]) -> set[int]:
    """Return the lines of swaps that the shop refused and that were undone."""
    refused = [c for c in changes if c.kind == "swap" and c.state == "refused" and c.conflict != "not undone"]
    return {part["replaced_by"] for change in refused for part in change.lines}


def _now(order: Order, total: int | None, changes: Sequence[Change], never_came: Set[int]) -> int | None:
    """Return the total after ``changes``; None where one has no exact sum, or the source has cancelled something."""
    ours: Counter[int] = Counter()
    for change in changes:
        if change.kind != "goodwill":
            ours.update({part["line"]: part["quantity"] for part in change.lines})
    all_ours = all(ours[x.line] == x.cancelled_quantity for x in order.lines if x.line not in never_came)
    is_whole = order.status != "cancelled" or all(x.cancelled_quantity == x.quantity for x in order.lines)
    if total is None or not all_ours or not is_whole:
        return None
    for change in changes:
        if change.amount_minor is None or (change.kind == "swap" and is_taxed(order)):
            return None
        total += change.amount_minor if change.kind == "swap" else -change.amount_minor
    return total
