"""What staff read of the changes they make at the desk: never said to a customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from meantime.shop.cancellations import Cancellation
from meantime.shop.lines import LineState, LineView
from meantime.shop.swaps import Swap
from meantime.wording.hours import moment
from meantime.wording.speech import day, item, listed, price

_STUCK = {
    LineState.PACKING: "is being packed",
    LineState.SHIPPED: "has left the warehouse",
    LineState.DELIVERED: "has been delivered",
    LineState.CANCELLED: "is cancelled already",
}


def cancelled_by(name: str, cancellation: Cancellation) -> str:
    """Return the note that a colleague has cancelled something."""
    if cancellation.is_whole_order:
        return f"{name} cancelled all of order {cancellation.order_number}: {things(cancellation)}."
    return f"{name} cancelled {things(cancellation)} in order {cancellation.order_number}."


def swapped_by(name: str, swap: Swap) -> str:
    """Return the note that a colleague has swapped something."""
    new = item(swap.name, swap.units)
    return f"{name} swapped {item(swap.old_name, swap.units)} for {new} in order {swap.order_number}."


def promised_by(name: str, due_at: datetime, *, calls: bool) -> str:
    """Return the note that a colleague has promised something."""
    return f"{name} promised to {'call' if calls else 'write'} by {moment(due_at).removeprefix('on ')}."


def things(cancellation: Cancellation) -> str:
    return listed([item(line.name, line.quantity) for line in cancellation.lines])


def goes_back(cancellation: Cancellation, by: date) -> str:
    """Return what a cancel does to the customer's money."""
    if cancellation.payment_status == "authorised":
        return "Nothing: the card has not been charged, and will not be for this."
    if cancellation.payment_status == "refunded":
        return "Nothing: the whole payment has been refunded already."
    if cancellation.refund_minor is None:
        total = sum(line.price_minor for line in cancellation.lines)
        return f"The shop works it out, by {day(by)}: the items cost {price(total, cancellation.currency)}."
    return f"{price(cancellation.refund_minor, cancellation.currency)} to the card, by {day(by)}."


def difference(swap: Swap, by: date) -> str:
    """Return what a swap does to the customer's money."""
    amount = price(abs(swap.difference_minor), swap.currency)
    taxed = " before tax" if swap.is_taxed else ""
    if swap.difference_minor == 0:
        return "None: it costs the same."
    if swap.difference_minor > 0:
        return f"The customer owes {amount} more{taxed}."
    if swap.payment_status in ("paid", "part_refunded"):
        return f"{amount} less{taxed}: goes back to the card by {day(by)}."
    return f"{amount} less{taxed}. The card has not been charged yet."


def why_stuck(lines: Sequence[LineView]) -> str:
    """Return why nothing of ``lines`` can be changed any more."""
    if not lines:
        return "There is nothing of that in this order."
    return f"{listed([f'{line.name} {_STUCK.get(line.state, "has nothing open")}' for line in lines])}."
