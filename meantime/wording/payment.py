"""Whether the card was charged, and when money comes back."""

from __future__ import annotations

from datetime import date

from meantime.shop.cancellations import Cancellation
from meantime.wording.speech import day, price


def charged(payment_status: str, *, cancelled: bool = False) -> str:
    """Return one sentence on the card. It says nothing where the source's word is not known."""
    match payment_status:
        case "authorised" if cancelled:
            return "Your card was not charged."
        case "authorised":
            return "Your card has not been charged yet."
        case "paid":
            return "Your card has been charged."
        case "part_refunded":
            return "Your card has been charged, and part of it has been refunded."
        case "refunded":
            return "The payment has been refunded."
    return ""


def given_back(cancellation: Cancellation, by: date, *, done: bool) -> str:
    """Return what cancelling gives back and by when. A sum is said only where the source's totals are known."""
    will = "" if done else " would"
    match cancellation.payment_status:
        case "authorised":
            return f"Your card has not been charged; the hold on it{' is' if done else will + ' be'} released."
        case "refunded":
            return "The payment of this order has already been refunded."
    sum_due = cancellation.refund_minor
    what = "the price of what is cancelled" if sum_due is None else price(sum_due, cancellation.currency)
    start = "Your card was charged. "
    if done:
        return f"{start}We refund {what} to it by {day(by)}."
    return f"{start}We would refund {what} to it by {day(by)}."
