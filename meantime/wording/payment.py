"""Whether the card was charged, and when money comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from meantime.shop.cancellations import Cancellation
from meantime.shop.lines import LineView
from meantime.shop.payments import PaymentFacts, Reason, Refund
from meantime.wording.replies import PERSON, Reply, option
from meantime.wording.speech import day, price

WHY = {Reason.CANCEL: "for what was cancelled", Reason.SWAP: "for the cheaper item", Reason.GOODWILL: "for the wait"}


def answer(number: str, facts: PaymentFacts) -> Reply:
    """Say whether the card was charged for an order, what goes back and by when, and what is owed."""
    told = [charged(facts.payment_status), *moved(facts)]
    if not facts.refunds and facts.is_charged and facts.payment_status == "paid":
        told.append("No refund has been asked for.")
    text = f"Order {number}: {' '.join(filter(None, told))}"
    return Reply(
        text,
        buttons=(option("Show the order", "order_status", order=number), PERSON),
        again=f"About the money of order {number}, in short: {_in_short(facts)}",
    )


def how_to_get_it_back(reply: Reply, number: str, lines: Sequence[LineView]) -> Reply:
    """Add, for who wants a refund that nobody has asked for yet, what leads to one."""
    if any(line.is_cancellable for line in lines):
        told, way = (
            "What is not packed yet can be cancelled, and is then refunded.",
            option("Cancel it", "cancel_order", order=number),
        )
    else:
        told, way = (
            "To send something back, tell me what it is about, and a person arranges it.",
            option("Send something back", "return_or_damage", order=number),
        )
    return replace(reply, text=f"{reply.text} {told}", buttons=(way, *reply.buttons))


def moved(facts: PaymentFacts) -> list[str]:
    """Return, a sentence each, what goes back, what is owed and what is not taken after all."""
    told = [_goes_back(refund, facts) for refund in facts.refunds]
    if facts.owed:
        owed = price(sum(o.amount_minor for o in facts.owed), facts.currency)
        before = " before tax" if facts.is_taxed else ""
        told.append(f"For the item you chose instead, {owed} more is due{before}.")
    if facts.released:
        told.append("What was cancelled or made cheaper will not be charged.")
    return told


def _goes_back(refund: Refund, facts: PaymentFacts) -> str:
    amount = "Money" if refund.amount_minor is None else price(refund.amount_minor, facts.currency)
    its_tax = ", and its tax," if facts.is_taxed and refund.reason is Reason.SWAP else ""
    return f"{amount}{its_tax} goes back to your card {WHY[refund.reason]}, by {day(refund.arrives_by)}."


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
    """Return what cancelling gives back and by when, and what is counted in it. A sum is said only where the source's
    totals are known."""
    return " ".join(filter(None, (_goes_back_now(cancellation, by, done=done), _goodwill(cancellation, done=done))))


def discounted(cancellation: Cancellation) -> str:
    """Return one sentence on the discounts that what is cancelled had, or "" where it had none."""
    own = sum(line.discount_minor for line in cancellation.lines)
    told = []
    if own:
        told.append(f"The discount of {price(own, cancellation.currency)} on this goes with it.")
    if cancellation.order_discount_minor:
        discount = price(cancellation.order_discount_minor, cancellation.currency)
        if cancellation.is_whole_order:
            told.append(f"The discount of {discount} on the order goes with it.")
        else:
            told.append(f"The order has a discount of {discount}; the shop works out how much of it goes with this.")
    return " ".join(told)


def _goes_back_now(cancellation: Cancellation, by: date, *, done: bool) -> str:
    match cancellation.payment_status:
        case "authorised" if cancellation.is_whole_order:
            return f"Your card has not been charged; the hold on it {'is' if done else 'would be'} released."
        case "authorised":
            return f"Your card has not been charged, and this part {'will' if done else 'would'} never be."
        case "refunded":
            return "The payment of this order has already been refunded."
    will = "We refund" if done else "We would refund"
    return f"Your card was charged. {will} {_sum(cancellation)} to it by {day(by)}."


def _goodwill(cancellation: Cancellation, *, done: bool) -> str:
    """Say what was given for the wait before, and that it is not given twice."""
    if not cancellation.goodwill_minor or cancellation.payment_status == "refunded":
        return ""
    amount = price(cancellation.goodwill_minor, cancellation.currency)
    if cancellation.payment_status == "authorised":
        return f"The {amount} we took off it for the wait {'goes' if done else 'would go'} with it."
    if cancellation.refund_minor is None:
        return f"The {amount} we took off it for the wait {'counts' if done else 'would count'} toward that."
    return f"The {amount} we gave you for the wait is yours already, so it is not in this sum again."


def _sum(cancellation: Cancellation) -> str:
    if cancellation.refund_minor is None:
        is_less = cancellation.order_discount_minor or any(line.discount_minor for line in cancellation.lines)
        return f"the price of what is cancelled{', less its discount' if is_less else ''}"
    text = price(cancellation.refund_minor, cancellation.currency)
    if cancellation.refund_minor + cancellation.goodwill_minor == sum(line.price_minor for line in cancellation.lines):
        return text
    return f"{text} (with the tax, shipping and discounts that belong to it)"
