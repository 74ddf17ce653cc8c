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
    match cancellation.payment_status:
        case "authorised" if cancellation.is_whole_order:
            return f"Your card has not been charged; the hold on it {'is' if done else 'would be'} released."
        case "authorised":
            return f"Your card has not been charged, and this part {'will' if done else 'would'} never be."
        case "refunded":
            return "The payment of this order has already been refunded."
    will = "We refund" if done else "We would refund"
    return f"Your card was charged. {will} {_sum(cancellation)} to it by {day(by)}."


def _sum(cancellation: Cancellation) -> str:
    if cancellation.refund_minor is None:
        return "the price of what is cancelled"
    text = price(cancellation.refund_minor, cancellation.currency)
    if cancellation.refund_minor == sum(line.price_minor for line in cancellation.lines):
        return text
    return f"{text} (with the tax, shipping and discounts that belong to it)"
