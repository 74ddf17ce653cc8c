"""Whether the card was charged, and when money comes back."""

from __future__ import annotations

from datetime import date

from meantime.shop.cancellations import Cancellation
from meantime.shop.payments import PaymentFacts, Reason, Refund
from meantime.wording.replies import PERSON, Reply, option
from meantime.wording.speech import day, price

WHY = {Reason.CANCEL: "for what was cancelled", Reason.SWAP: "for the cheaper item", Reason.GOODWILL: "for the wait"}


def answer(number: str, facts: PaymentFacts) -> Reply:
    """Say whether the card was charged for an order, what goes back and by when, and what is owed."""
    told = [charged(facts.payment_status)]
    told += [_goes_back(refund, facts.currency) for refund in facts.refunds]
    if facts.owed:
        owed = price(sum(o.amount_minor for o in facts.owed), facts.currency)
        told.append(f"For the item you chose instead, {owed} more is due.")
    if facts.released:
        told.append("What was cancelled or made cheaper will not be charged.")
    if not facts.refunds and facts.is_charged and facts.payment_status == "paid":
        told.append("No refund has been asked for.")
    text = f"Order {number}: {' '.join(filter(None, told))}"
    return Reply(
        text,
        buttons=(option("Show the order", "order_status", order=number), PERSON),
        again=f"About the money of order {number}, in short: {_in_short(facts)}",
    )


def _goes_back(refund: Refund, currency: str) -> str:
    amount = "Money" if refund.amount_minor is None else price(refund.amount_minor, currency)
    return f"{amount} goes back to your card {WHY[refund.reason]}, by {day(refund.arrives_by)}."


def _in_short(facts: PaymentFacts) -> str:
    taken = "the card was charged" if facts.is_charged else "nothing has been taken from your card yet"
    if not facts.refunds:
        return f"{taken}."
    return f"{taken}, and the last of what you get back is there by {day(max(r.arrives_by for r in facts.refunds))}."


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
