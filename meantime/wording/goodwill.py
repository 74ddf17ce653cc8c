"""Something for the trouble: what the shop's rule gives, and nothing beyond it."""

from __future__ import annotations

from meantime.shop.goodwill import Goodwill, GoodwillKind
from meantime.wording.replies import PERSON, Button, Reply, option
from meantime.wording.speech import price


def answered(number: str, goodwill: Goodwill) -> Reply:
    """Say what the rule gives this order, or why it gives nothing now."""
    amount = price(goodwill.amount_minor, goodwill.currency) if goodwill.amount_minor else ""
    match goodwill.kind:
        case GoodwillKind.GIVEN:
            text = (
                f"Yes. Order {number} is {_days(goodwill.days_late)} late, and for that we take {goodwill.percent} % "
                f"off what you still wait for: {amount}. I have noted it on the order."
            )
            again = f"You get {amount} off order {number} because it is late. That is on record now."
        case GoodwillKind.ALREADY_GIVEN:
            text = f"We have taken {amount} off order {number} for the wait already. Our rule gives that once an order."
            again = f"Order {number} has had its {amount} off, and the rule gives no more."
        case GoodwillKind.NOT_LATE:
            text = (
                f"Order {number} is not late enough for our rule to give something off. "
                "If you feel it should, a person can look at it."
            )
            again = f"By our rule there is nothing off for order {number} today. A person may see it otherwise."
        case _:
            text = "I cannot give anything off by myself. A person can look at your order and decide."
            again = "That is for a person to decide, not for me."
    return Reply(text, buttons=_next(number), again=again)


def _days(count: int) -> str:
    return f"{count} day{'s' if count != 1 else ''}"


def _next(number: str) -> tuple[Button, ...]:
    return (
        option("Show the order", "order_status", order=number),
        option("Cancel it", "cancel_order", order=number),
        PERSON,
    )
