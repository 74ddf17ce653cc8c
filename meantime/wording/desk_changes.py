"""What staff read of the changes they make at the desk: never said to a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from meantime.shop.cancellations import Cancellation
from meantime.shop.lines import LineState, LineView
from meantime.shop.swaps import Swap
from meantime.wording.hours import moment
from meantime.wording.promise_told import as_matter
from meantime.wording.speech import day, item, listed, price
from meantime.wording.swap import both

_STUCK = {
    LineState.PACKING: "is being packed",
    LineState.SHIPPED: "has left the warehouse",
    LineState.DELIVERED: "has been delivered",
    LineState.CANCELLED: "is cancelled already",
}


def cancelled_by(name: str, cancellation: Cancellation, names: Mapping[int, str]) -> str:
    """Return the note that a colleague has cancelled something. ``names``: what each line is called."""
    things = listed([item(names.get(line.line, line.name), line.quantity) for line in cancellation.lines])
    if cancellation.is_whole_order:
        return f"{name} cancelled all of order {cancellation.order_number}: {things}."
    return f"{name} cancelled {things} in order {cancellation.order_number}."


def swapped_by(name: str, swap: Swap) -> str:
    """Return the note that a colleague has swapped something."""
    old, new = both(swap)
    return f"{name} swapped {old} for {new} in order {swap.order_number}."


def promised_by(name: str, due_at: datetime, *, calls: bool, what: str = "") -> str:
    """Return the note that a colleague has promised something."""
    return f"{name} promised to {_promised(due_at, what, calls=calls)}."


def promise_passed_on(name: str, to_name: str, due_at: datetime, *, calls: bool, what: str = "") -> str:
    """Return the note that what one colleague has promised is now for another one to keep."""
    return f"{name} promised to {_promised(due_at, what, calls=calls)}. It is {to_name}'s to keep now."


def promise_stays(name: str, due_at: datetime, *, calls: bool, what: str = "", is_own: bool) -> str:
    """Return what whoever gives a conversation away or closes it has to know of an open promise."""
    who, whose = ("You", "yours") if is_own else (name, f"{name}'s")
    return f"{who} promised to {_promised(due_at, what, calls=calls)}; it stays {whose}."


def _promised(due_at: datetime, what: str, *, calls: bool) -> str:
    about = f" about {matter}" if (matter := as_matter(what)) else ""
    return f"{'call' if calls else 'write'}{about} by {moment(due_at).removeprefix('on ')}"


def sum_of(cancellation: Cancellation) -> str:
    """Return the sum that a cancel takes off the order, with what is in it beside the items; "" where none is known."""
    if cancellation.refund_minor is None:
        return ""
    parts = (("tax", cancellation.tax_minor), ("shipping", cancellation.shipping_minor))
    beside = [f"{price(minor, cancellation.currency)} {name}" for name, minor in parts if minor]
    whole = price(cancellation.refund_minor, cancellation.currency)
    return f"{whole}, of it {listed(beside)}" if beside else whole


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
